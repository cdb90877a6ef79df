"""From a night on disk to a page and a table."""

import csv
import re
import sqlite3
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from edgekit.device.report import write_report
from edgekit.device.report.glossary import terms
from edgekit.device.report.table import COLUMNS
from edgekit.errors import EdgekitError, UsageError
from edgekit.night.columns import selected
from edgekit.night.night import Event
from edgekit.posture_words import OF_PAPER
from edgekit.spec import POSTURE_ANGLE_DEG, SLEEP, WISDM
from tests.helpers.nights import START_S, decisions, realistic, write_night

MANUAL = Path(__file__).parents[3] / "docs" / "report.md"


def page_of(path: Path) -> str:
    return write_report(path).html.read_text()


def test_a_report_lies_beside_its_night_and_replaces_an_earlier_one(tmp_path: Path) -> None:
    night = write_night(tmp_path / "monday.night", decisions([("supine", 5)]))
    first = write_report(night)
    assert (first.html, first.csv) == (tmp_path / "monday.html", tmp_path / "monday.csv")
    assert write_report(night).html.read_bytes() == first.html.read_bytes()


def test_a_report_goes_where_it_is_sent_and_is_for_its_owners_eyes(tmp_path: Path) -> None:
    night = write_night(tmp_path / "monday.night", decisions([("supine", 5)]))
    files = write_report(night, tmp_path / "new" / "folder")
    assert files.html.parent == tmp_path / "new" / "folder"
    assert {files.html.stat().st_mode & 0o777, files.csv.stat().st_mode & 0o777} == {0o600}


def test_the_table_has_a_row_per_decision_that_reads_back(tmp_path: Path) -> None:
    night = replace(decisions([("supine-right", 1), ("off!", 1)]), truth=np.repeat([1, -1], 50))
    files = write_report(write_night(tmp_path / "a.night", night))
    with files.csv.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 100
    assert tuple(rows[0]) == tuple(COLUMNS)
    assert datetime.fromisoformat(rows[0]["time_utc"]).timestamp() == START_S
    assert datetime.fromisoformat(rows[0]["time_local"]).timestamp() == START_S
    assert rows[0]["time_local"].endswith("22:30:00.000+01:00")
    assert (rows[0]["posture"], rows[0]["truth"]) == ("supine-right", "supine-right")
    assert (rows[-1]["state"], rows[-1]["truth"]) == ("off", "")
    assert float(rows[0]["torso_angle_deg"]) == 60


def test_activities_leave_the_angle_empty(tmp_path: Path) -> None:
    files = write_report(
        write_night(tmp_path / "a.night", decisions([("stairs", 1)], WISDM), WISDM)
    )
    with files.csv.open(newline="") as file:
        assert {row["torso_angle_deg"] for row in csv.DictReader(file)} == {""}
    assert "Torso angle" not in files.html.read_text()


def test_a_restless_night_of_24000_decisions_stays_below_a_megabyte(tmp_path: Path) -> None:
    night = realistic()
    chaos = np.random.default_rng(0).integers(0, 12, len(night))
    restless = replace(night, posture=chaos, torso_angle_deg=30.0 * chaos, truth=chaos[::-1].copy())
    html = write_report(write_night(tmp_path / "a.night", restless)).html
    assert len(night) == 24_000
    assert html.stat().st_size < 1_000_000


def test_text_from_the_night_is_escaped(tmp_path: Path) -> None:
    page = page_of(
        write_night(
            tmp_path / "<b>.night",
            decisions([("supine", 2)]),
            source="<script>alert(1)</script>",
            subject='"><img src=x>',
            events=[Event(START_S, "<i>", "</table>")],
        )
    )
    assert not re.search(r"<script|<img|<i>|<b>\.night", page)
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"closed": False}, "Cut off"),
        ({"clock": "assumed"}, "time of day is assumed"),
        ({"source": "synthetic sleeper v1, seed 3"}, "simulated sleeper, not from a person"),
        ({"source": "synthetic sleeper v2, seed 3"}, "simulated sleeper, not from a person"),
        ({"source": "emulated 01 on /dev/pts/1, firmware 0.1.0"}, "the wearable was a program"),
        ({"source": "kept by host 01"}, "the wearable was a program"),
    ],
)
def test_what_a_reader_must_know_stands_on_the_page(
    tmp_path: Path, change: dict[str, Any], sentence: str
) -> None:
    night = decisions([("supine", 5)])
    assert sentence not in page_of(write_night(tmp_path / "plain.night", night))
    assert sentence in page_of(write_night(tmp_path / "marked.night", night, **change))


def test_what_a_night_without_samples_does_not_know_is_not_claimed(tmp_path: Path) -> None:
    path = write_night(tmp_path / "a.night", decisions([("supine", 45)]))
    known = page_of(path)
    assert "Never off the body" in known and "<dt>Immobility" in known
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM samples")
    kept = page_of(path)
    assert "No samples: " in kept and "Not known." in kept
    assert "Never off the body" not in kept and "<dt>Immobility" not in kept


