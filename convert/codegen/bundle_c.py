"""Write model.c and model.h of a bundle: the net, its labels, and how it reads samples."""

import hashlib
import math
import struct
from dataclasses import dataclass

from edgekit.bundle import Quantisation
from edgekit.errors import EdgekitError
from edgekit.spec import INPUT_SCALE, TASKS, Spec

from ..model import TfliteModel
from .front_end_c import front_end_c
from .model_c import CModel, generate

NAME = "edgekit_model"


@dataclass(frozen=True)
class BundleC:
    """The text of a bundle's C."""

    source: str  # model.c
    header: str  # model.h


def bundle_c(model: TfliteModel, spec: Spec) -> BundleC:
    """Write the C of a model whose input is what the spec's front end makes.

    Raises EdgekitError for other inputs and outputs, and for a graph that the kernels do not cover,
    naming operator and place.
    """
    _check_ends(model, spec)
    generated = generate(model, NAME, TASKS, front_end_c(spec))
    tables = [
        _exponentials(name, output.quantisation)
        for name, output in zip(TASKS, model.outputs, strict=True)
    ]
    source = [
        "/* Made by edgekit convert from model.tflite. Do not edit. Compile it with edgekit's",
        " * firmware/nn, where nn.h is: pip has it in site-packages/edgekit/firmware/nn. */",
        '#include "model.h"',
        '#include "nn.h"',
        "",
        generated.source,
        *tables,
        "",
    ]
    return BundleC("\n".join(source), _header(model, spec, generated))


def _header(model: TfliteModel, spec: Spec, generated: CModel) -> str:
    postures, placements = (output.quantisation for output in model.outputs)
    digest = ", ".join(f"0x{byte:02x}" for byte in hashlib.sha256(model.data).digest())
    defines = {
        "WINDOW": f"{spec.window} /* samples */",
        "HOP": f"{spec.hop} /* samples from one window's start to the next */",
        "RATE_MHZ": f"{round(1000 * spec.rate_hz)} /* millihertz */",
        "POSTURES": str(len(spec.postures)),
        "PLACEMENTS": str(len(spec.placements)),
        **_front_end(spec),
        "DOMAIN": _literal(spec.domain),
        "POSTURE_NAMES": ", ".join(map(_literal, spec.postures)),
        "PLACEMENT_NAMES": ", ".join(map(_literal, spec.placements)),
        "SHA256": f"{{{digest}}} /* of model.tflite */",
        "POSTURE_SCALE_BITS": f"0x{_float_bits(postures.scale):08x}u /* a float32 */",
        "POSTURE_ZERO_POINT": f"({postures.zero_point})",
        "PLACEMENT_SCALE_BITS": f"0x{_float_bits(placements.scale):08x}u",
        "PLACEMENT_ZERO_POINT": f"({placements.zero_point})",
    }
    lines = [f"#define EDGEKIT_MODEL_{name} {text}" for name, text in defines.items()]
    return f"""\
/* Made by edgekit convert from model.tflite. Do not edit. */
#ifndef EDGEKIT_MODEL_H
#define EDGEKIT_MODEL_H

#include <stdint.h>

#include "edgekit_sample.h"

#ifdef __cplusplus
extern "C" {{
#endif

{chr(10).join(lines)}

/* The static memory of model.c: activations of 8 bits, or of 16 and the widened weights of two
 * channels on a core with the DSP extension. */
#define EDGEKIT_MODEL_ARENA_BYTES {generated.arena}
#define EDGEKIT_MODEL_ARENA_DSP_BYTES {2 * generated.arena + 16 * generated.scratch_groups}

/* One window, oldest sample first, to the int8 logits. Not reentrant. */
void {NAME}_run(const edgekit_sample_t window[EDGEKIT_MODEL_WINDOW],
                       int8_t posture[EDGEKIT_MODEL_POSTURES],
                       int8_t placement[EDGEKIT_MODEL_PLACEMENTS]);

/* e^(-scale d) of a logit d steps under the largest, in 1/65536. */
extern const uint16_t {NAME}_posture_exp[256];
extern const uint16_t {NAME}_placement_exp[256];

#ifdef __cplusplus
}}
#endif

#endif
"""


def _front_end(spec: Spec) -> dict[str, str]:
    """Name the front end's constants; edgekit_front_end.h has the arithmetic."""
    front_end, constants = spec.front_end, front_end_c(spec)
    motion = "no motion channels"
    if front_end.motion_steps_per_g is not None:
        motion = f"motion: an axis less its mean over the window, {front_end.motion_steps_per_g}"
        motion += " steps per g"
    return {
        "CHANNELS": f"{front_end.channels} /* of the net's int8 input, edgekit_front_end.h */",
        "GRAVITY_SHIFT": f"{constants.gravity_shift} /* gravity: an axis, "
        f"{front_end.gravity_steps_per_g} steps per g */",
        "MOTION_FACTOR": f"{constants.motion_factor} /* {motion} */",
    }


def _check_ends(model: TfliteModel, spec: Spec) -> None:
    if len(model.inputs) != 1:
        raise EdgekitError(f"the model has {len(model.inputs)} inputs; a bundle's takes one window")
    entry, shape = model.inputs[0], spec.input_shape
    if (entry.shape, entry.quantisation) != (shape, Quantisation(INPUT_SCALE, 0)):
        raise EdgekitError(
            f"the model reads {list(entry.shape)} at a scale of {entry.quantisation.scale:g} with "
            f"zero point {entry.quantisation.zero_point}; the front end of its spec gives "
            f"{list(shape)} at {INPUT_SCALE:g} with zero point 0. Convert the run again."
        )
    answered, classes = [y.size for y in model.outputs], [len(spec.postures), len(spec.placements)]
    if answered != classes:
        raise EdgekitError(
            f"the model answers {answered} values; its spec has {classes} postures and placements. "
            "Convert the run again."
        )


def _exponentials(name: str, logit: Quantisation) -> str:
    values = [min(65535, round(65536 * math.exp(-logit.scale * steps))) for steps in range(256)]
    lines = "\n".join(
        "    " + ", ".join(map(str, values[at : at + 16])) + "," for at in range(0, 256, 16)
    )
    return f"const uint16_t {NAME}_{name}_exp[256] = {{\n{lines}\n}};"


def _float_bits(value: float) -> int:
    return int(struct.unpack("<I", struct.pack("<f", value))[0])


def _literal(text: str) -> str:
    """Return a C string; a question mark is escaped, because two begin a trigraph."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("?", "\\?")
    return f'"{escaped}"'
