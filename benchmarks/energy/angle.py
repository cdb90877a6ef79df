"""The baseline's work on a Cortex-M4: gravity's median and the posture nearest to its angle.

The nearest of the postures' angles is the direction with the largest product, so that C needs
neither a library nor floats for what atan2 decides; the medians are the work.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.firmware.build.toolchain import BARE_FLAGS, COMMON_FLAGS, zig
from edgekit.firmware.emulate.machine import Machine
from edgekit.spec import ADXL345_COUNTS_PER_G, POSTURE_ANGLE_DEG, WINDOW

CORE = "cortex-m4"
FUNCTION = "angle_posture"

_C = """
#include <stdint.h>

static const int16_t directions[][2] = {{{directions}}};

static int32_t below_or_at(const int16_t *xyz, int32_t limit)
{{
    int32_t count = 0;
    for (int32_t i = 0; i < {window}; i++) {{
        count += xyz[3 * i] <= limit;
    }}
    return count;
}}

/* The two middle values' sum: the smallest value with half of them at or below it, and the next. */
static int32_t median_twice(const int16_t *xyz)
{{
    int32_t low = -8192, high = 8191;
    while (low < high) {{
        const int32_t middle = (low + high) >> 1;
        if (below_or_at(xyz, middle) >= {window} / 2) {{
            high = middle;
        }} else {{
            low = middle + 1;
        }}
    }}
    int32_t next = low;
    if (below_or_at(xyz, low) == {window} / 2) {{
        next = INT32_MAX;
        for (int32_t i = 0; i < {window}; i++) {{
            const int32_t value = xyz[3 * i];
            next = value > low && value < next ? value : next;
        }}
    }}
    return low + next;
}}

int32_t {function}(const int16_t *xyz)
{{
    const int32_t x = median_twice(xyz), z = median_twice(xyz + 2);
    int32_t best = 0, most = INT32_MIN;
    for (int32_t i = 0; i < {postures}; i++) {{
        const int32_t along = directions[i][0] * x + directions[i][1] * z;
        if (along > most) {{
            best = i;
            most = along;
        }}
    }}
    return best;
}}
"""


@dataclass(frozen=True)
class Angle:
    core: str
    compiler: str
    instructions: int  # of the window that took the most


def measure(tell: Callable[[str], None]) -> Angle:
    """Counted in emulation; raises EdgekitError where there is no compiler."""
    tell("energy: the instructions of atan2 on a Cortex-M4")
    return counted(_windows())[0]


def counted(counts: NDArray[np.int16]) -> tuple[Angle, tuple[int, ...]]:
    """Windows of the sensor's counts (N, 100, 3), and the posture of each, in the spec's order."""
    with tempfile.TemporaryDirectory(prefix="edgekit-angle-") as name:
        machine = Machine.from_elf(_built(Path(name)), CORE)
    at = machine.place(bytes(6 * WINDOW))
    answers, most = [], 0
    for window in counts:
        machine.write(at, window.tobytes())
        answers.append(machine.call(FUNCTION, at, count=True))
        most = max(most, machine.instructions)
    return Angle(CORE, "zig", most), tuple(answers)


def _built(folder: Path) -> Path:
    radians = np.radians(list(POSTURE_ANGLE_DEG.values()))
    pairs = np.rint(16384 * np.stack([np.cos(radians), np.sin(radians)], 1)).astype(int).tolist()
    directions = ", ".join(f"{{{x}, {z}}}" for x, z in pairs)
    source, made = folder / "angle.c", folder / "angle.elf"
    source.write_text(
        _C.format(directions=directions, window=WINDOW, function=FUNCTION, postures=len(pairs))
    )
    bare = [*COMMON_FLAGS, *BARE_FLAGS, "-nostdlib", f"-Wl,-e,{FUNCTION}"]
    zig(CORE).run([*bare, source, "-o", made])
    return made


def _windows() -> NDArray[np.int16]:
    """Gravity from four sides, and a sensor's noise."""
    random = np.random.default_rng(0)
    down = random.normal(size=(4, 1, 3))
    down /= np.linalg.norm(down, axis=2, keepdims=True)
    noisy = down + random.normal(0, 0.02, (4, WINDOW, 3))
    return np.rint(ADXL345_COUNTS_PER_G * noisy).astype(np.int16)
