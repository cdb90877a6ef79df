// Run a bundle's model on TensorFlow Lite Micro: its array, its operators, its arena.
//
// Classifies one window of a body that lies still. Replace `samples` by your sensor's, oldest first,
// in counts of 1/256 g.

#include <cstdint>

#include "edgekit_front_end.h"
#include "model_data.h"
#include "model_ops.h"
#include "tensorflow/lite/micro/micro_interpreter.h"
#include "tensorflow/lite/micro/micro_log.h"
#include "tensorflow/lite/micro/system_setup.h"
#include "tensorflow/lite/schema/schema_generated.h"

namespace
{

// The size for TFLM's reference kernels; CMSIS-NN's may need more: AllocateTensors reports it.
alignas(16) uint8_t arena[kEdgekitArenaBytes];

constexpr edgekit_front_end_t front_end = {kEdgekitWindow, kEdgekitGravityShift,
                                           kEdgekitMotionFactor, kEdgekitReciprocal,
                                           kEdgekitReciprocalShift};
edgekit_sample_t samples[kEdgekitWindow];

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
    for (edgekit_sample_t &sample : samples) {
        sample.z = 256;
    }
    edgekit_read(&front_end, samples, interpreter.input(0)->data.int8);
    if (interpreter.Invoke() != kTfLiteOk) {
        MicroPrintf("the model did not run");
        return 1;
    }
    const TfLiteTensor *posture = interpreter.output(0), *placement = interpreter.output(1);
    MicroPrintf("posture %d, placement %d", largest(posture, static_cast<int>(posture->bytes)),
                largest(placement, static_cast<int>(placement->bytes)));
    return 0;
}
