"""edgekit label: a page in the browser to label a recording or a night by hand."""

import shlex
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edgekit.bundle import load_bundle
from edgekit.errors import UsageError
from edgekit.spec import Task
from edgekit.text import counted, duration

from .browser import has_display
from .output import print_progress, print_result

if TYPE_CHECKING:
    from edgekit.device.label.label_file import LabelFile


def label_command(
    recording: Annotated[
        Path, typer.Argument(metavar="RECORDING", help="A Recording (.npz) or a night.")
    ],
    bundle: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Its answers are suggested; a night's own decisions if absent."
        ),
    ] = None,
    postures: Annotated[
        str | None,
        typer.Option(metavar="NAMES", help="Names to choose from; others can be typed."),
    ] = None,
    placements: Annotated[
        str | None, typer.Option(metavar="NAMES", help="Placements to choose from.")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="8643, or a free one, if absent."),
    ] = None,
    host: Annotated[
        str,
        typer.Option(help="Where to serve: 127.0.0.1, or 0.0.0.0 for a phone in your network."),
    ] = "127.0.0.1",
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page by itself.")
    ] = True,
) -> None:
    """Label a recording or a night by hand, on a page in the browser.

    The signal with zoom, and spans of postures (or activities) and placements drawn by mouse, touch
    or keyboard. Each change is saved at once in X.labels.csv next to X.npz, which `edgekit data
    import` and training read. Suggestions of a bundle are saved only where you accept them. Ctrl-C
    ends; the address carries a token, so that nobody else on this computer or network writes.

    - `edgekit label recordings/ann.npz --postures walking,sitting,standing`
    - `edgekit label nights/tuesday.night`
    - `edgekit label recordings/ann.npz --bundle bundles/mine`
    - `edgekit label recordings/ann.npz --host 0.0.0.0` (on a phone)
    """
    from edgekit.device.label.address import Address, keep_address, kept_address, listen_for_page
    from edgekit.device.label.label_page import prepare_page
    from edgekit.device.label.server import served
    from edgekit.device.web.listener import EVERYWHERE, network_address, url_of
    from edgekit.signals import stop_signals

    asked: dict[Task, list[str]] = {
        "posture": _names("--postures", postures),
        "placement": _names("--placements", placements),
    }
    loaded = load_bundle(bundle) if bundle else None
    page = prepare_page(recording, loaded, asked, next_command(recording))
    kept = kept_address(recording)
    with listen_for_page(host, port, kept) as listener, stop_signals() as stopping:
        keep_address(recording, Address(kept.token, listener.getsockname()[1]))
        url = url_of(listener, "127.0.0.1" if host in EVERYWHERE else host)
        with served(page, listener, host, kept.token) as guard:
            signal, note = page.recorded.signal, page.recorded.note
            gaps = counted(len(signal.gaps), "gap")
            print_progress(f"{recording.name}: {duration(signal.duration_s)}, {gaps}")
            if note:
                print_progress(note)
            print_result(f"page    {url}?token={kept.token}")
            address = network_address() if host in EVERYWHERE else None
            if address:
                print_result(f"phone   {url_of(listener, address)}?token={kept.token}")
            print_progress(f"Every change is saved in {page.labels.path}. Ctrl-C ends.")
            if browser and has_display():
                webbrowser.open(f"{url}?token={guard.invite()}")
            stopping.wait()
    print_result(f"labels  {_summary(page.labels)}")
    added = add_to_data_set(recording, page.labels)
    if added:
        print_result(f"set     {added}")
    print_result(f"next    {page.next_command}")


def add_to_data_set(recording: Path, labels: "LabelFile") -> str | None:
    """Add names that its dataset.toml lacks to it; return that in a line, None where it lacks none.

    Raises EdgekitError where dataset.toml is wrong, or cannot be added to.
    """
    from edgekit.dataset_folder import describe_folder, read_description
    from edgekit.device.label.label_page import data_set_above

    folder = data_set_above(recording)
    if folder is None:
        return None
    spec = read_description(folder).spec
    lanes = labels.read().lanes
    is_new = any(span.name not in spec.labels(task) for task in lanes for span in lanes[task])
    return describe_folder(folder) if is_new else None


def next_command(recording: Path) -> str:
    """Return what to do once it is labelled: check its data set, or import it into one."""
    from edgekit.device.label.label_page import data_set_above

    folder = data_set_above(recording)
    if folder:
        shown = folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
        return f"edgekit data check {shlex.quote(str(shown))}"
    return f"edgekit data import {shlex.quote(str(recording))} --out my-set"


def _names(option: str, text: str | None) -> list[str]:
    """Return the names of a comma-separated option. Raises UsageError where one is missing."""
    if text is None:
        return []
    names = [name.strip() for name in text.split(",")]
    if not all(names) or len(set(names)) != len(names):
        raise UsageError(f"{option} is names with commas between, each once, not {text!r}")
    return names


def _summary(labels: "LabelFile") -> str:
    lanes = labels.read().lanes
    spans = [span for lane in lanes.values() for span in lane]
    if not spans:
        return "none drawn"
    times = [
        f"{duration(sum(span.end_s - span.start_s for span in lane))} of {task}s"
        for task, lane in lanes.items()
        if lane
    ]
    return f"{counted(len(spans), 'span')}, {' and '.join(times)}, in {labels.path}"
