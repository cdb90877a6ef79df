"""A session's labels fit its samples, whatever the sensor does; what is finished is kept."""

import threading
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.calibration import Calibration
from edgekit.device.record.attempt import Attempt, Piece
from edgekit.device.record.protocol import Step
from edgekit.device.record.session import LONGEST_GAP_S
from edgekit.device.record.session_files import SessionFiles, SessionKey
from edgekit.device.sources.sensor_source import SensorSource
from edgekit.device.sources.sensors import open_sensor
from edgekit.errors import EdgekitError, UsageError
from edgekit.recording import Recording
from edgekit.spec import SLEEP, UNLABELLED
from tests.helpers.numbered_samples import source_on
from tests.helpers.recording_session import (
    HOLD,
    bus_at_rest,
    held,
    protocol_of,
    recordings_in,
    session,
    steps_of,
)
from tests.helpers.simulated_bus import SimulatedBus


def numbered_pose(number: int, _: Step) -> np.ndarray:
    """Name the step in x, in counts; gravity along y."""
    z_g = np.random.default_rng(number).normal(0, 0.01, HOLD)  # a sensor that repeats is stuck
    return np.stack([np.full(HOLD, number / 256), np.ones(HOLD), z_g], axis=1)


def labelled_seconds(recordings: list[Recording]) -> dict[str, float]:
    seconds: dict[str, float] = {}
    for recording in recordings:
        assert recording.label is not None
        for index, name in enumerate(recording.label_names):
            count = int((recording.label == index).sum()) / recording.rate_hz
            seconds[name] = seconds.get(name, 0.0) + count
    return seconds


def test_each_step_gets_its_seconds_and_the_time_to_settle_no_label(tmp_path: Path) -> None:
    ended = session(tmp_path, protocol_of(*steps_of(["a", "b", "c"], seconds=6, settle_s=3)))
    (recording,) = ended.recordings
    assert recording.label is not None
    assert labelled_seconds([recording]) == pytest.approx({"a": 6, "b": 6, "c": 6}, abs=0.05)
    assert int((recording.label == UNLABELLED).sum()) == 3 * 3 * 50
    assert (recording.subject, recording.placement, recording.clock) == ("ann", "chest", "utc")
    assert [step.doubts for step in ended.steps] == [()] * 3


@pytest.mark.parametrize("ppm", [-8_000, 0, 8_000])
def test_the_rate_is_the_sensors_own(tmp_path: Path, ppm: int) -> None:
    bus = bus_at_rest(ppm)
    steps = steps_of(["a", "b"], seconds=40)
    (recording,) = session(tmp_path, protocol_of(*steps), bus=bus).recordings
    assert recording.rate_hz == pytest.approx(50 * (1 + ppm / 1e6), rel=2e-3)


@settings(max_examples=12)
@given(
    faults=st.lists(
        st.one_of(
            st.tuples(st.floats(0.2, 24), st.just("fault_nack"), st.integers(1, 60)),
            st.tuples(st.floats(0.2, 24), st.just("fault_hold_sda"), st.integers(1, 30)),
            st.tuples(st.floats(0.2, 24), st.just("fault_brown_out"), st.integers(1, 3_000_000)),
            st.tuples(st.floats(0.2, 24), st.just("fault_ones"), st.integers(1, 20), st.just(0)),
        ),
        max_size=5,
    )
)
def test_under_any_faults_a_label_is_on_the_samples_of_its_step_alone(
    tmp_path_factory: pytest.TempPathFactory,
    faults: list[tuple],  # type: ignore[type-arg]
) -> None:
    due = sorted(faults, key=lambda fault: fault[0])

    def inject(bus: SimulatedBus, *_: object) -> None:
        while due and bus.time_us / 1e6 >= due[0][0]:
            _, name, *arguments = due.pop(0)
            bus.sensor.do(name, *arguments)

    steps = steps_of(["one", "two", "three"])
    folder = tmp_path_factory.mktemp("faults")
    ended = session(folder, protocol_of(*steps), numbered_pose, on_time=inject)
    for recording in ended.recordings:
        assert recording.label is not None
        known = recording.label != UNLABELLED
        number = np.rint(256 * recording.xyz_g[known, 0]).astype(int)
        assert (number == recording.label[known] + 1).all()
    seconds = labelled_seconds(ended.recordings)
    assert all(4.9 <= seconds[step.label] <= 5.1 for step in steps[:2])
    assert 2.9 <= seconds["three"] <= 5.1  # the last stretch may be below 2 s


def test_a_short_gap_splits_the_recording_and_the_step_goes_on(tmp_path: Path) -> None:
    is_out = False

    def brown_out(bus: SimulatedBus, attempt: Attempt, _: threading.Event) -> None:
        nonlocal is_out
        if attempt.step.label == "b" and not is_out and attempt.left_s < 4:
            is_out = True
            bus.sensor.do("fault_brown_out", 1_000)

    ended = session(tmp_path, protocol_of(*steps_of(["a", "b"], seconds=8)), on_time=brown_out)
    assert len(ended.recordings) == 2 and ended.wearer.repeated == []
    assert [step.gaps for step in ended.steps] == [0, 1]
    first, second = ended.recordings
    assert 0 < second.start_s - first.end_s < LONGEST_GAP_S
    assert labelled_seconds(ended.recordings)["b"] == pytest.approx(8, abs=0.1)