def test_an_unclear_placement_is_a_warning(tmp_path: Path) -> None:
    night = decisions([("supine", 10)])
    torn = replace(night, placement=np.arange(len(night)) % 3)
    assert "placement is not clear" in page_of(write_night(tmp_path / "a.night", torn))


def test_a_placement_that_falters_for_a_tenth_of_the_night_is_no_warning(tmp_path: Path) -> None:
    night = decisions([("supine", 10)])
    faltering = replace(night, placement=np.where(np.arange(len(night)) % 10 == 0, 2, 1))
    assert "placement is not clear" not in page_of(write_night(tmp_path / "a.night", faltering))


def test_a_sensor_worn_at_two_places_half_and_half_is_a_warning(tmp_path: Path) -> None:
    night = decisions([("supine", 10)])
    moved = replace(night, placement=np.where(np.arange(len(night)) < len(night) // 2, 1, 2))
    page = page_of(write_night(tmp_path / "a.night", moved))
    assert "placement is not clear: chest in 50 % of worn time" in page


def test_what_was_never_worn_has_no_placement_to_warn_of(tmp_path: Path) -> None:
    page = page_of(write_night(tmp_path / "a.night", decisions([("off!", 40)])))
    assert "placement is not clear" not in page


def test_missing_data_are_reported_and_drawn(tmp_path: Path) -> None:
    night = selected(decisions([("supine", 30)]), np.r_[0:500, 800:1500])
    page = page_of(write_night(tmp_path / "a.night", night))
    assert "Data are missing for 6 min" in page
    assert "no data, 22:40\N{EN DASH}22:46" in page


def test_a_night_without_decisions_says_so(tmp_path: Path) -> None:
    files = write_report(write_night(tmp_path / "a.night", decisions([]), closed=False))
    assert "holds no decision" in files.html.read_text()
    assert len(files.csv.read_text().splitlines()) == 1


def test_a_night_never_worn_gives_a_page(tmp_path: Path) -> None:
    page = page_of(write_night(tmp_path / "a.night", decisions([("off!", 40)])))
    assert "0 min</b> worn" in page


def test_one_decision_gives_a_page(tmp_path: Path) -> None:
    night = selected(decisions([("supine", 1)]), np.arange(1))
    assert "2 s</b> recorded" in page_of(write_night(tmp_path / "a.night", night))


@pytest.mark.parametrize(
    "content", [b"", b"time,posture\n0,up\n", b"SQLite format 3\0" + b"x" * 99]
)
def test_what_is_no_night_gives_one_error_and_no_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.night"
    path.write_bytes(content)
    with pytest.raises(EdgekitError, match=r"notes\.night is not an edgekit night"):
        write_report(path)
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_night_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no night at"):
        write_report(tmp_path / "none.night")


def test_a_night_is_never_overwritten_by_its_report(tmp_path: Path) -> None:
    path = write_night(tmp_path / "night.html", decisions([("supine", 1)]))
    before = path.read_bytes()
    with pytest.raises(UsageError, match="rename it"):
        write_report(path)
    assert path.read_bytes() == before


def test_a_posture_that_the_spec_does_not_have_is_damage(tmp_path: Path) -> None:
    path = write_night(tmp_path / "a.night", decisions([("supine", 1)]))
    with sqlite3.connect(path) as db:
        db.execute("UPDATE decisions SET posture = 99")
    with pytest.raises(EdgekitError, match="damaged: a posture"):
        write_report(path)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("value", ["", "soon", "999999"])
def test_a_night_that_does_not_know_its_clock_is_damaged(tmp_path: Path, value: str) -> None:
    path = write_night(tmp_path / "a.night", decisions([("supine", 1)]))
    with sqlite3.connect(path) as db:
        db.execute("UPDATE meta SET value = ? WHERE key = 'utc_offsets'", (value,))
    with pytest.raises(EdgekitError, match=r"offsets from UTC|does not say when it began"):
        write_report(path)


def test_a_folder_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    path = write_night(tmp_path / "a.night", decisions([("supine", 1)]))
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(EdgekitError, match="cannot be written to"):
        write_report(path, tmp_path / "taken")


def test_the_manual_explains_every_word_and_every_column() -> None:
    manual = " ".join(MANUAL.read_text().split())
    for term, meaning in [*terms(SLEEP).items(), *terms(WISDM).items()]:
        assert f"**{term}**" in manual and meaning in manual, term
    for column, meaning in COLUMNS.items():
        assert f"`{column}` | {meaning}" in manual, column
    for of_paper, posture in OF_PAPER.items():
        assert f"| {posture} | `{of_paper}` | {POSTURE_ANGLE_DEG[posture]:g}° |" in manual
