"""Count a compiled model on a Cortex-M55, whose Helium only QEMU has."""

import shutil
import tempfile
from pathlib import Path

from .interface import Interface
from .reference import Golden, wrong_answer

CORE = "cortex-m55"


def count_instructions(folder: Path, interface: Interface, golden: Golden) -> int:
    """Run the golden inputs in QEMU; return how many instructions the first takes.

    Raises EdgekitError where an answer is not the reference interpreter's.
    """
    from edgekit.firmware.emulate.qemu import build_image, run_image

    source = folder / "src" / f"{interface.name}.c"
    with tempfile.TemporaryDirectory(prefix="edgekit-count-") as name:
        work = Path(name)
        shutil.copyfile(source.with_suffix(".h"), work / f"{interface.name}.h")
        (work / "model.h").write_text(_model_h(interface))
        elf = build_image([source], work, work, CORE)
        answers, instructions = run_image(elf, golden.inputs.tobytes(), CORE)
    size = sum(port.size for port in interface.outputs)
    step = size + (1 if len(interface.outputs) == 1 else 0)  # the second output of _model_h
    for place in range(len(golden.inputs)):
        if not golden.agrees(place, answers[place * step : place * step + size]):
            raise wrong_answer(golden, CORE)
    return instructions


def _model_h(interface: Interface) -> str:
    """Return the header that QEMU's main.c knows a bundle by, in terms of this model."""
    name, (first, *others) = interface.name, interface.outputs
    second = others[0].size if others else 1  # nothing is written there
    arguments = "window, posture, placement" if others else "window, posture"
    return f"""\
#ifndef MODEL_H
#define MODEL_H
#include <stdbool.h>
#include "{name}.h"
#define EDGEKIT_MODEL_WINDOW {interface.input.size}
#define EDGEKIT_MODEL_POSTURES {first.size}
#define EDGEKIT_MODEL_PLACEMENTS {second}
typedef int8_t edgekit_sample_t;
static inline void edgekit_model_run(const int8_t *window, int8_t *posture, int8_t *placement)
{{
    (void)placement;
    {name}_run({arguments});
}}
#endif
"""
