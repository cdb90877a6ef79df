"""The table beside a recording: read, checked, written whole, and never over another's."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edgekit.device.label.label_file import (
    ABSENT,
    LabelFile,
    LabelsChangedError,
    Lanes,
    lanes_from_json,
    lanes_to_json,
)
from edgekit.device.label.label_page import prepare_page
from edgekit.device.label.recorded_file import Span, read_recorded_file
from edgekit.errors import EdgekitError
from edgekit.label_spans import label_recordings, read_label_table
from edgekit.recording import load_recording, save_recording
from tests.helpers.label_page import unlabelled
from tests.helpers.lying import make_lying

HEAD = "start,end,posture,placement\n"


@pytest.fixture
def npz(tmp_path: Path) -> Path:
    unlabelled(tmp_path / "ann.npz", "supine", "left")
    return tmp_path / "ann.npz"


def beside(npz: Path, text: str) -> LabelFile:
    npz.with_name("ann.labels.csv").write_text(text)
    return LabelFile(read_recorded_file(npz))


names = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)


@st.composite
def lanes(draw: st.DrawFn) -> Lanes:
    """Spans of a minute, in order, which may touch."""
    lane: dict[str, list[Span]] = {}
    for task in ("posture", "placement"):
        edges = sorted(draw(st.sets(st.integers(0, 60_000), max_size=12)))
        pairs = zip(edges[::2], edges[1::2], strict=False)
        lane[task] = [Span(a / 1000, b / 1000, draw(names)) for a, b in pairs]
    return lane  # type: ignore[return-value]


@given(lanes=lanes())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_saved_is_read_again_and_labels_the_recording(npz: Path, lanes: Lanes) -> None:
    labels = LabelFile(read_recorded_file(npz))
    sent = lanes_from_json(lanes_to_json(lanes), 60.0)
    saved = labels.save(sent, labels.version())
    again = labels.read()
    assert again == saved and again.lanes == lanes
    spans = read_label_table(labels.path).get("", []) if labels.path.exists() else []
    labelled = label_recordings([load_recording(npz)], spans)
    for span in lanes["posture"]:
        if span.end_s - span.start_s > 0.05:
            middle_s = (span.start_s + span.end_s) / 2
            *_, part = (part for part in labelled if part.start_s <= middle_s)
            at = min(int((middle_s - part.start_s) * part.rate_hz), len(part) - 1)
            assert part.label is not None and part.label_names[part.label[at]] == span.name


def test_labels_of_another_version_are_not_overwritten(npz: Path) -> None:
    labels = beside(npz, HEAD + "1,2,sitting,\n")
    mine: Lanes = {"posture": [Span(3.0, 4.0, "mine")], "placement": []}
    with pytest.raises(LabelsChangedError) as changed:
        labels.save(mine, ABSENT)
    assert changed.value.labels.lanes["posture"] == [Span(1.0, 2.0, "sitting")]
    assert labels.save(mine, labels.version()).lanes == mine
    assert labels.save(mine, ABSENT).lanes == mine  # repeated: its answer was lost


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("garbage\n", "no table of labels"),
        ("", "no table of labels"),
        (HEAD + "1,2,a,\n1.5,3,b,\n", "both 'a' and 'b' at 1.5 s"),
        (HEAD + "100,200,a,\n", "outside of the recording, which is 60 s long"),
        ("file,start,end,posture\nben.npz,1,2,a\n", "another file, ben.npz"),
        (HEAD + "5,4,a,\n", "not after"),
        ("\x00\x01", "no table of labels"),
    ],
)
def test_a_damaged_table_is_refused_and_stays_as_it_is(npz: Path, table: str, says: str) -> None:
    labels = beside(npz, table)
    with pytest.raises(EdgekitError, match=says):
        labels.read()
    with pytest.raises(EdgekitError, match=says):
        labels.save({"posture": [], "placement": []}, labels.version())
    assert labels.path.read_text() == table


def test_dates_are_read_where_the_recording_has_a_date(npz: Path) -> None:
    table = HEAD + "2026-11-23T21:30:01Z,2026-11-23T21:30:02.5Z,sitting,\n"
    save_recording(make_lying("supine", start_s=1_795_469_400.0), npz)
    assert beside(npz, table).read().lanes["posture"] == [Span(1.0, 2.5, "sitting")]
    save_recording(replace(make_lying("supine"), clock="device"), npz)
    with pytest.raises(EdgekitError, match="a clock of its own"):
        beside(npz, table).read()


def test_spans_of_one_name_that_overlap_are_one(npz: Path) -> None:
    labels = beside(npz, HEAD + "1,3,sitting,\n2,5,sitting,\n4,500,,wrist\n")
    assert labels.read().lanes == {
        "posture": [Span(1.0, 5.0, "sitting")],
        "placement": [Span(4.0, 60.0, "wrist")],
    }


BAD = [
    [],
    {},
    {"posture": []},
    {"posture": 5, "placement": []},
    *(
        {"posture": [span], "placement": []}
        for span in (
            None, [1, 2], [1, 2, 3], ["1", 2, "a"], [True, 2, "a"], [2, 1, "a"], [1, 1, "a"],
            [-1, 2, "a"], [1, 1e9, "a"], [float("nan"), 2, "a"], [1, float("inf"), "a"],
            [1, 10**400, "a"], [1, 2, ""], [1, 2, " a"], [1, 2, "a\nb"], [1, 2, "a" * 81],
            [1, 1.0001, "a"], [1, 2, "\x00"],
        )
    ),
    {"posture": [[1, 3, "a"], [2, 4, "b"]], "placement": []},
    {"posture": [[3, 4, "a"], [1, 2, "b"]], "placement": []},
]  # fmt: skip


@pytest.mark.parametrize("fields", BAD)
def test_spans_that_are_none_are_refused(fields: object) -> None:
    with pytest.raises(EdgekitError):
        lanes_from_json(fields, 60.0)


def test_the_labels_of_a_sleep_set_in_the_papers_words_are_edited_in_todays(
    npz: Path,
) -> None:
    beside(npz, HEAD + "0,30,up,chest\n30,60,upright,\n")
    toml = (
        'format = "edgekit dataset"\nversion = 1\nname = "older"\nrate_hz = 50\n'
        'postures = ["up", "upright"]\nplacements = ["chest"]\n'
    )
    npz.with_name("dataset.toml").write_text(toml)
    nothing = {"posture": (), "placement": ()}
    assert list(prepare_page(npz, None, nothing, "").names["posture"]) == ["up", "upright"]
    npz.with_name("dataset.toml").write_text(toml + 'domain = "sleep"\n')
    page = prepare_page(npz, None, nothing, "")
    assert list(page.names["posture"]) == ["supine", "supine-right"]
    read = page.labels.read()
    assert [span.name for span in read.lanes["posture"]] == ["supine", "supine-right"]
    page.labels.save({**read.lanes, "placement": []}, read.version)
    assert "supine-right" in page.labels.path.read_text()
