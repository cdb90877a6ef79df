"""A night as EDF+, read back by a reader that is not the one which wrote it."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pyedflib
import pytest
from hypothesis import given, settings
from hypothesis.strategies import floats

from edgekit.device.report import write_report
from edgekit.device.report.export.edf import EdfNight, edf_bytes
from edgekit.device.report.states import class_states
from edgekit.errors import EdgekitError
from edgekit.night.meta import NightMeta
from edgekit.night.night import Alarm, Decisions, Event, Samples
from edgekit.night.reader import open_night
from edgekit.night.utc_offsets import UtcOffsets
from edgekit.night.writer import NightWriter
from edgekit.spec import SLEEP
from tests.helpers import nights
from tests.helpers.nights import Plan, decisions

START_S = nights.START_S + 0.25
RATE_HZ = 49.137
STEP_G = 2 / 32767
END_OF_SUMMER_S = 1_792_890_000.0  # 2026-10-25 01:00 UTC


def lain(plan: Plan) -> Decisions:
    night = decisions(plan, start_s=START_S)
    return replace(night, movement_g=np.full(len(night), 0.0125))


def stretch(start_s: float, seconds: float, seed: int = 0) -> Samples:
    count = round(seconds * RATE_HZ)
    xyz_g = np.random.default_rng(seed).uniform(-1.5, 1.5, (count, 3))
    return Samples(start_s, RATE_HZ, xyz_g.astype(np.float32))


A_NIGHT = EdfNight(
    SLEEP,
    UtcOffsets((START_S - 1,), (3600,)),
    [stretch(START_S, 150), stretch(START_S + 160, 140, seed=1)],
    lain([("supine", 2.5), ("left", 2.3)]),
    [Event(START_S + 12, "resampled", "from 49.137 Hz"), Event(START_S + 150, "gap", "10.000 s")],
    [Alarm(START_S + 60, 1, 2, 0.5, 4.25)],
)


def read(tmp_path: Path, night: EdfNight = A_NIGHT) -> pyedflib.EdfReader:
    path = tmp_path / "a.edf"
    path.write_bytes(edf_bytes(night))
    return pyedflib.EdfReader(str(path))


def test_every_sample_is_read_back_within_a_digital_step(tmp_path: Path) -> None:
    with read(tmp_path) as edf:
        rate_hz = edf.getSampleFrequency(0)
        axes = np.stack([edf.readSignal(axis) for axis in range(3)], axis=1)
    assert rate_hz == pytest.approx(RATE_HZ, rel=1e-6)
    first, second = A_NIGHT.samples
    assert np.abs(axes[: len(first.xyz_g)] - first.xyz_g).max() <= STEP_G
    begin = round((second.start_s - START_S) * rate_hz)
    assert np.abs(axes[begin : begin + len(second.xyz_g)] - second.xyz_g).max() <= STEP_G
    held = axes[len(first.xyz_g) : begin]
    assert np.abs(held - first.xyz_g[-1]).max() <= STEP_G


def test_a_decision_stands_for_its_hop(tmp_path: Path) -> None:
    with read(tmp_path) as edf:
        labels = edf.getSignalLabels()
        angle, posture, movement = (edf.readSignal(k) for k in (3, 4, 5))
        rate_hz = edf.getSampleFrequency(4)
    assert labels == ["Acc X", "Acc Y", "Acc Z", "Torso angle", "Posture", "Movement"]
    assert rate_hz == pytest.approx(1 / SLEEP.hop_s, rel=1e-3)
    at = round(100 * rate_hz)
    assert class_states(SLEEP)[round(posture[at])].name == "supine"
    assert angle[at] == pytest.approx(90, abs=0.1)
    assert movement[at] == pytest.approx(0.0125, abs=1e-4)
    assert (posture[-5:] == -1).all(), "after the last decision there is none"


def test_annotations_hold_bouts_events_alarms_and_gaps(tmp_path: Path) -> None:
    with read(tmp_path) as edf:
        found = list(zip(*edf.readAnnotations(), strict=True))
    told = {str(text): (float(at_s), float(length_s)) for at_s, length_s, text in found}
    assert told["supine"] == pytest.approx((0, 150), abs=1e-3)
    assert told["left"] == pytest.approx((150, 138), abs=1e-3)
    gap, filled = [(at_s, length_s) for at_s, length_s, text in found if text == "gap"]
    assert gap == pytest.approx((150, 10), abs=0.03)
    assert filled[0] == pytest.approx(300, abs=0.03)  # the rest of the last record
    assert told["resampled: from 49.137 Hz"][0] == pytest.approx(12, abs=1e-3)
    assert told["alarm: attempt 1, level 2, left after 4.2 s"][0] == pytest.approx(60, abs=1e-3)
    assert len(found) == 6


def test_it_starts_on_the_wearers_clock_and_names_nobody(tmp_path: Path) -> None:
    with read(tmp_path) as edf:
        # pyedflib takes EDFlib's 100 ns for something else: the second alone is read rightly.
        assert edf.getStartdatetime().replace(microsecond=0) == datetime(2026, 11, 23, 22, 30)
        told = (edf.getPatientCode(), edf.getSex(), edf.getBirthdate(), edf.getPatientName())
    assert told == ("", "", "", "X"), "X stands for what is not told"
    assert edf_bytes(A_NIGHT)[8:88].decode().strip() == "X X X X"


def test_a_night_without_samples_is_no_edf() -> None:
    with pytest.raises(EdgekitError, match="holds no samples"):
        edf_bytes(replace(A_NIGHT, samples=[]))


def test_a_night_without_decisions_has_its_axes(tmp_path: Path) -> None:
    with read(tmp_path, replace(A_NIGHT, decisions=lain([]))) as edf:
        assert (edf.readSignal(4) == -1).all()


@given(rate_hz=floats(45.0, 55.0), hours=floats(0.1, 8.0))
@settings(max_examples=25)
def test_any_measured_rate_and_any_length_can_be_written(rate_hz: float, hours: float) -> None:
    """edfio compares the lengths of all signals to the last bit."""
    count = round(hours * 3600 * rate_hz)
    night = replace(A_NIGHT, samples=[Samples(START_S, rate_hz, np.zeros((count, 3), np.float32))])
    assert edf_bytes(night)[:8] == b"0       "


@pytest.mark.parametrize(("before_h", "after_h", "begins"), [(2, 1, "02:58"), (1, 2, "01:58")])
def test_a_night_that_was_resumed_and_set_and_lived_through_a_change_of_summer_time(
    tmp_path: Path, before_h: int, after_h: int, begins: str
) -> None:
    """Read back at its distance in true seconds, whatever the clock on the wall did."""
    start_s = END_OF_SUMMER_S - 120
    offsets = UtcOffsets((start_s, END_OF_SUMMER_S), (3600 * before_h, 3600 * after_h))
    meta = NightMeta(SLEEP, "net", "ab", "made", "A. Person", start_s, offsets, "utc", True)
    path = tmp_path / "a.night"
    with NightWriter.create(path, meta) as writer:
        writer.add_samples(stretch(start_s, 240))
        writer.add_event(Event(start_s + 240, "gap", "30.000 s"))
        writer.add_samples(stretch(start_s + 270, 60, seed=1))
    with NightWriter.resume(path, meta) as writer:
        writer.add_samples(stretch(start_s + 500, 120, seed=2))
        writer.correct_clock(100.0)
    edf_path = write_report(path, edf=True).edf
    assert edf_path
    with pyedflib.EdfReader(str(edf_path)) as edf, open_night(path) as night:
        assert f"{edf.getStartdatetime():%Y-%m-%d %H:%M}" == f"2026-10-25 {begins}"
        rate_hz = edf.getSampleFrequency(0)
        axes = np.stack([edf.readSignal(axis) for axis in range(3)], axis=1)
        told = list(zip(*edf.readAnnotations(), strict=True))
        for part in night.samples():
            begin = round((part.start_s - start_s) * rate_hz)
            found = axes[begin : begin + len(part.xyz_g)]
            assert np.abs(found - part.xyz_g).max() <= STEP_G
    gaps = [(float(at_s), float(length_s)) for at_s, length_s, text in told if text == "gap"]
    *within, filled = gaps
    assert within == [pytest.approx((240, 30), abs=0.03), pytest.approx((330, 270), abs=0.03)]
    assert filled[0] == pytest.approx(720, abs=0.03)  # the rest of the last record
