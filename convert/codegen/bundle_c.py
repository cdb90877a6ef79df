"""model.c and model.h of a bundle: the net, what it answers, and how it reads ADXL345 counts."""

import hashlib
import math
import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgekit.bundle import Quantisation
from edgekit.convert.graph import ports
from edgekit.errors import EdgekitError
from edgekit.spec import ADXL345_COUNTS_PER_G, AXES, Spec

from .model_c import CModel, generate

NAME = "edgekit_model"
HEADS = ("posture", "placement")


@dataclass(frozen=True)
class BundleC:
    source: str  # model.c
    header: str  # model.h


def bundle_c(model: bytes, spec: Spec) -> BundleC:
    """Raises EdgekitError for a graph that the kernels do not cover, naming operator and place."""
    (entry,), exits = ports(model)
    made = generate(model, NAME, HEADS)
    tables = [
        _exponentials(name, port.quantisation) for name, port in zip(HEADS, exits, strict=True)
    ]
    source = [
        "/* Made by edgekit convert from model.tflite. Do not edit. Compile it with edgekit's",
        " * firmware/nn, where nn.h is: pip has it in site-packages/edgekit/firmware/nn. */",
        '#include "model.h"',
        '#include "nn.h"',
        "",
        made.source,
        _quantise(entry.quantisation),
        "",
        *tables,
        "",
    ]
    return BundleC("\n".join(source), _header(model, spec, made))


def _header(model: bytes, spec: Spec, made: CModel) -> str:
    postures, placements = (port.quantisation for port in ports(model)[1])
    digest = ", ".join(f"0x{byte:02x}" for byte in hashlib.sha256(model).digest())
    defines = {
        "WINDOW": f"{spec.window} /* samples */",
        "HOP": f"{spec.hop} /* samples from one window's start to the next */",
        "RATE_MHZ": f"{round(1000 * spec.rate_hz)} /* millihertz */",
        "POSTURES": str(len(spec.postures)),
        "PLACEMENTS": str(len(spec.placements)),
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

#ifdef __cplusplus
extern "C" {{
#endif

{chr(10).join(lines)}

/* The static memory of model.c: activations of 8 bits, or of 16 and the widened weights of two
 * channels on a core with the DSP extension. */
#define EDGEKIT_MODEL_ARENA_BYTES {made.arena}
#define EDGEKIT_MODEL_ARENA_DSP_BYTES {2 * made.arena + 16 * made.scratch_groups}

/* One axis of a sample, in counts of 1/{ADXL345_COUNTS_PER_G} g, to the model's int8 input. */
int8_t {NAME}_quantise(int16_t counts);

/* One window, oldest sample first, x, y and z of each, to the int8 logits. Not reentrant. */
void {NAME}_run(const int8_t window[EDGEKIT_MODEL_WINDOW * {AXES}],
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


def _quantise(entry: Quantisation) -> str:
    """Exactly `Quantisation.quantise` of counts / 256 g, for every count there is."""
    counts = np.arange(-(1 << 15), 1 << 15)
    q = entry.quantise(counts.astype(np.float32) / np.float32(ADXL345_COUNTS_PER_G)).astype(int)
    step = entry.scale * ADXL345_COUNTS_PER_G
    shift = round(math.log2(step))
    if shift >= 1 and step == 2.0**shift:
        body = _shifted(shift, entry.zero_point)
        assert (_shifts(counts, shift, entry.zero_point) == q).all()
    elif (np.diff(q) >= 0).all():
        first = [int(counts[np.argmax(q >= value)]) for value in range(-127, int(q.max()) + 1)]
        body = _searched(first)
    else:
        raise EdgekitError(f"an input scale of {entry.scale} g does not rise with the counts")
    return f"int8_t {NAME}_quantise(int16_t counts)\n{{\n{body}\n}}"


def _shifted(shift: int, zero_point: int) -> str:
    return f"""\
    /* To the nearest, halves to even. */
    const int32_t half = {(1 << shift >> 1) - 1} + ((counts >> {shift}) & 1);
    const int32_t q = ((counts + half) >> {shift}) + ({zero_point});
    return (int8_t)(q < -128 ? -128 : q > 127 ? 127 : q);"""


def _shifts(counts: NDArray[np.int64], shift: int, zero_point: int) -> NDArray[np.int64]:
    half = (1 << shift >> 1) - 1 + ((counts >> shift) & 1)
    return np.asarray(np.clip(((counts + half) >> shift) + zero_point, -128, 127))


def _searched(first: list[int]) -> str:
    """`first[i]`: the smallest count that reads as i - 127."""
    values = ", ".join(map(str, first))
    return f"""\
    /* The smallest count that reads as -127, -126, ... */
    static const int16_t first[{len(first)}] = {{{values}}};
    int32_t low = 0, high = {len(first)}; /* how many of them are reached */
    while (low < high) {{
        const int32_t middle = (low + high) / 2;
        if (counts >= first[middle]) {{
            low = middle + 1;
        }} else {{
            high = middle;
        }}
    }}
    return (int8_t)(low - 128);"""


def _exponentials(name: str, logit: Quantisation) -> str:
    values = [min(65535, round(65536 * math.exp(-logit.scale * steps))) for steps in range(256)]
    lines = "\n".join(
        "    " + ", ".join(map(str, values[at : at + 16])) + "," for at in range(0, 256, 16)
    )
    return f"const uint16_t {NAME}_{name}_exp[256] = {{\n{lines}\n}};"


def _float_bits(value: float) -> int:
    return int(struct.unpack("<I", struct.pack("<f", value))[0])


def _literal(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
