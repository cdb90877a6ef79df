"""edgekit label: what it refuses, before anybody has drawn a span, and where it says to go on."""

import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from edgekit.cli.label import add_to_data_set, label_command, next_command
from edgekit.dataset_folder import read_description
from edgekit.device.label.label_file import ABSENT, LabelFile
from edgekit.device.label.label_page import prepare_page
from edgekit.device.label.recorded_file import Span, read_recorded_file
from edgekit.errors import EdgekitError
from edgekit.spec import Task
from tests.helpers.label_page import LabelCommand, unlabelled
from tests.helpers.nights import decisions, write_night

NONE_ASKED: dict[Task, list[str]] = {"posture": [], "placement": []}
DEFAULTS = {
    "bundle": None, "postures": None, "placements": None, "port": None, "host": "127.0.0.1",
    "browser": False,
}  # fmt: skip


def recording(folder: Path, table: str | None = None) -> None:
    unlabelled(folder / "ann.npz", "supine")
    if table is not None:
        (folder / "ann.labels.csv").write_text(table)


def table_is_a_folder(folder: Path) -> None:
    recording(folder)
    (folder / "ann.labels.csv").mkdir()


def holding(name: str, content: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes(content)


REFUSED: list[tuple[Callable[[Path], object], str, dict[str, Any], int, str]] = [
    (recording, "no.npz", {}, 2, "no recording or night at no.npz"),
    (recording, ".", {}, 2, "one recording or night in it: ann.npz"),
    (holding("ann.csv", b"t,x,y,z\n"), "ann.csv", {}, 2, "edgekit data import ann.csv"),
    (holding("ann.npz", b""), "ann.npz", {}, 1, "ann.npz is empty"),
    (holding("ann.npz", b"PK\3\4xx"), "ann.npz", {}, 2, "no recording"),
    (holding("a.night", b"SQLite format 3\0"), "a.night", {}, 1, "not an edgekit night"),
    (partial(recording, table="what is this\n"), "ann.npz", {}, 1, "no table of labels"),
    (table_is_a_folder, "ann.npz", {}, 1, "Is a directory"),
    (recording, "ann.npz", {"postures": "a,,b"}, 2, "each once"),
    (recording, "ann.npz", {"placements": "a,a"}, 2, "each once"),
    (recording, "ann.npz", {"postures": "x" * 81}, 1, "at most 80"),
    (recording, "ann.npz", {"bundle": Path("no")}, 2, "no bundle at no"),
    (recording, "ann.npz", {"host": "203.0.113.1"}, 2, "cannot listen at 203.0.113.1"),
    (recording, "ann.npz", {"host": "no address"}, 2, "no address 'no address'"),
]


@pytest.mark.parametrize(("make", "name", "options", "code", "says"), REFUSED)
def test_what_cannot_be_labelled_is_refused_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], object], name: str,
    options: dict[str, Any], code: int, says: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    make(tmp_path)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(EdgekitError) as error:
        label_command(Path(name), **DEFAULTS | options)
    assert says in str(error.value) and "\n" not in str(error.value)
    assert error.value.exit_code == code
    assert [path for path in sorted(tmp_path.iterdir()) if path.name != "cache"] == before


def test_a_disk_that_takes_nothing_is_refused_before_the_work(tmp_path: Path) -> None:
    recording(tmp_path)

    def full() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    ended = subprocess.run(
        [sys.executable, "-m", "edgekit", "label", "ann.npz", "--no-browser"],
        cwd=tmp_path, preexec_fn=full, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert ended.returncode == 1 and "Traceback" not in ended.stderr
    assert "labels cannot be saved" in ended.stderr and "Copy ann.npz" in ended.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["ann.npz"]


def test_a_taken_port_is_another_one_unless_it_was_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    recording(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(EdgekitError, match=f"port {port}: .*--port"):
            label_command(Path("ann.npz"), **DEFAULTS | {"port": port})  # type: ignore[arg-type]
    first = LabelCommand("ann.npz", cwd=tmp_path)
    second = LabelCommand("ann.npz", cwd=tmp_path)
    assert first.address != second.address
    second.kill()
    assert "next    edgekit data import ann.npz --out my-set" in first.stop()


def test_a_night_that_is_not_over_is_labelled(tmp_path: Path) -> None:
    write_night(tmp_path / "now.night", decisions([("supine", 1.0)]), closed=False)
    command = LabelCommand("now.night", cwd=tmp_path)
    assert "labels  none drawn" in command.stop()


DESCRIPTION = """
format = "edgekit dataset"
version = 1
name = "my-set"
rate_hz = 50
postures = ["cycling", "rowing"]
placements = ["wrist"]
"""


def test_the_labels_of_a_data_set_are_offered_for_its_recordings(tmp_path: Path) -> None:
    unlabelled(tmp_path / "set" / "ann" / "a.npz", "supine")
    (tmp_path / "set" / "dataset.toml").write_text(DESCRIPTION)
    page = prepare_page(tmp_path / "set" / "ann" / "a.npz", None, NONE_ASKED, "")
    assert page.names == {"posture": ["cycling", "rowing"], "placement": ["wrist", "chest"]}
    asked: dict[Task, list[str]] = {"posture": ["skiing"], "placement": []}
    page = prepare_page(tmp_path / "set" / "ann" / "a.npz", None, asked, "")
    assert page.names["posture"] == ["skiing"]


def test_a_name_that_was_typed_is_added_to_the_data_set(tmp_path: Path) -> None:
    path = tmp_path / "set" / "ann" / "a.npz"
    unlabelled(path, "supine")
    (tmp_path / "set" / "dataset.toml").write_text(DESCRIPTION)
    labels = LabelFile(read_recorded_file(path))
    labels.save({"posture": [Span(1, 9, "rowing")], "placement": [Span(1, 9, "wrist")]}, ABSENT)
    assert add_to_data_set(path, labels) is None
    drawn = {"posture": [Span(1.0, 9.0, "skiing")], "placement": []}
    labels.save(drawn, labels.version())  # type: ignore[arg-type]
    assert "skiing" in str(add_to_data_set(path, labels))
    assert read_description(tmp_path / "set").postures == ("cycling", "rowing", "skiing")
    assert add_to_data_set(tmp_path / "elsewhere.npz", labels) is None


def test_the_next_command_checks_the_data_set_that_the_recording_is_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my set" / "ann").mkdir(parents=True)
    (tmp_path / "my set" / "dataset.toml").write_text(DESCRIPTION)
    assert next_command(Path("my set/ann/a.npz")) == "edgekit data check 'my set'"
    assert next_command(Path("a b.npz")) == "edgekit data import 'a b.npz' --out my-set"
