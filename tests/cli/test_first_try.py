"""edgekit try: a night and its report, wherever it is typed and however often."""

from pathlib import Path

import pytest

from edgekit.cli.first_try import try_command
from edgekit.night.reader import open_night

FILES = {"simulated-night.night", "simulated-night.html", "simulated-night.csv"}


@pytest.fixture
def tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which it was tried; the night passes in a blink."""
    monkeypatch.setattr("edgekit.cli.first_try.SHOWN_S", 0.05)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    monkeypatch.chdir(tmp_path)
    try_command(browser=False)
    return tmp_path


def test_it_leaves_a_night_and_its_report_and_nothing_half_made(tried: Path) -> None:
    assert {path.name for path in tried.iterdir()} == {"tmp", "edgekit-try"}
    assert {path.name for path in (tried / "edgekit-try").iterdir()} == FILES
    assert list((tried / "tmp").iterdir()) == []
    with open_night(tried / "edgekit-try" / "simulated-night.night") as night:
        assert night.ended_well and night.meta.is_synthetic
        assert len(night.decisions()) > 400
    assert "Synthetic" in (tried / "edgekit-try" / "simulated-night.html").read_text()


def test_a_second_try_takes_the_place_of_the_first(tried: Path) -> None:
    report = tried / "edgekit-try" / "simulated-night.html"
    report.write_text("old")
    try_command(browser=False)
    assert report.read_text() != "old"
    assert {path.name for path in report.parent.iterdir()} == FILES


def test_where_the_folder_cannot_be_written_the_report_is_kept_elsewhere(
    tried: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tried / "taken").mkdir()
    (tried / "taken" / "edgekit-try").write_text("a file of this name")
    monkeypatch.chdir(tried / "taken")
    capsys.readouterr()
    try_command(browser=False)
    printed = capsys.readouterr().out
    (line,) = (line for line in printed.splitlines() if line.startswith("report"))
    report = Path(line.split(maxsplit=1)[1])
    assert report.is_relative_to(tried / "tmp") and report.is_file()
    assert (tried / "taken" / "edgekit-try").read_text() == "a file of this name"


def test_it_ends_with_the_next_three_commands(
    tried: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    try_command(browser=False)
    printed = capsys.readouterr().out
    assert printed.count("  edgekit ") == 3
