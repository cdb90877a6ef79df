"""--json: one document on stdout, nothing else there, and every name of it in docs/json.md."""

import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from edgekit.bundle import Bundle
from edgekit.convert.parity import Column, Head, Parity
from tests.helpers.command import REPOSITORY
from tests.helpers.forked import ForkedCommand

PAGE = (REPOSITORY / "docs" / "json.md").read_text()
# Named by settings, not by the document.
FREE = {"settings"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, bundle: Bundle, forked: ForkedCommand) -> Path:
    """A folder with a bundle, and a night that it decided."""
    folder = tmp_path_factory.mktemp("place")
    (folder / "bundles").mkdir()
    (folder / "bundles" / "newest").symlink_to(bundle.folder)
    night = forked("simulate", "night.npz", "--hours", "0.2", "--seed", "1", cwd=folder)
    assert night.returncode == 0, night.stderr
    ended = forked("monitor", "--replay", "night.npz", "--speed", "full", cwd=folder)
    assert ended.returncode == 0, ended.stderr
    return folder


def document(forked: ForkedCommand, folder: Path, *words: str) -> dict[str, Any]:
    ended = forked(*words, "--json", cwd=folder)
    assert ended.returncode in (0, 1), ended.stderr
    read = json.loads(ended.stdout)
    assert isinstance(read, dict)
    assert (read.pop("format"), read.pop("version")) == (f"edgekit {WHAT[words[0]]}", 1)
    return read


WHAT = {"report": "report", "nights": "nights", "doctor": "doctor"}
WHAT |= {"config": "config"}


def names(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            if name not in FREE:
                yield from names(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from names(inner)


@pytest.mark.parametrize(
    "words",
    [
        ("report", "--out", "reports"),
        ("nights", "list"),
        ("doctor",),
        ("config", "show"),
    ],
)
def test_every_name_of_a_document_is_described(
    place: Path, forked: ForkedCommand, words: tuple[str, ...]
) -> None:
    read = document(forked, place, *words)
    assert read
    unknown = {name for name in names(read) if f"`{name}`" not in PAGE}
    assert not unknown, f"docs/json.md lacks {unknown}"


def test_every_name_of_verify_s_document_is_described() -> None:
    for part in (Parity, Column, Head):
        shown = {each.name for each in fields(part)}
        assert part is Head or not {name for name in shown if f"`{name}`" not in PAGE}
    assert {"accuracy", "loss", "agreement"} <= {each.name for each in fields(Head)}


def test_a_report_s_figures_are_numbers_that_add_up(place: Path, forked: ForkedCommand) -> None:
    read = document(forked, place, "report", "--out", "reports")
    summary = read["summary"]
    minutes = sum(each["minutes"] for each in summary["postures"])
    assert minutes == pytest.approx(summary["worn_min"])
    assert read["is_synthetic"] is True
    assert (place / read["files"]["html"]).is_file() and read["files"]["edf"] is None


def test_a_command_that_fails_leaves_stdout_to_documents(
    tmp_path: Path, forked: ForkedCommand
) -> None:
    ended = forked("report", "nothing.night", "--json", cwd=tmp_path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert document(forked, tmp_path, "nights", "list") == {"folder": "nights", "nights": []}


def test_a_check_that_fails_has_a_document_and_exit_code_1(
    tmp_path: Path, forked: ForkedCommand
) -> None:
    ended = forked("doctor", "--json", "--bundle", "nothing", cwd=tmp_path)
    read = json.loads(ended.stdout)
    assert (ended.returncode, read["ok"]) == (1, False)
    wrong = [each for each in read["findings"] if not each["ok"]]
    assert all(each["cure"] for each in wrong)


def test_quiet_leaves_results_and_drops_progress(tmp_path: Path, forked: ForkedCommand) -> None:
    rows = "\n".join(f"{at / 50},0,0,1" for at in range(100))
    for name in ("ann.csv", "bob.csv"):
        (tmp_path / name).write_text(f"time,x,y,z\n{rows}\n")
    words = ("data", "import", "ann.csv", "bob.csv", "--placement", "chest", "--dry-run")
    loud, quiet = forked(*words, cwd=tmp_path), forked(*words, "-q", cwd=tmp_path)
    assert "reading 1 of 2" in loud.stderr
    assert quiet.stdout == loud.stdout != ""
    assert "reading" not in quiet.stderr


def test_a_replay_prints_its_result_alone_to_stdout(place: Path, forked: ForkedCommand) -> None:
    replay = ("monitor", "--replay", "night.npz", "--speed", "full", "--out")
    loud, quiet = (forked(*replay, f"{name}.night", *more, cwd=place)
                   for name, more in (("loud", ()), ("quiet", ("-q",))))  # fmt: skip
    for ended in (loud, quiet):
        (line,) = ended.stdout.splitlines()
        assert ".night: 0.20 h, " in line
    assert "start: " in loud.stderr and "start: " not in quiet.stderr
