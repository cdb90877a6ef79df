"""A night in a notebook: the same decisions as the command line's, as tables with names."""

import datetime as dt
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import edgekit
from edgekit.bundle import Bundle
from edgekit.device.decide.answer import BundleAnswer
from edgekit.device.monitor.monitor import record_night
from edgekit.device.report import write_report
from edgekit.device.sources.source import FULL_SPEED, Replay
from edgekit.errors import EdgekitError, UsageError
from edgekit.night.columns import columns
from edgekit.night.night import Alarm, Decisions
from edgekit.recording import Recording, load_recording, save_recording
from edgekit.spec import ACTIVITY_FRONT_END, SLEEP, Spec
from tests.helpers.nights import START_S, decisions, write_night


def lying(angles_deg: list[float], seconds: float = 60.0) -> Recording:
    """A sleeper who lies still at each angle in turn, labelled on the back and on the left."""
    rng = np.random.default_rng(1)
    angle = np.repeat(np.radians(angles_deg), int(seconds * 50))
    xyz = np.stack([np.cos(angle), np.zeros_like(angle), np.sin(angle)], axis=1)
    xyz_g = (xyz + rng.normal(0, 0.01, xyz.shape)).astype(np.float32)
    return Recording(xyz_g, 50.0, "ann", "chest", start_s=START_S, clock="utc", source="made up")


@pytest.fixture(scope="module")
def recording() -> Recording:
    return lying([90, 180, 0], seconds=80)


@pytest.fixture(scope="module")
def night(recording: Recording, bundle: Bundle) -> edgekit.NightTables:
    return edgekit.decide(recording, edgekit.load_model(bundle.folder))


def test_deciding_in_memory_equals_the_monitors_replay(
    recording: Recording, night: edgekit.NightTables, bundle: Bundle, tmp_path: Path
) -> None:
    record_night(Replay([recording], FULL_SPEED), BundleAnswer(bundle), tmp_path / "a.night")
    replayed = edgekit.read_night(str(tmp_path / "a.night"))
    for name in columns(Decisions):
        assert_array_equal(getattr(night.decided, name), getattr(replayed.decided, name))
    assert night.events.equals(replayed.events)
    assert night.samples().equals(replayed.samples())


def test_a_decision_is_a_row_of_words(night: edgekit.NightTables, bundle: Bundle) -> None:
    table = night.decisions
    assert len(table) == len(night.decided) > 100
    back, left = bundle.spec.postures[0], bundle.spec.postures[9]
    assert table["posture"][5] == back
    assert left in table["posture"].to_list()
    assert set(table["placement"]) <= set(bundle.spec.placements)
    assert set(table["label"]) == {""}
    assert table["time"][0] == dt.datetime.fromtimestamp(START_S, dt.UTC)


def test_bouts_follow_one_another(night: edgekit.NightTables) -> None:
    bouts = night.bouts
    assert bouts["state"].to_list() == ["supine", "left", "right"]
    assert bouts["minutes"].sum() == pytest.approx(4, abs=0.1)
    assert bouts["start"].to_list()[1:] == bouts["end"].to_list()[:-1]


def test_samples_are_the_recordings_own(night: edgekit.NightTables, recording: Recording) -> None:
    samples = night.samples()
    assert len(samples) == len(recording)
    np.testing.assert_allclose(samples["x_g"].to_numpy(), recording.xyz_g[:, 0], atol=1e-6)


