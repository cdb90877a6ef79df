"""Nights as files: listed, merged, trimmed, deleted."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from edgekit.calibration import Calibration
from edgekit.cli.nights import nights_app
from edgekit.device.nights import delete, list_nights, merge, moment, trim
from edgekit.errors import EdgekitError, UsageError
from edgekit.label_spans import labels_beside
from edgekit.night.meta import NightMeta
from edgekit.night.night import Alarm, Decisions, Event, HealthRow, Samples
from edgekit.night.reader import open_night
from edgekit.night.utc_offsets import UtcOffsets
from edgekit.night.writer import NightWriter
from edgekit.spec import SLEEP

END_OF_SUMMER_S = 1_792_890_000.0  # 2026-10-25 01:00 UTC, 03:00 becomes 02:00 in Central Europe
SUMMER = UtcOffsets((END_OF_SUMMER_S - 36_000, END_OF_SUMMER_S), (7200, 3600))


META = NightMeta(SLEEP, "small", "5f" * 32, "made", "A.", 0.0, SUMMER, "utc")


def a_night(path: Path, start_s: float, seconds: float = 600, **changed: Any) -> Path:
    """One run of the monitor; `changed` are other fields of its meta."""
    with NightWriter.create(path, replace(META, start_s=start_s, **changed)) as writer:
        fill(writer, start_s, seconds)
    return path


def resumed(path: Path, start_s: float, seconds: float = 600) -> Path:
    with NightWriter.resume(path, META) as writer:
        fill(writer, start_s, seconds)
    return path


def fill(writer: NightWriter, start_s: float, seconds: float) -> None:
    """Samples that count themselves, decisions each hop, an event, an alarm and health a minute."""
    count = round(seconds / SLEEP.hop_s)
    index = np.arange(count, dtype=np.int64)
    zero = np.zeros(count)
    for minute in range(round(seconds / 60)):
        counts = np.arange(minute * 3000, (minute + 1) * 3000)[:, None] % 500 / 256
        xyz_g = np.repeat(counts, 3, axis=1).astype(np.float32)
        writer.add_samples(Samples(start_s + 60 * minute, 50.0, xyz_g))
        writer.flush(HealthRow(start_s + 60 * minute, 3000, 50.0, 0, 0, 0, {"nack": 1}))
    writer.add_decisions(
        Decisions(
            start_s + SLEEP.hop_s * index,
            index % 12,
            index % 2,
            zero + 0.9,
            zero + 0.8,
            index % 12,
            index % 2,
            zero,
            np.full(count, "worn", "U7"),
            zero,
            index * 0 - 1,
        )
    )
    writer.add_event(Event(start_s + 1, "start", "made"))
    writer.add_alarm(Alarm(start_s + 100, 1, 1, 0.5, 2.0))


def all_samples(path: Path) -> np.ndarray:  # type: ignore[type-arg]
    with open_night(path) as night:
        return np.concatenate([samples.xyz_g for samples in night.samples()])


def test_a_list_holds_every_night_and_says_which_cannot_be_read(tmp_path: Path) -> None:
    a_night(tmp_path / "z.night", END_OF_SUMMER_S - 7200)
    a_night(tmp_path / "a.night", END_OF_SUMMER_S + 7200)
    (tmp_path / "broken.night").write_text("nothing")
    broken, first, second = list_nights(tmp_path)
    assert "not an edgekit night" in broken.error
    assert [first.path.name, second.path.name] == ["z.night", "a.night"]
    assert f"{first.start:%H:%M}" == "01:00" and f"{second.start:%H:%M}" == "04:00"
    assert first.hours == pytest.approx(600 / 3600, abs=0.001)


def test_merged_nights_hold_all_of_both_and_the_gap(tmp_path: Path) -> None:
    early = a_night(tmp_path / "a.night", END_OF_SUMMER_S - 3600)
    late = a_night(tmp_path / "b.night", END_OF_SUMMER_S)
    merge([late, early], tmp_path / "ab.night")
    both = np.concatenate([all_samples(early), all_samples(late)])
    np.testing.assert_array_equal(all_samples(tmp_path / "ab.night"), both)
    with open_night(tmp_path / "ab.night") as night:
        assert len(night.decisions()) == 1000
        assert (np.diff(night.decisions().start_s) > 0).all()
        gap = next(event for event in night.events() if event.kind == "gap")
        assert (gap.at_s, gap.detail[:10]) == (END_OF_SUMMER_S - 3000, "3000.000 s")
        assert [alarm.start_s for alarm in night.alarms()] == [
            END_OF_SUMMER_S - 3500,
            END_OF_SUMMER_S + 100,
        ]
        assert len(night.health()) == 20
        assert night.utc_offsets == SUMMER and night.ended_well
    assert (tmp_path / "ab.night").stat().st_mode & 0o777 == 0o600


def test_nights_of_two_people_or_that_overlap_do_not_merge(tmp_path: Path) -> None:
    one = a_night(tmp_path / "a.night", 1e9)
    other = a_night(tmp_path / "b.night", 2e9, subject="B.")
    over = a_night(tmp_path / "c.night", 1e9 + 300)
    with pytest.raises(UsageError, match="not of one subject"):
        merge([one, other], tmp_path / "ab.night")
    with pytest.raises(UsageError, match="overlap"):
        merge([one, over], tmp_path / "ab.night")
    assert not (tmp_path / "ab.night").exists()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"bundle_name": "large", "bundle_digest": "77" * 32},
            r"a.night by small, b.night by large.*edgekit rescore",
        ),
        ({"exact_rate": True}, "whose rate was measured"),
        ({"calibration": Calibration(offset_g=(0.1, 0.0, 0.0))}, "calibrated differently"),
    ],
)
def test_nights_that_were_not_decided_alike_do_not_merge(
    tmp_path: Path, changed: dict[str, Any], message: str
) -> None:
    one = a_night(tmp_path / "a.night", 1e9, 60)
    other = a_night(tmp_path / "b.night", 2e9, 60, **changed)
    with pytest.raises(UsageError, match=message):
        merge([one, other], tmp_path / "ab.night")
    assert not (tmp_path / "ab.night").exists()


def test_a_night_whose_date_is_assumed_does_not_become_sure_of_it(tmp_path: Path) -> None:
    one = a_night(tmp_path / "a.night", 1e9, 60)
    merge([one, a_night(tmp_path / "b.night", 2e9, 60, clock="assumed")], tmp_path / "ab.night")
    with open_night(tmp_path / "ab.night") as night:
        assert night.meta.clock == "assumed"


def test_each_of_merged_nights_keeps_its_own_clock_on_the_wall(tmp_path: Path) -> None:
    """The second was slept abroad; what the first knew of its own country's autumn is over."""
    abroad_s, back_s = END_OF_SUMMER_S - 18_000, END_OF_SUMMER_S + 86_400
    nights = [
        a_night(tmp_path / "a.night", END_OF_SUMMER_S - 36_000, 60),
        a_night(
            tmp_path / "b.night", abroad_s, 60, utc_offsets=UtcOffsets((abroad_s,), (-14_400,))
        ),
        a_night(tmp_path / "c.night", back_s, 60, utc_offsets=UtcOffsets((back_s,), (3600,))),
    ]
    merge(nights, tmp_path / "abc.night")
    with open_night(tmp_path / "abc.night") as night:
        offsets = night.utc_offsets
    assert offsets == UtcOffsets((SUMMER.from_s[0], abroad_s, back_s), (7200, -14_400, 3600))