def test_a_long_gap_begins_the_step_again_and_drops_what_was_before_it(tmp_path: Path) -> None:
    is_out = False

    def unplug(bus: SimulatedBus, attempt: Attempt, _: threading.Event) -> None:
        nonlocal is_out
        if attempt.step.label == "b" and attempt.left_s < 3 and not is_out:
            is_out = True
            bus.sensor.do("fault_brown_out", 5_000_000)

    ended = session(tmp_path, protocol_of(*steps_of(["a", "b"])), on_time=unplug)
    assert ended.wearer.repeated == [2]
    assert any("this step begins again" in event for event in ended.wearer.events)
    assert labelled_seconds(ended.recordings)["b"] == pytest.approx(5, abs=0.05)


def test_a_sensor_that_falls_silent_ends_the_session_and_what_is_finished_is_kept(
    tmp_path: Path,
) -> None:
    def cut_the_wire(bus: SimulatedBus, attempt: Attempt, _: threading.Event) -> None:
        if attempt.step.label == "b":
            bus.sensor.do("fault_nack", 1_000_000)

    protocol = protocol_of(*steps_of(["a", "b", "c"]))
    with pytest.raises(EdgekitError, match=r"no sample for 20 s \(sensor lost.*1 of 3 steps"):
        session(tmp_path, protocol, on_time=cut_the_wire)
    assert labelled_seconds(recordings_in(tmp_path))["a"] == pytest.approx(5, abs=0.05)
    rest = session(tmp_path, protocol)
    assert rest.wearer.begun == [2, 3]
    seconds = labelled_seconds(rest.recordings)
    assert seconds == pytest.approx({"a": 5, "b": 5, "c": 5}, abs=0.05)


def test_a_sensor_that_is_stuck_ends_the_session(tmp_path: Path) -> None:
    def stuck(_: int, __: Step) -> np.ndarray:
        return np.tile([0.0, 1.0, 0.0], (HOLD, 1))

    with pytest.raises(EdgekitError, match=r"6 gaps in step 1 \(.*edgekit doctor; 0 of 1 steps"):
        session(tmp_path, protocol_of(*steps_of(["a"], seconds=30)), stuck)


def test_a_sensor_that_never_answers_is_reported(tmp_path: Path) -> None:
    bus = bus_at_rest()
    bus.sensor.do("fault_nack", 1_000_000)
    with pytest.raises(EdgekitError, match="edgekit doctor; 0 of 1 steps are kept"):
        session(tmp_path, protocol_of(*steps_of(["a"])), bus=bus)
    assert list(tmp_path.glob("*.npz")) == []


def test_a_stopped_session_goes_on_with_the_step_that_was_not_finished(tmp_path: Path) -> None:
    def stop(_: SimulatedBus, attempt: Attempt, stopping: threading.Event) -> None:
        if attempt.step.label == "c":
            stopping.set()

    protocol = protocol_of(*steps_of(["a", "b", "c", "d"]))
    assert len(session(tmp_path, protocol, on_time=stop).steps) == 2
    rest = session(tmp_path, protocol)
    assert [step.number for step in rest.steps] == [3, 4]
    assert len(rest.recordings) == 2 and len(set(labelled_seconds(rest.recordings))) == 4
    again = session(tmp_path, protocol)  # it is finished: the next is a session of its own
    assert len(again.steps) == 4 and len(again.recordings) == 3


def test_a_session_killed_after_its_last_step_is_over(tmp_path: Path) -> None:
    protocol = protocol_of(*steps_of(["a", "b"]))
    files = SessionFiles(SessionKey(tmp_path, "ann", protocol), 1, "made", "utc")
    files.add([Piece(held(0, 1, 0)[:250].astype(np.float32), 0.0, 50.0, 1, "chest", False)])
    while not list(tmp_path.glob(".*.session.json")):  # written, and never closed: it was killed
        time.sleep(0.01)
    assert len(session(tmp_path, protocol).steps) == 2


def test_another_protocol_does_not_go_on_with_what_was_begun(tmp_path: Path) -> None:
    def stop(_: SimulatedBus, attempt: Attempt, stopping: threading.Event) -> None:
        if attempt.step.label == "b":
            stopping.set()

    session(tmp_path, protocol_of(*steps_of(["a", "b"])), on_time=stop)
    with pytest.raises(UsageError, match=r"mine has changed since its first 1 steps.*--restart"):
        session(tmp_path, protocol_of(*steps_of(["a", "c"])))
    other = session(tmp_path, protocol_of(*steps_of(["a", "c"])), subject="bob")
    assert len(other.steps) == 2


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": "x"}', '{"finished": -1}'])
def test_a_damaged_file_of_a_session_is_named_with_the_way_out(
    tmp_path: Path, content: str
) -> None:
    (tmp_path / ".ann-chest-mine.session.json").write_text(content)
    with pytest.raises(UsageError, match="--restart"):
        session(tmp_path, protocol_of(*steps_of(["a"])))


