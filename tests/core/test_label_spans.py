"""Labels by hand: a table of spans, and what it makes of a recording."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import EdgekitError
from edgekit.label_spans import (
    LabelSpan,
    Moment,
    label_recordings,
    labels_beside,
    read_label_table,
    read_spans_beside,
    write_label_table,
)
from edgekit.recording import Recording


def still(seconds=10.0, rate_hz=50.0, **fields):
    xyz_g = np.tile(np.float32([0, 0, 1]), (round(seconds * rate_hz), 1))
    return Recording(xyz_g, rate_hz, "ann", "chest", source="ann.npz", **fields)


def names_of(recording):
    if recording.label is None:
        return [""] * len(recording)
    return [recording.label_names[k] if k >= 0 else "" for k in recording.label]


def span(start_s, end_s, posture="", placement=""):
    return LabelSpan(Moment(start_s), Moment(end_s), posture, placement)


def test_a_span_labels_its_samples_and_no_others():
    (labelled,) = label_recordings([still()], [span(2, 4, "walking")])
    assert names_of(labelled) == [""] * 100 + ["walking"] * 100 + [""] * 300


def test_a_change_of_placement_cuts_the_recording():
    parts = label_recordings([still()], [span(6, 10, placement="wrist")])
    assert [(p.placement, p.duration_s, p.start_s) for p in parts] == [
        ("chest", 6.0, 0.0),
        ("wrist", 4.0, 6.0),
    ]


def test_spans_count_from_the_first_sample_of_the_file_across_its_gaps():
    first, second = still(5, start_s=100.0), still(5, start_s=110.0)
    *_, labelled = label_recordings([second, first][::-1], [span(11, 13, "standing")])
    assert names_of(labelled) == [""] * 50 + ["standing"] * 100 + [""] * 100


def test_dates_place_a_span_on_a_utc_clock_and_are_refused_on_another(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("start,end,posture\n2026-03-01T23:00:02+01:00,2026-03-01T22:00:04Z,lying\n")
    spans = read_label_table(table)[""]
    recording = still(start_s=1772402400.0, clock="utc")
    (labelled,) = label_recordings([recording], spans)
    assert names_of(labelled).index("lying") == 100
    with pytest.raises(EdgekitError, match="clock of its own"):
        label_recordings([still()], spans)


def test_two_spans_that_disagree_are_refused():
    with pytest.raises(EdgekitError, match="both 'b' and 'a' at 3"):
        label_recordings([still()], [span(1, 4, "a"), span(3, 5, "b")])


def test_what_a_recording_said_before_stays_where_no_span_speaks():
    own = np.zeros(500, np.int16)
    (labelled,) = label_recordings(
        [still(label=own, label_names=("sitting",))], [span(9, 20, "walking")]
    )
    assert names_of(labelled) == ["sitting"] * 450 + ["walking"] * 50


@given(
    st.lists(
        st.tuples(
            st.integers(0, 10**8).map(lambda ms: ms / 1000),
            st.integers(1, 10**7).map(lambda ms: ms / 1000),
            st.text("abcé ,;\"'", max_size=8).map(str.strip),
            st.sampled_from(["", "wrist"]),
        )
    )
)
def test_what_is_written_is_read_back(tmp_path_factory, rows):
    spans = [span(start, start + length, a, b) for start, length, a, b in rows]
    path = tmp_path_factory.mktemp("labels") / "x.labels.csv"
    write_label_table(path, spans)
    back = read_label_table(path).get("", [])
    assert sorted(map(rounded, back)) == sorted(map(rounded, spans))


def rounded(of):
    return round(of.start.seconds, 3), round(of.end.seconds, 3), of.posture, of.placement


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "first line must name"),
        ("start,end,posture\n5,4,a\n", "not after"),
        ("start,end,posture\nnan,4,a\n", "t.csv:2: 'nan' to '4' are not both"),
        ("start,end,posture\n2026-03-01T22:15:00,2026-03-01T22:16:00,a\n", "with its zone"),
        ("start,end,posture\n5\n", "lacks its end"),
        ("start,end,posture\nx\n", "lacks its end"),
        ("start,end,posture\n1,0001-01-01T00:00:00+14:00,a\n", "are not both"),
        ("start,end,posture\n1,2026-03-01T22:16:00Z,a\n", "not after"),
        ("start,end,posture\n0:10,1:75,a\n", "t.csv:2: '0:10' to '1:75' are not both"),
        ("start,end,posture\n0,1:60:00,a\n", "are not both"),
        ("a\0b", "first line must name|no table"),
    ],
)
def test_a_row_that_cannot_be_right_is_refused_with_its_line(tmp_path, text, why):
    path = tmp_path / "t.csv"
    path.write_text(text)
    with pytest.raises(EdgekitError, match=why):
        read_label_table(path)


def test_hours_minutes_and_seconds_and_other_delimiters_are_read(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("﻿File;Start;End;Placement\nann.csv;1:02:30;1:03:00.5;wrist\n", "utf-8")
    (only,) = read_label_table(path)["ann.csv"]
    assert (only.start.seconds, only.end.seconds, only.placement) == (3750, 3780.5, "wrist")


@pytest.mark.parametrize("name", ["ann.night", "ann.csv.gz", "ann"])
def test_the_labels_of_a_recording_lie_beside_it(tmp_path, name):
    assert labels_beside(tmp_path / name).name == "ann.labels.csv"


@pytest.mark.parametrize("named", ["ann.npz", "ann", ""])
def test_a_table_beside_a_recording_may_name_it_and_no_other(tmp_path, named):
    recording, table = tmp_path / "ann.npz", tmp_path / "ann.labels.csv"
    assert read_spans_beside(recording) is None
    table.write_text(f"file,start,end,posture\n{named},1,2,sitting\n")
    assert read_spans_beside(recording) == [LabelSpan(Moment(1.0), Moment(2.0), "sitting")]
    table.write_text(table.read_text() + "bob.npz,2,3,walking\n")
    with pytest.raises(EdgekitError, match=r"another file, bob\.npz"):
        read_spans_beside(recording)
