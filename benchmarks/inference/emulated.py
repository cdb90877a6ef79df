"""Count a bundle's generated C on every Cortex-M core in emulation, by benchmarks.firmware."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from edgekit.bundle import Bundle
from edgekit.convert.runtimes import Int8Logits
from edgekit.errors import EdgekitError
from edgekit.firmware.build.toolchain import zig
from edgekit.firmware.emulate.qemu import PROGRAM

from ..firmware.measure import HELIUM, UNICORN, Reference, cores, measure, reference
from ..firmware.nets import from_bundles
from .record import Cores, Emulated

CORES = (*UNICORN, HELIUM)
QUICK_WINDOWS = slice(3, 5)  # the last of gravity and the first of noise


def count_on_cores(
    bundle: Bundle, run: Path | None, quick: bool, progress: Callable[[str], None]
) -> Cores:
    """Count on each core that an emulator here runs; the run is not needed."""
    counted: list[Emulated] = []
    missing = {core: f"{PROGRAM} is not installed" for core in CORES if core not in cores()}
    with tempfile.TemporaryDirectory(prefix="edgekit-inference-") as folder:
        try:
            net = next(from_bundles([bundle.folder], Path(folder)))
            expected = _shortened(reference(net)) if quick else reference(net)
        except EdgekitError as error:
            return Cores(bundle.name, (), dict.fromkeys(CORES, str(error)))
        for core in cores():
            progress(f"{core} in emulation")
            try:
                cost = measure(net, core, zig, expected)
            except EdgekitError as error:
                missing[core] = str(error)
                continue
            windows = len(expected.windows)
            counted.append(
                Emulated(
                    core=core,
                    compiler=cost.compiler,
                    instructions=cost.instructions,
                    code_bytes=cost.code_bytes,
                    constant_bytes=cost.constant_bytes,
                    static_bytes=cost.static_bytes,
                    stack_bytes=cost.stack_bytes,
                    equal=windows,  # measure() raises at any other answer
                    of=windows,
                )
            )
    return Cores(bundle.name, tuple(counted), missing)


def _shortened(full: Reference) -> Reference:
    answers = full.answers
    logits = Int8Logits(answers.posture[QUICK_WINDOWS], answers.placement[QUICK_WINDOWS])
    return Reference(full.counts[QUICK_WINDOWS], full.windows[QUICK_WINDOWS], logits)