def test_no_recording_is_overwritten(tmp_path: Path) -> None:
    taken = tmp_path / "ann-chest-mine-1.npz"
    taken.write_bytes(b"somebody's own")
    with pytest.raises(EdgekitError, match="not an edgekit recording"):
        session(tmp_path, protocol_of(*steps_of(["a"])))  # the helper reads all files
    assert taken.read_bytes() == b"somebody's own"
    assert (tmp_path / "ann-chest-mine-2.npz").is_file()


def test_a_step_that_moves_and_should_not_is_doubtful_and_the_other_way_round(
    tmp_path: Path,
) -> None:
    def pose(number: int, step: Step) -> np.ndarray:
        g = held(0, 1, 0)
        if number in (1, 2):
            g[:, 0] += 0.4 * np.sin(np.arange(HOLD) / 5)
        return g

    steps = (
        Step("Walk.", "walking", 5, 1, still=False),
        Step("Sit.", "sitting", 5, 1, still=True),
        Step("Walk.", "walking", 5, 1, still=False),
    )
    ended = session(tmp_path, protocol_of(*steps), pose)
    doubts = [" ".join(step.doubts) for step in ended.steps]
    assert doubts[0] == ""
    assert "moved by 0.28 g; up to 0.12 g counts as still" in doubts[1]
    assert "hardly moved" in doubts[2]


def test_a_wearer_who_did_not_change_posture_is_noticed(tmp_path: Path) -> None:
    def pose(number: int, step: Step) -> np.ndarray:
        return held(1, 0, 0) if number > 2 else held(0, 0, 1)

    ended = session(tmp_path, protocol_of(*steps_of(["supine", "left", "right", "right"])), pose)
    doubts = [" ".join(step.doubts) for step in ended.steps]
    assert doubts[0] == doubts[2] == doubts[3] == ""
    assert "gravity points as in the step before (supine)" in doubts[1]


def test_gravity_of_another_length_is_doubtful(tmp_path: Path) -> None:
    def pose(_: int, __: Step) -> np.ndarray:
        return held(0, 0.5, 0)

    (step,) = session(tmp_path, protocol_of(*steps_of(["a"])), pose).steps
    assert "gravity reads 0.50 g, not 1 g" in " ".join(step.doubts)


def test_samples_are_recorded_in_the_bodys_axes_where_there_is_a_calibration(
    tmp_path: Path,
) -> None:
    turned = Calibration(rotation=((0, 1, 0), (-1, 0, 0), (0, 0, 1)))
    steps = protocol_of(*steps_of(["a"]))
    (recording,) = session(tmp_path, steps, numbered_pose, calibration=turned).recordings
    np.testing.assert_allclose(recording.xyz_g[-50:].mean(axis=0), [1, 0, 0], atol=0.01)


def test_a_change_of_placement_begins_a_recording(tmp_path: Path) -> None:
    steps = (Step("Sit.", "sitting", 5), Step("Move it.", "sitting", 5, placement="wrist"))
    ended = session(tmp_path, protocol_of(*steps))
    assert [recording.placement for recording in ended.recordings] == ["chest", "wrist"]


def test_the_labels_of_sleep_are_in_the_order_of_its_nets(tmp_path: Path) -> None:
    protocol = protocol_of(*steps_of(["left", "supine"]), domain="sleep")
    (recording,) = session(tmp_path, protocol).recordings
    assert recording.label_names == SLEEP.postures


def test_a_clock_that_is_set_meanwhile_moves_the_recording(tmp_path: Path) -> None:
    bus = bus_at_rest()

    def set_clock(bus: SimulatedBus, attempt: Attempt, _: threading.Event) -> None:
        if attempt.step.label == "b":
            bus.utc_s = 5_000.0

    protocol = protocol_of(*steps_of(["a", "b"]))
    (recording,) = session(tmp_path, protocol, bus=bus, on_time=set_clock).recordings
    assert 5_000 < recording.start_s < 5_002


def test_a_disk_that_fails_is_an_error_and_not_a_loss_without_a_word(tmp_path: Path) -> None:
    (tmp_path / "set").write_text("a file where the folder should be")
    with pytest.raises(EdgekitError, match="cannot be written to"):
        session(tmp_path / "set", protocol_of(*steps_of(["a", "b"])))


@pytest.mark.parametrize("rate_hz", [25, 100])
def test_other_rates_of_the_sensor_are_recorded(tmp_path: Path, rate_hz: int) -> None:
    bus = bus_at_rest()
    source = source_on(bus, rate_hz)
    (recording,) = session(
        tmp_path, protocol_of(*steps_of(["a"])), bus=bus, source=source
    ).recordings
    assert recording.rate_hz == pytest.approx(rate_hz, rel=5e-3)
    assert isinstance(source, SensorSource) and open_sensor(bus, rate_hz).rate_hz == rate_hz
