"""Two people in one household are two: whose night is newest, goes on, or is shown as the last."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from edgekit.bundle import Bundle
from edgekit.cli.folders import latest_night
from edgekit.device.monitor.views.dashboard.last_night import LastNight
from edgekit.errors import UsageError
from edgekit.night.night import Decisions
from edgekit.night.reader import open_night
from edgekit.night.writer import NightWriter
from edgekit.recording import load_recording, save_recording
from tests.helpers.lying import make_lying
from tests.helpers.nights import START_S, decisions, write_night
from tests.helpers.typer_app import app


@pytest.fixture
def household(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a night of anna's and a newer one of bob's in nights/."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "nights"
    folder.mkdir()
    for age_s, who in ((100, "anna"), (0, "bob")):
        path = write_night(folder / f"2026-11-23-{who}.night", lain(), subject=who)
        os.utime(path, (path.stat().st_mtime - age_s,) * 2)
    return folder


def lain() -> Decisions:
    return decisions([("left", 30.0)])


def test_the_newest_night_is_that_of_the_subject_who_is_named(household: Path) -> None:
    assert latest_night("anna").stem == "2026-11-23-anna"
    assert latest_night().stem == "2026-11-23-bob"
    with pytest.raises(UsageError, match="no night of carl"):
        latest_night("carl")


def test_a_list_may_be_of_one_person(household: Path) -> None:
    result = CliRunner().invoke(app, ["nights", "list", str(household), "--subject", "anna"])
    assert "2026-11-23-anna.night" in result.output and "bob" not in result.output
    result = CliRunner().invoke(app, ["nights", "list", str(household), "--subject", "carl"])
    assert isinstance(result.exception, UsageError) and "no night of carl" in str(result.exception)


def test_the_dashboard_shows_the_wearers_own_last_night(household: Path) -> None:
    drawn = LastNight(household, "anna").draw()
    assert drawn is not None and drawn["name"] == "2026-11-23-anna"
    assert LastNight(household, "carl").draw() is None


def test_a_night_of_one_person_is_not_resumed_as_anothers(household: Path) -> None:
    with open_night(household / "2026-11-23-anna.night") as night:
        meta = night.meta
    with (
        open_night(household / "2026-11-23-bob.night") as night,
        pytest.raises(UsageError, match="is a night of bob, not of anna"),
    ):
        NightWriter.resume(night.path, meta)


@pytest.mark.parametrize("words", [("monitor",), ("service", "install", "--print")])
def test_a_name_that_is_no_line_of_text_is_refused(words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, [*words, "--subject", "a\nb"])
    assert isinstance(result.exception, UsageError)
    assert "--subject is a name in one line" in str(result.exception)


@pytest.mark.parametrize(("words", "name"), [((), "me"), (("--subject", "Anna K."), "anna-k")])
def test_a_replayed_night_is_named_by_its_evening_and_its_wearer(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    bundle: Bundle,
    words: tuple[str, ...],
    name: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    save_recording(make_lying("left", start_s=START_S, subject="me"), tmp_path / "rec.npz")
    command = ["monitor", "--replay", "rec.npz", "--speed", "full", "--bundle", str(bundle.folder)]
    for _ in range(2):
        result = CliRunner().invoke(app, [*command, *words])
        assert result.exit_code == 0, result.output
    names = sorted(path.name for path in Path("nights").glob("*.night"))
    assert names == [f"2026-11-23-{name}-2.night", f"2026-11-23-{name}.night"]
    with open_night(Path("nights") / names[0]) as night:
        assert night.meta.subject == (words[1] if words else "me")


def test_a_simulated_sleeper_has_a_name_and_a_date_of_ones_choice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["simulate", "a.npz", "--hours", "0.1", "--subject", "anna", "--date", "2026-11-24"]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    recording = load_recording(tmp_path / "a.npz")
    assert (recording.subject, recording.clock) == ("anna", "utc")
    assert datetime.fromtimestamp(recording.start_s, UTC) == datetime(
        2026, 11, 24, 22, 30, tzinfo=UTC
    )
    assert "synthetic" in recording.source
    assert CliRunner().invoke(app, [*words[:-1], "tomorrow"]).exit_code == 2
