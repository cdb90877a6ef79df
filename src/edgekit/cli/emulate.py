"""edgekit firmware emulate: run the firmware on an emulated board, for users without hardware."""

import tempfile
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.progress import (
    BarColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from edgekit.bundle import load_bundle
from edgekit.errors import UsageError
from edgekit.recording import load_recording
from edgekit.resample import same_rate
from edgekit.spec import ADXL345_COUNTS_PER_G, adxl345_rates
from edgekit.text import hours_and_minutes

from .folders import latest_bundle
from .options import BundleOption
from .output import STDERR, print_progress, print_result

MOST_COUNTS = 4095  # 13 bits


def emulate_command(
    night: Annotated[
        Path, typer.Argument(metavar="RECORDING", help="What the sensor measures: a .npz.")
    ],
    bundle: BundleOption = None,
    core: Annotated[
        str, typer.Option(help="cortex-m4, cortex-m0plus or cortex-m33.")
    ] = "cortex-m4",
) -> None:
    """Run the firmware on an emulated core, its serial line on a pseudo-terminal.

    The core executes the image instruction by instruction, with an ADXL345 in software, as fast
    as it can: 12 minutes of a night took 33 s when it was last timed, so 8 h take some 20
    minutes; the bar shows how much is left. It waits until a host listens. It is not a board: a
    board's own peripherals are not emulated here.

    - `edgekit simulate night.npz --hours 1`
    - `edgekit firmware emulate night.npz`, and in another terminal the command that it prints
    """
    from edgekit.firmware.build.board import board
    from edgekit.firmware.build.build import LinkOptions, build
    from edgekit.firmware.emulate.on_terminal import Terminal, run_night

    emulated, loaded = board("emulated"), load_bundle(bundle or latest_bundle())
    if core not in emulated.cores:
        raise UsageError(f"--core is one of {', '.join(emulated.cores)}, not {core!r}")
    recording = load_recording(night)
    if not same_rate(recording.rate_hz, loaded.spec.rate_hz):
        raise UsageError(
            f"{night} holds {recording.rate_hz:g} Hz, and {loaded.folder} is for "
            f"{loaded.spec.rate_hz:g} Hz: an emulated sensor does not resample"
        )
    with tempfile.TemporaryDirectory(prefix="edgekit-emulated-") as folder:
        built = build(
            loaded,
            emulated,
            Path(folder) / "image",
            LinkOptions(core=core),
            lambda step: print_progress(f"firmware  {step}"),
        )
        chip_hz = adxl345_rates(loaded.spec.rate_hz)[0]  # or the build refuses it
        # The chip may be faster than the net, which is then fed means: of equal samples, these.
        times = int(chip_hz / loaded.spec.rate_hz)
        counts = np.clip(
            np.rint(recording.xyz_g * ADXL345_COUNTS_PER_G), -MOST_COUNTS - 1, MOST_COUNTS
        )
        terminal = Terminal()
        print_progress(f"listen in another terminal: edgekit monitor --serial {terminal.port}")
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=STDERR) as shown:
            task = shown.add_task("waiting for a host", total=recording.duration_s)
            ran = run_night(
                built.elf,
                core,
                counts.astype(np.int16).repeat(times, axis=0),
                terminal,
                lambda done_s: shown.update(
                    task, completed=done_s, description=hours_and_minutes(done_s)
                ),
            )
        terminal.close()
    print_result(
        f"{hours_and_minutes(ran.now_us / 1e6)} on an emulated {core}; {len(ran.resets)} resets, "
        f"{len(ran.faults)} faults. Ctrl-C ends the night in the other terminal"
    )
