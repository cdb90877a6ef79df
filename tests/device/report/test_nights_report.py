"""Several nights on one page: each night, those that are missing, medians and the range."""

import csv
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from edgekit.device.report import write_report
from edgekit.device.report.nights_report import last_nights, write_nights_report
from edgekit.doubt import Doubt, DoubtKind
from edgekit.errors import EdgekitError, UsageError
from edgekit.night.night import Alarm
from edgekit.spec import SLEEP, WISDM, Spec
from tests.helpers.nights import START_S, Plan, decisions, write_night
from tests.helpers.typer_app import app

DAY_S = 86_400
SUPINE_MIN = {0: 60.0, 1: 120.0, 3: 180.0}  # by evening, of 300 min; evening 2 has no night


def night_of(folder: Path, day: int, plan: Plan, subject: str = "anna", spec: Spec = SLEEP) -> Path:
    start_s = START_S + DAY_S * day
    alarms = [Alarm(start_s + 60, 1, 1, 0.3, 5.0)] if day == 3 else []
    path = folder / f"{day}-{subject}.night"
    lain = decisions(plan, spec, start_s=start_s)
    return write_night(path, lain, spec, subject=subject, alarms=alarms)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("week")
    for day, supine in SUPINE_MIN.items():
        night_of(folder, day, [("supine", supine), ("left", 300 - supine)])
    night_of(folder, 1, [("prone", 300)], subject="bob")
    (folder / "broken.night").write_text("nothing")
    return folder


@pytest.fixture
def week(recorded: Path, tmp_path: Path) -> Path:
    """Three of anna's nights on four evenings, and one of bob's."""
    shutil.copytree(recorded, tmp_path, dirs_exist_ok=True)
    return tmp_path


def test_a_page_of_nights_opens_with_their_median_and_range(week: Path) -> None:
    files = write_nights_report(last_nights(week, 7, "anna"))
    assert files.html.name == "2026-11-23-to-2026-11-26-anna.html"
    sentence = (
        "You lay on your back 40 % of the time (median of these 3 nights). "
        "Least: 20 % on Mon 23 November. Most: 60 % on Thu 26 November."
    )
    assert files.sentence == sentence
    page = files.html.read_text()
    assert all(part in page for part in sentence.split(" (median")[0:1])
    assert "<b>3 nights</b> on <b>4 evenings</b>" in page
    assert "20\N{EN DASH}60 %" in page and "<b>alarms </b>1<" in page


def test_an_evening_without_a_night_is_shown_as_missing(week: Path) -> None:
    files = write_nights_report(last_nights(week, 7, "anna"))
    page = files.html.read_text()
    assert ">no night</text>" in page and ">no night</td>" in page
    with files.csv.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["evening"], row["night"]) for row in rows] == [
        ("2026-11-23", "0-anna.night"),
        ("2026-11-24", "1-anna.night"),
        ("2026-11-25", ""),
        ("2026-11-26", "3-anna.night"),
    ]
    assert [row["supine_percent"] for row in rows] == ["20.0", "40.0", "", "60.0"]


def test_the_last_evenings_count_back_from_the_newest_night(week: Path) -> None:
    names = [path.name for path in last_nights(week, 3, "anna")]
    assert names == ["1-anna.night", "3-anna.night"], "evening 2 counts, though it has no night"


def test_nights_of_two_people_are_never_one_page(week: Path) -> None:
    with pytest.raises(UsageError, match=r"2 people \(anna, bob\).*--subject anna"):
        last_nights(week, 7)
    with pytest.raises(UsageError, match=r"2 people \(anna, bob\).*--subject anna"):
        write_nights_report(sorted(week.glob("[0-9]*.night")))
    with pytest.raises(UsageError, match="of carl; there are nights of: anna, bob"):
        last_nights(week, 7, "carl")
    whole = write_nights_report(sorted(week.glob("[0-9]*.night")), subject="bob")
    assert whole.html.name == "2026-11-24-to-2026-11-24-bob.html"


def test_a_short_night_is_shown_and_not_counted(week: Path) -> None:
    night_of(week, 4, [("supine", 50)])
    sentence = write_nights_report(last_nights(week, 7, "anna")).sentence
    assert "40 % of the time (median of these 3 nights)" in sentence
    assert "Not counted: 1 night with under two hours of lying." in sentence


def test_a_long_pause_is_left_out_and_counted(week: Path) -> None:
    night_of(week, 40, [("left", 300)])
    files = write_nights_report(last_nights(week, 100, "anna"))
    assert "36 evenings in longer pauses without a night are left out." in files.html.read_text()
    assert len(files.csv.read_text().splitlines()) == 1 + 5