def test_nothing_is_left_on_the_disk(
    recording: Recording, bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.chdir(tmp_path)
    edgekit.decide(recording, bundle.folder)
    assert not list(tmp_path.iterdir())


def test_labels_judge_the_decisions(bundle: Bundle) -> None:
    names = bundle.spec.postures
    unlabelled = lying([90, 180])
    assert edgekit.decide(unlabelled, bundle.folder).labelled_share_right is None
    label = np.repeat(np.array([0, 1], np.int16), len(unlabelled) // 2)
    labelled = Recording(
        unlabelled.xyz_g, 50.0, "ann", "chest", label, (names[0], names[3]), START_S, "utc"
    )
    found = edgekit.decide(labelled, bundle.folder)
    assert found.labelled_share_right == pytest.approx(0.5, abs=0.1)
    assert names[3] in set(found.decisions["label"])


def test_events_say_what_they_mean(night: edgekit.NightTables) -> None:
    assert night.events["kind"].to_list() == ["start", "stop"]
    assert night.events["meaning"][0] == "the recording began"


def test_a_picture_stands_alone(night: edgekit.NightTables, tmp_path: Path) -> None:
    saved = night.plot().save(str(tmp_path / "night.svg"))
    root = ElementTree.parse(saved).getroot()
    style = root.findtext("{*}style")
    assert style and "var(" not in style
    drawn = {word for each in root.iter() for word in each.get("class", "").split()}
    for word in drawn - {root.get("class"), "minor"}:  # minor: hidden on a narrow page
        assert re.search(rf"\.{word}\b", style), word
    titles = [each.text for each in root.iter() if each.tag.endswith("title")]
    assert [title.split(", ")[0] for title in titles if title] == ["supine", "left", "right"]


def test_two_kinds_of_nights_in_one_notebook_keep_their_colours(tmp_path: Path) -> None:
    activities = Spec("own", 50.0, ("still", "walking"), ("wrist",), ACTIVITY_FRONT_END)
    pictures = [
        edgekit.read_night(write_night(tmp_path / f"{spec.domain}.night", plan, spec=spec)).plot()
        for spec, plan in (
            (SLEEP, decisions([("left", 10)])),
            (activities, decisions([("walking", 10)], activities)),
        )
    ]
    names = [ElementTree.fromstring(picture.svg).get("class") for picture in pictures]
    assert len({*names}) == 2


def test_a_picture_is_saved_as_svg_alone(night: edgekit.NightTables, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"ends in \.svg"):
        night.plot().save(tmp_path / "night.png")
    assert not list(tmp_path.iterdir())


def test_a_night_in_a_notebook_says_what_its_report_says(tmp_path: Path) -> None:
    path = write_night(tmp_path / "a.night", decisions([("left", 60), ("supine", 30)]))
    shown = edgekit.read_night(path)._repr_html_()
    first = "You lay on your back 33 % of the night (30 min of 1 h 30 min)."
    assert first in shown and shown.count("<svg") >= 3
    assert first in write_report(path).html.read_text()


def test_what_a_notebook_prints_is_short(
    night: edgekit.NightTables, recording: Recording, bundle: Bundle
) -> None:
    for shown in (night, night.plot(), night.summary, recording, bundle):
        assert len(repr(shown)) < 200 and "array(" not in repr(shown)


def test_a_night_on_disk_has_its_alarms(tmp_path: Path) -> None:
    alarms = [Alarm(START_S + 60, 1, 1, 0.5, None), Alarm(START_S + 90, 1, 2, 1.0, 4.0)]
    path = write_night(tmp_path / "a.night", decisions([("left", 10)]), alarms=alarms)
    table = edgekit.read_night(path).alarms
    assert table["level"].to_list() == [1, 2]
    assert np.isnan(table["response_s"][0]) and table["response_s"][1] == 4.0


def test_a_night_says_in_one_line_what_it_is(night: edgekit.NightTables) -> None:
    assert repr(night).startswith("<night of ann: 4 min, ")


def test_a_file_of_several_people_is_no_night(bundle: Bundle) -> None:
    ann = lying([90])
    bob = Recording(ann.xyz_g, 50.0, "bob", "chest", start_s=START_S, clock="utc")
    with pytest.raises(UsageError, match="2 subjects"):
        edgekit.decide([ann, bob], bundle.folder)
    with pytest.raises(UsageError, match="no recording holds a sample"):
        edgekit.decide([], bundle.folder)


def test_a_recording_too_short_to_decide_has_no_summary(bundle: Bundle) -> None:
    night = edgekit.decide(lying([90], seconds=1.0), bundle.folder)
    assert len(night.decisions) == len(night.bouts) == 0
    with pytest.raises(EdgekitError, match="no decision"):
        _ = night.summary
    with pytest.raises(EdgekitError, match="nothing to draw"):
        night.plot()
    assert "0 decisions" in night._repr_html_()


def test_a_doubt_is_kept_once(bundle: Bundle, tmp_path: Path) -> None:
    still = lying([90], seconds=120)
    save_recording(
        Recording(still.xyz_g * 0.6, 50.0, "ann", "chest", start_s=START_S, clock="utc"),
        tmp_path / "ann.npz",
    )
    assert load_recording(tmp_path / "ann.npz").subject == "ann"
    night = edgekit.decide(edgekit.read_recording(tmp_path / "ann.npz"), bundle.folder)
    assert len([doubt for doubt in night.doubts if "gravity" in doubt]) == 1


@pytest.mark.parametrize("content", [None, b"", b"no night"])
def test_what_is_no_night_is_one_clear_error(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "a.night"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(EdgekitError, match=r"a\.night"):
        edgekit.read_night(str(path))