def test_a_night_that_was_resumed_keeps_its_runs(tmp_path: Path) -> None:
    twice = resumed(a_night(tmp_path / "a.night", 1e9), 1e9 + 900)
    merge([twice, a_night(tmp_path / "b.night", 1e9 + 3600)], tmp_path / "ab.night")
    trim(twice, 1e9 + 300, 1e9 + 1200, tmp_path / "cut.night")
    trim(twice, 1e9 + 900, 1e9 + 1200, tmp_path / "late.night")
    starts_s = {}
    for name in ("ab", "cut", "late"):
        with open_night(tmp_path / f"{name}.night") as night:
            runs = [[part.start_s for part in night.samples(run)][:1] for run in night.runs]
            starts_s[name] = night.start_s, runs
            for run in night.runs:
                health_s = [row.at_s for row in night.health(run)]
                assert night.decisions(run).start_s[:1].tolist() == health_s[:1]
    assert starts_s == {
        "ab": (1e9, [[1e9], [1e9 + 900], [1e9 + 3600]]),
        "cut": (1e9 + 300, [[1e9 + 300], [1e9 + 900]]),
        "late": (1e9 + 900, [[], [1e9 + 900]]),
    }


def test_trim_keeps_what_lies_between(tmp_path: Path) -> None:
    path = a_night(tmp_path / "a.night", END_OF_SUMMER_S)
    trim(path, END_OF_SUMMER_S + 90, END_OF_SUMMER_S + 150, tmp_path / "b.night")
    np.testing.assert_array_equal(all_samples(tmp_path / "b.night"), all_samples(path)[4500:7500])
    with open_night(tmp_path / "b.night") as night:
        assert night.start_s == END_OF_SUMMER_S + 90
        starts_s = night.decisions().start_s
        assert starts_s[0] == END_OF_SUMMER_S + 90 and starts_s[-1] < END_OF_SUMMER_S + 150
        assert len(night.alarms()) == 1
        assert [event.kind for event in night.events()] == ["trimmed"]


