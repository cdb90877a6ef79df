"""edgekit try: see a night recognised and reported, with nothing but what is installed."""

import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from edgekit import samples
from edgekit.bundle import load_bundle
from edgekit.errors import EdgekitError
from edgekit.files import whole_file
from edgekit.recording import load_recording

from .browser import show_page
from .output import print_progress, print_result

FOLDER = Path("edgekit-try")
SHOWN_S = 8.0  # the night's ten minutes pass in
NEXT = (
    ("edgekit simulate night.npz", "a whole night, of eight hours"),
    ("edgekit monitor --replay night.npz --speed 600 --web", "watch it in a browser"),
    ("edgekit doctor", "check the sensor that you wired; then: edgekit monitor"),
)


def try_command(
    browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the report in a browser.")
    ] = True,
) -> None:
    """Watch ten minutes of a simulated night being recognised, then read its report.

    Needs no sensor, no compiler and no network; about 15 seconds. The night and its report lie in
    edgekit-try/ afterwards, or in a temporary folder where this one cannot be written.

    - `edgekit try`
    - `edgekit try --no-open`
    """
    from edgekit.device.decide.answer import BundleAnswer
    from edgekit.device.monitor.monitor import record_night
    from edgekit.device.monitor.views.terminal import terminal_view
    from edgekit.device.report import write_report
    from edgekit.device.sources.source import Replay

    recording = load_recording(samples.night())
    answer = BundleAnswer(load_bundle(samples.bundle()))
    print_progress(
        f"ten minutes of a simulated night, decided by the shipped {samples.BUNDLE_NAME} bundle"
    )
    with tempfile.TemporaryDirectory(prefix="edgekit-try-") as place:
        night = Path(place) / f"{samples.night().stem}.night"
        source = Replay([recording], recording.duration_s / SHOWN_S)
        with terminal_view() as view:
            result = record_night(source, answer, night, view)
        if result.interrupted:
            raise KeyboardInterrupt
        write_report(night)
        folder = _kept(Path(place))
    report = folder / f"{night.stem}.html"
    print_result(
        f"decided {result.windows:,} windows of 2 s, {result.classify_us:.0f} us each (measured); "
        f"{100 * result.agreed / max(result.labelled, 1):.0f} % right where the simulation knows "
        "the posture"
    )
    print_result(f"report  {report}")
    if browser:
        show_page(report)
    print_result("next")
    width = max(len(command) for command, _ in NEXT)
    for command, purpose in NEXT:
        print_result(f"  {command:{width}}   {purpose}")


def _kept(made: Path) -> Path:
    """Copy the files to edgekit-try/, over those of an earlier try; return where they lie.

    Where this folder cannot be written they go to a temporary one, which stays.
    """
    is_new = not FOLDER.exists()
    try:
        FOLDER.mkdir(exist_ok=True)
        _copy(made, FOLDER)
    except (OSError, EdgekitError):
        if is_new:
            shutil.rmtree(FOLDER, ignore_errors=True)
        kept = Path(tempfile.mkdtemp(prefix=f"{FOLDER}-"))
        _copy(made, kept)
        return kept
    return FOLDER


def _copy(made: Path, folder: Path) -> None:
    for path in sorted(made.iterdir()):
        with whole_file(folder / path.name) as file:
            file.write(path.read_bytes())
