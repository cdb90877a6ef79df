// A bundle's model on TensorFlow Lite Micro: its array, its operators, its arena.
//
// One still window in, the two heads' answers out. Replace `still_window` by your sensor's samples.

#include <cmath>
#include <cstdint>

#include "model_data.h"
#include "model_ops.h"
#include "tensorflow/lite/micro/micro_interpreter.h"
#include "tensorflow/lite/micro/micro_log.h"
#include "tensorflow/lite/micro/system_setup.h"
#include "tensorflow/lite/schema/schema_generated.h"

namespace
{

// What TFLM's reference kernels need; CMSIS-NN's may want more: AllocateTensors tells.
alignas(16) uint8_t arena[kEdgekitArenaBytes];

int8_t quantise(float g)
{
    const float q = std::nearbyintf(g / kEdgekitWindowGScale) + kEdgekitWindowGZeroPoint;
    return static_cast<int8_t>(std::fmin(std::fmax(q, -128.0f), 127.0f));
}

// x, y, z of each sample, oldest first: gravity along one axis, as a body that lies still has it.
void still_window(int8_t *window, int values)
{
    for (int i = 0; i < values; i++) {
        window[i] = quantise(i % 3 == 2 ? 1.0f : 0.0f);
    }
}

int largest(const TfLiteTensor *logits, int classes)
{
    int best = 0;
    for (int k = 1; k < classes; k++) {
        if (logits->data.int8[k] > logits->data.int8[best]) {
            best = k;
        }
    }
    return best;
}

} // namespace

int main()
{
    tflite::InitializeTarget();
    EdgekitOpResolver resolver;
    if (EdgekitAddOps(resolver) != kTfLiteOk) {
        MicroPrintf("the operators of model_ops.h were not registered");
        return 1;
    }
    tflite::MicroInterpreter interpreter(tflite::GetModel(g_edgekit_model_data), resolver, arena,
                                         sizeof arena);
    if (interpreter.AllocateTensors() != kTfLiteOk) {
        MicroPrintf("an arena of %d bytes is too small", static_cast<int>(sizeof arena));
        return 1;
    }
    TfLiteTensor *input = interpreter.input(0);
    still_window(input->data.int8, static_cast<int>(input->bytes));
    if (interpreter.Invoke() != kTfLiteOk) {
        MicroPrintf("the model did not run");
        return 1;
    }
    const TfLiteTensor *posture = interpreter.output(0), *placement = interpreter.output(1);
    MicroPrintf("posture %d, placement %d", largest(posture, static_cast<int>(posture->bytes)),
                largest(placement, static_cast<int>(placement->bytes)));
    return 0;
}