def test_a_night_trimmed_in_place_stays_whole_where_nothing_would_be_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = a_night(tmp_path / "a.night", END_OF_SUMMER_S)
    before = path.read_bytes()
    with pytest.raises(UsageError, match="holds nothing between"):
        trim(path, 0, 1, path)
    assert path.read_bytes() == before
    monkeypatch.chdir(tmp_path)
    trim(path, END_OF_SUMMER_S + 60, END_OF_SUMMER_S + 120, Path("a.night"))
    assert len(all_samples(path)) == 3000
    assert [each.name for each in tmp_path.iterdir()] == ["a.night"]


def test_times_are_on_the_wearers_clock_through_the_end_of_summer_time(tmp_path: Path) -> None:
    path = a_night(tmp_path / "a.night", END_OF_SUMMER_S - 4 * 3600)  # 23:00
    with open_night(path) as night:
        assert moment("23:30", night) == END_OF_SUMMER_S - 3.5 * 3600
        assert moment("02:30", night) == END_OF_SUMMER_S - 1800, "the first of the two"
        assert moment("2026-10-25 02:30+01:00", night) == END_OF_SUMMER_S + 1800
        assert moment("03:30", night) == END_OF_SUMMER_S + 1.5 * 3600
        with pytest.raises(UsageError, match="is no time"):
            moment("late", night)


def test_delete_takes_a_night_and_nothing_else(tmp_path: Path) -> None:
    path = a_night(tmp_path / "a.night", 1e9)
    (tmp_path / "notes.night").write_text("no night at all")
    delete(path)
    with pytest.raises(UsageError, match="it stays"):
        delete(tmp_path / "notes.night")
    assert [each.name for each in tmp_path.iterdir()] == ["notes.night"]


HEAD = "start,end,posture,placement\n"


def with_labels(night: Path, rows: str) -> Path:
    labels_beside(night).write_text(HEAD + rows)
    return night


def labels_of(night: Path) -> list[str]:
    return labels_beside(night).read_text().splitlines()[1:]


