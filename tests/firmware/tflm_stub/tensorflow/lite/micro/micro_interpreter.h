#ifndef TFLM_STUB_INTERPRETER_H
#define TFLM_STUB_INTERPRETER_H

#include "tensorflow/lite/c/common.h"
#include "tensorflow/lite/schema/schema_generated.h"

namespace tflite
{
class MicroInterpreter
{
  public:
    template <class Resolver>
    MicroInterpreter(const Model *model, const Resolver &, uint8_t *arena, size_t bytes)
        : model_ok(model != nullptr && reinterpret_cast<uintptr_t>(model) % 16 == 0 &&
                   reinterpret_cast<uintptr_t>(arena) % 16 == 0),
          room(bytes)
    {
        input_.data.int8 = window;
        input_.bytes = sizeof window;
        outputs_[0].data.int8 = posture;
        outputs_[0].bytes = sizeof posture;
        outputs_[1].data.int8 = placement;
        outputs_[1].bytes = sizeof placement;
    }
    TfLiteStatus AllocateTensors()
    {
        return model_ok && room >= 512 ? kTfLiteOk : kTfLiteError;
    }
    TfLiteTensor *input(int)
    {
        return &input_;
    }
    TfLiteTensor *output(int index)
    {
        return &outputs_[index];
    }
    // Posture 7 where every sample has gravity 0, 0, 1 g of 1/64 g and no motion; placement 2.
    TfLiteStatus Invoke()
    {
        bool still = true;
        for (size_t i = 0; i < sizeof window; i++) {
            still = still && window[i] == (i % 6 == 2 ? 64 : 0);
        }
        posture[still ? 7 : 0] = 100;
        placement[2] = 5;
        return kTfLiteOk;
    }

  private:
    bool model_ok;
    size_t room;
    int8_t window[600] = {}, posture[12] = {}, placement[3] = {};
    TfLiteTensor input_, outputs_[2];
};
} // namespace tflite

#endif