def test_two_nights_of_one_evening_are_two_rows(tmp_path: Path) -> None:
    night_of(tmp_path, 0, [("left", 150)])
    later = decisions([("right", 150)], start_s=START_S + 4 * 3600)
    write_night(tmp_path / "later.night", later, subject="anna")
    page = write_nights_report(last_nights(tmp_path, 1)).html.read_text()
    assert "Mon 23 (2)" in page and "<b>2 nights</b> on <b>1 evening</b>" in page


def test_nights_of_other_classes_are_not_one_page(week: Path) -> None:
    activities = night_of(week, 4, [("sitting", 5)], spec=WISDM)
    with pytest.raises(UsageError, match="decided on other classes"):
        write_nights_report([*last_nights(week, 3, "anna"), activities])


def test_days_of_activities_are_a_page_without_postures(tmp_path: Path) -> None:
    for day in (0, 1):
        night_of(tmp_path, day, [("sitting", 50), ("walking", 10)], spec=WISDM)
    files = write_nights_report(last_nights(tmp_path, 7))
    assert files.sentence == "You wore the sensor for 1 h a night (median of these 2 nights)."
    assert "Torso angle held" not in files.html.read_text()


def test_a_night_that_was_cut_off_is_named(tmp_path: Path) -> None:
    write_night(tmp_path / "a.night", decisions([("left", 300)]), closed=False)
    page = write_nights_report([tmp_path / "a.night"]).html.read_text()
    assert "Cut off, without a proper end: Mon 23 November." in page


def test_a_doubtful_night_is_shown_named_and_not_counted(week: Path) -> None:
    start_s = START_S + 4 * DAY_S
    doubts = (Doubt(DoubtKind.DOMAIN, "it is of a watch"),)
    path = week / "4-anna.night"
    lain = decisions([("supine", 300)], start_s=start_s)
    write_night(path, lain, subject="anna", doubts=doubts)
    files = write_nights_report(last_nights(week, 7, "anna"))
    assert "40 % of the time (median of these 3 nights)" in files.sentence
    assert "Not counted: 1 night that is doubtful." in files.sentence
    assert len(files.warnings) == 1 and ".night: " in files.warnings[0]
    head = files.html.read_text().split('class="opening"')[0]
    assert "Fri 27 November: It is of a watch." in head
    later = decisions([("supine", 200), ("left", 100)], start_s=start_s + DAY_S)
    sentence = write_report(write_night(week / "5.night", later, subject="anna")).sentence
    assert "On your last three nights: 40 % (median)." in sentence, "without the doubtful one"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--out", "0-anna.night"), "0-anna.night is a file; --out is a folder"),
        (("--last", "3", "0-anna.night"), "--last takes the nights of a folder"),
        (("0-anna.night", "1-anna.night", "--edf"), "--edf and --parquet are of one night"),
        ((".",), "is a folder: name a night in it"),
    ],
)
def test_what_does_not_go_together_is_one_clear_line(
    week: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], message: str
) -> None:
    monkeypatch.chdir(week)
    result = CliRunner().invoke(app, ["report", *words])
    assert isinstance(result.exception, UsageError) and message in str(result.exception)
    assert not list(week.glob("*.html"))


def test_the_command_says_the_answer_and_where_the_page_is(
    week: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(week)
    result = CliRunner().invoke(app, ["report", ".", "--last", "7", "--subject", "anna"])
    assert result.exit_code == 0, result.output
    assert "You lay on your back 40 % of the time" in result.output
    assert "2026-11-23-to-2026-11-26-anna.html" in result.output


def test_without_a_display_the_page_to_open_is_named(
    week: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    result = CliRunner().invoke(app, ["report", str(week / "0-anna.night"), "--open"])
    assert result.exit_code == 0, result.output
    assert "0-anna.html yourself" in result.output


def test_a_night_before_edf_has_dates_has_its_page_all_the_same(tmp_path: Path) -> None:
    lain = decisions([("left", 60)])
    path = write_night(tmp_path / "a.night", replace(lain, start_s=lain.start_s - START_S + 1e6))
    result = CliRunner().invoke(app, ["report", str(path), "--edf"])
    assert isinstance(result.exception, EdgekitError) and result.exit_code
    assert "no EDF+: this night is dated 1970, its clock was never set" in str(result.exception)
    assert (tmp_path / "a.html").is_file() and not (tmp_path / "a.edf").exists()