def test_labels_by_hand_are_trimmed_with_their_night(tmp_path: Path) -> None:
    rows = "10,100,up,\n120,200,left,wrist\n2026-10-25T01:04:00Z,2026-10-25T01:04:10Z,right,\n"
    path = with_labels(a_night(tmp_path / "a.night", END_OF_SUMMER_S), rows + "400,500,up,\n")
    out = tmp_path / "b.night"
    kept = ["0,10,up,", "30,110,left,wrist", "150,160,right,"]
    begin_s, end_s = END_OF_SUMMER_S + 90, END_OF_SUMMER_S + 300
    assert trim(path, begin_s, end_s, out) == tmp_path / "b.labels.csv"
    assert labels_of(out) == kept and len(labels_of(path)) == 4
    trim(path, begin_s, end_s, path)
    assert labels_of(path) == kept
    assert trim(path, END_OF_SUMMER_S + 270, np.inf, path) is None
    assert not labels_beside(path).exists()


def test_labels_by_hand_are_joined_with_their_nights(tmp_path: Path) -> None:
    early = with_labels(a_night(tmp_path / "a.night", END_OF_SUMMER_S), "590,700,up,\n")
    late = with_labels(a_night(tmp_path / "b.night", END_OF_SUMMER_S + 3600), "0,10,left,\n")
    assert merge([late, early], tmp_path / "ab.night") == tmp_path / "ab.labels.csv"
    assert labels_of(tmp_path / "ab.night") == ["590,600,up,", "3600,3610,left,"]


def test_a_new_night_does_not_take_over_the_labels_of_another(tmp_path: Path) -> None:
    path = a_night(tmp_path / "a.night", 1e9)
    out = with_labels(tmp_path / "b.night", "0,10,up,\n")
    other = a_night(tmp_path / "c.night", 1e9 + 3600)
    for write in (lambda: trim(path, 0, 2e9, out), lambda: merge([path, other], out)):
        with pytest.raises(UsageError, match=r"b\.labels\.csv is there already"):
            write()
    assert not out.exists()


def test_labels_that_cannot_be_placed_leave_the_night_as_it_is(tmp_path: Path) -> None:
    path = a_night(tmp_path / "a.night", 1e9, clock="assumed")
    before = path.read_bytes()
    for rows in ("2026-10-25T01:00:00Z,2026-10-25T01:04:10Z,right,\n", "5,4,up,\n"):
        with_labels(path, rows)
        with pytest.raises(EdgekitError, match=r"a\.labels\.csv"):
            trim(path, 1e9 + 60, 2e9, path)
        assert path.read_bytes() == before and labels_of(path) == [rows.strip()]


def test_delete_names_the_labels_that_stay(tmp_path: Path) -> None:
    path = with_labels(a_night(tmp_path / "a.night", 1e9), "0,10,up,\n")
    output = CliRunner().invoke(nights_app, ["delete", str(path), "--yes"]).output
    assert f"stay in {tmp_path / 'a.labels.csv'}" in output.replace("\n", "")
    assert labels_of(path) == ["0,10,up,"]


def test_delete_asks_unless_told_yes(tmp_path: Path) -> None:
    path = a_night(tmp_path / "a.night", 1e9)
    run = CliRunner()
    assert run.invoke(nights_app, ["delete", str(path)], input="n\n").exit_code == 0
    assert path.exists()
    assert run.invoke(nights_app, ["delete", str(path), "--yes"]).exit_code == 0
    assert not path.exists()


def test_list_and_trim_on_the_command_line(tmp_path: Path) -> None:
    path = a_night(tmp_path / "a.night", END_OF_SUMMER_S + 3600)  # 03:00
    run = CliRunner()
    listed = run.invoke(nights_app, ["list", str(tmp_path)]).output
    assert "a.night" in listed and "2026-10-25" in listed
    out = tmp_path / "b.night"
    args = ["trim", str(path), "--from", "03:02", "--to", "03:04", "--out", str(out)]
    assert run.invoke(nights_app, args).exit_code == 0
    assert len(all_samples(out)) == 6000
