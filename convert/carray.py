"""Write the model as C++ for TensorFlow Lite Micro: array, operators, arena and front end.

Three files: `model_data.h` and `model_data.cc` need nothing but a C++11 compiler; `model_ops.h`
needs TFLM. They say what TFLM's users otherwise guess: which operators, and how large an arena.
"""

from collections.abc import Sequence

from edgekit.errors import EdgekitError
from edgekit.spec import Spec

from .codegen.front_end_c import front_end_c
from .model import Tensor, TfliteModel

ARRAY = "g_edgekit_model_data"
HEADER = "model_data.h"
BYTES_PER_LINE = 12

# The method of tflite::MicroMutableOpResolver that adds each operator.
RESOLVER_METHOD = {
    "ADD": "AddAdd",
    "AVERAGE_POOL_2D": "AddAveragePool2D",
    "CONCATENATION": "AddConcatenation",
    "CONV_2D": "AddConv2D",
    "DEPTHWISE_CONV_2D": "AddDepthwiseConv2D",
    "FULLY_CONNECTED": "AddFullyConnected",
    "MAX_POOL_2D": "AddMaxPool2D",
    "MEAN": "AddMean",
    "PAD": "AddPad",
    "RELU": "AddRelu",
    "RESHAPE": "AddReshape",
    "STRIDED_SLICE": "AddStridedSlice",
}


def array_header(model: TfliteModel, arena_bytes: int, spec: Spec) -> str:
    """Write model_data.h: the array's size, its arena, the front end and the scales."""
    front_end = front_end_c(spec)
    quantisation = "\n".join(_quantisation(t) for t in (*model.inputs, *model.outputs))
    return f"""\
// Made by edgekit convert. Do not edit.
#ifndef EDGEKIT_MODEL_DATA_H_
#define EDGEKIT_MODEL_DATA_H_

#include <cstddef>

extern const unsigned char {ARRAY}[];
constexpr std::size_t {ARRAY}_size = {len(model.data)};

// The smallest tensor arena that TFLM's reference kernels accepted on x86-64. A 32-bit core needs
// less; optimised kernels (CMSIS-NN) may add scratch space.
constexpr std::size_t kEdgekitArenaBytes = {arena_bytes};

// edgekit_front_end_t of edgekit_front_end.h, which makes the int8 input of a window of samples.
constexpr int kEdgekitWindow = {front_end.window};
constexpr int kEdgekitGravityShift = {front_end.gravity_shift};
constexpr int kEdgekitMotionFactor = {front_end.motion_factor};
constexpr int kEdgekitReciprocal = {front_end.reciprocal};
constexpr int kEdgekitReciprocalShift = {front_end.reciprocal_shift};

// real = scale * (q - zero_point); the outputs are logits.
{quantisation}

#endif  // EDGEKIT_MODEL_DATA_H_
"""


def array_source(model: bytes) -> str:
    """Write model_data.cc: the bytes of model.tflite as a constant array."""
    lines = "\n".join(
        "    " + " ".join(f"0x{byte:02x}," for byte in model[at : at + BYTES_PER_LINE])
        for at in range(0, len(model), BYTES_PER_LINE)
    )
    # Its own header comes in first: a C++ const has internal linkage without that `extern`.
    return f"""\
// Made by edgekit convert. Do not edit.
#include "{HEADER}"

// const: in flash, not in RAM. alignas(16): what TFLM's kernels ask of a model.
alignas(16) const unsigned char {ARRAY}[] = {{
{lines}
}};
static_assert(sizeof({ARRAY}) == {ARRAY}_size, "{HEADER} is of another model");
"""


def resolver_header(operators: Sequence[str]) -> str:
    """Write model_ops.h: a function that registers each of `operators` once.

    Raises EdgekitError for an operator without a resolver here.
    """
    distinct = sorted(set(operators))
    unknown = [name for name in distinct if name not in RESOLVER_METHOD]
    if unknown:
        raise EdgekitError(
            f"the converted model uses {', '.join(unknown)}, which edgekit gives no TFLM resolver. "
            "Use a net of edgekit.train.nets, or add the operator to convert/carray.py."
        )
    calls = "\n".join(
        f"  if (resolver.{RESOLVER_METHOD[name]}() != kTfLiteOk) return kTfLiteError;"
        for name in distinct
    )
    return f"""\
// Made by edgekit convert. Do not edit.
#ifndef EDGEKIT_MODEL_OPS_H_
#define EDGEKIT_MODEL_OPS_H_

#include "tensorflow/lite/micro/micro_mutable_op_resolver.h"

using EdgekitOpResolver = tflite::MicroMutableOpResolver<{len(distinct)}>;

// Exactly the operators of model_data.cc.
inline TfLiteStatus EdgekitAddOps(EdgekitOpResolver& resolver) {{
{calls}
  return kTfLiteOk;
}}

#endif  // EDGEKIT_MODEL_OPS_H_
"""


def _quantisation(tensor: Tensor) -> str:
    name = "".join(word.capitalize() for word in tensor.name.split("_"))
    return (
        f"constexpr float kEdgekit{name}Scale = {tensor.quantisation.scale!r}f;\n"
        f"constexpr int kEdgekit{name}ZeroPoint = {tensor.quantisation.zero_point};"
    )
