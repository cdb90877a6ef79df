"""Count what the baseline takes on a Cortex-M4: gravity's median and the posture nearest to it."""

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

SOURCE = Path(__file__).with_name("angle_posture.c")


@dataclass(frozen=True)
class Angle:
    core: str
    compiler: str
    instructions: int  # of the window that took the most


def measure(progress: Callable[[str], None]) -> Angle:
    """Count the instructions in emulation. Raises EdgekitError where there is no compiler."""
    progress("energy: the instructions of atan2 on a Cortex-M4")
    return count(_windows())[0]


def count(counts: NDArray[np.int16]) -> tuple[Angle, tuple[int, ...]]:
    """Run the C on windows of counts (N, 100, 3).

    Returns what the most expensive window takes, and each window's posture in the spec's order.
    """
    with tempfile.TemporaryDirectory(prefix="edgekit-angle-") as name:
        machine = Machine.from_elf(_build(Path(name)), CORE)
    at = machine.place(bytes(6 * WINDOW))
    answers, most = [], 0
    for window in counts:
        machine.write(at, window.tobytes())
        answers.append(machine.call(FUNCTION, at, count=True))
        most = max(most, machine.instructions)
    return Angle(CORE, "zig", most), tuple(answers)


def _build(folder: Path) -> Path:
    radians = np.radians(list(POSTURE_ANGLE_DEG.values()))
    pairs = np.rint(16384 * np.stack([np.cos(radians), np.sin(radians)], 1)).astype(int).tolist()
    directions = ",".join(f"{{{x},{z}}}" for x, z in pairs)
    elf = folder / "angle.elf"
    values = {"WINDOW": WINDOW, "POSTURES": len(pairs), "DIRECTIONS": directions}
    defines = [f"-D{name}={value}" for name, value in values.items()]
    flags = [*COMMON_FLAGS, *BARE_FLAGS, *defines, "-nostdlib", f"-Wl,-e,{FUNCTION}"]
    zig(CORE).run([*flags, SOURCE, "-o", elf])
    return elf


def _windows() -> NDArray[np.int16]:
    """Return four windows of counts: gravity from four sides, with a sensor's noise."""
    random = np.random.default_rng(0)
    down = random.normal(size=(4, 1, 3))
    down /= np.linalg.norm(down, axis=2, keepdims=True)
    noisy = down + random.normal(0, 0.02, (4, WINDOW, 3))
    return np.rint(ADXL345_COUNTS_PER_G * noisy).astype(np.int16)
