"""A wearable's records: what becomes of them, however the line cuts them."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.device.decide.posture import movement_g
from edgekit.device.decide.wear import Wear
from edgekit.device.sources.source import Chunk
from edgekit.device.sources.wearable.decisions import WearableAnswer
from edgekit.device.sources.wearable.frames import Receiver
from edgekit.device.sources.wearable.link import Link
from edgekit.device.sources.wearable.record_bytes import decode
from edgekit.device.sources.wearable.records import (
    Decision,
    DeviceEvent,
    DeviceHealth,
    DeviceSamples,
    Greet,
)
from edgekit.device.sources.wearable.wearable import Wearable
from edgekit.night.night import Decisions
from edgekit.spec import SLEEP, torso_angle_deg
from tests.helpers.fake_wearable import (
    MODEL,
    UTC_S,
    ScriptedLine,
    ScriptEndedError,
    framed,
    greeting,
    measuring,
    of_kind,
)

OVERRUN, BATTERY_EMPTY = 8, 14


def heard(pieces: list[bytes]) -> tuple[list[Chunk], list[Decisions]]:
    """What becomes of a line's bytes: chunks, and what the answer makes of each."""
    link = Link(ScriptedLine([*pieces]))  # type: ignore[arg-type]
    wearable, answer = Wearable(link, greeting(), "me"), WearableAnswer(MODEL)
    chunks, decided = [], []
    with pytest.raises(ScriptEndedError):
        for chunk in wearable.chunks():
            chunks.append(chunk)
            if (decisions := answer.push(chunk)) is not None:
                decided.append(decisions)
    return chunks, decided


def column(decided: list[Decisions], name: str) -> np.ndarray:
    return np.concatenate([getattr(decisions, name) for decisions in decided])


def said_events(chunks: list[Chunk]) -> list[str]:
    return [kind for chunk in chunks for kind, _ in chunk.events]


@settings(max_examples=60)
@given(data=st.data(), seed=st.integers(0, 9))
def test_what_arrives_is_kept_however_it_is_cut_and_whatever_lies_between(
    data: st.DataObject, seed: int
) -> None:
    records = measuring(40, seed)
    lost = data.draw(st.sets(st.integers(1, len(records) - 1), max_size=12))
    stream = b"".join(
        (data.draw(st.binary(max_size=40)) if place % 11 == 5 else b"") + sent
        for place, sent in enumerate(framed(records))
        if place not in lost
    )
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=30)))
    ends = [0, *cuts, len(stream)]
    chunks, decided = heard([stream[a:b] for a, b in pairwise(ends)])

    kept = [record for place, record in enumerate(records) if place not in lost]
    samples, decisions = of_kind(kept, DeviceSamples), of_kind(kept, Decision)
    np.testing.assert_array_equal(
        np.concatenate([chunk.xyz_g for chunk in chunks]) * 256,
        np.concatenate([record.counts for record in samples]),
    )
    arrived = {record.first_sample + i for record in samples for i in range(len(record.counts))}
    xyz = {
        record.first_sample + i: counts / np.float32(256)
        for record in samples
        for i, counts in enumerate(record.counts.astype(np.float32))
    }
    assert sum(map(len, decided)) == len(decisions)
    if not decisions:
        return
    for name in ("posture", "placement"):
        assert column(decided, name).tolist() == [getattr(d, name) for d in decisions]
        sure = [getattr(d, f"{name}_confidence") / 255 for d in decisions]
        assert column(decided, f"{name}_confidence").tolist() == sure
    assert column(decided, "raw_posture").tolist() == [d.logits[:12].argmax() for d in decisions]
    assert column(decided, "raw_placement").tolist() == [d.logits[12:].argmax() for d in decisions]
    expected_s = UTC_S + np.array([d.first_sample for d in decisions]) / 50
    np.testing.assert_allclose(column(decided, "start_s"), expected_s, atol=0.01)
    for decision, angle in zip(decisions, column(decided, "torso_angle_deg"), strict=True):
        place = range(decision.first_sample, decision.first_sample + 100)
        if arrived.issuperset(place):
            window = np.array([xyz[i] for i in place], np.float32)
            assert angle == torso_angle_deg(window.mean(axis=0, dtype=np.float64))
        else:
            assert np.isnan(angle)


def test_wear_is_decided_by_the_very_function_of_the_raspberry_pi() -> None:
    records = measuring(330)  # two minutes and a half
    for record in of_kind(records, DeviceSamples):
        record.counts[:] = (0, 0, 256) if record.first_sample > 2000 else record.counts
    _, decided = heard(framed(records))
    counts = np.concatenate([record.counts for record in of_kind(records, DeviceSamples)])
    windows = np.array(
        [counts[d.first_sample :][:100] for d in of_kind(records, Decision)], np.float32
    )
    windows /= np.float32(256)
    expected = Wear(SLEEP).push(windows.mean(axis=1, dtype=np.float64), movement_g(windows))
    assert set(expected) >= {"worn", "off"}
    np.testing.assert_array_equal(column(decided, "state"), expected)


def test_the_rate_is_measured_on_the_devices_clock() -> None:
    chunks, _ = heard(framed(measuring(400, rate_hz=50.6)))
    rates = [chunk.rate_hz for chunk in chunks if len(chunk)]
    assert rates[0] == 50.0
    assert rates[-1] == pytest.approx(50.6, rel=2e-4)
    ends_s = [chunk.end_s for chunk in chunks if len(chunk)]
    assert ends_s[-1] == pytest.approx(UTC_S + 6400 / 50.6, abs=0.02)


def test_an_overrun_is_an_event_before_the_samples_after_it_and_a_gap_in_time() -> None:
    before = measuring(10)
    after = measuring(10, start_us=7_000_000, first=160)
    overrun = DeviceEvent(7_000_000, 160, OVERRUN, 33)
    chunks, decided = heard(framed([*before, overrun, *after]))
    (met,) = [chunk for chunk in chunks if "overrun" in said_events([chunk])]
    assert met.first == 160
    assert met.start_s == pytest.approx(UTC_S + 7, abs=0.02)
    assert column(decided, "start_s")[-1] > UTC_S + 7


def test_health_is_reported_at_first_and_when_a_counter_of_faults_has_risen() -> None:
    counters = [(0, 100), (0, 200), (1, 300), (1, 400)]
    healths = [DeviceHealth(0, 0, nacks, 0, 0, 0, 0, 0, 0, n, 0, 1, 0) for nacks, n in counters]
    chunks, _ = heard(framed([*measuring(1), *healths]))
    assert said_events(chunks) == ["sensor health"] * 2


def test_a_battery_that_falls_is_reported_each_tenth_of_a_volt() -> None:
    volts = [3900, 3890, 3850, 3801, 3800, 3790, 3710, 3700]
    healths = [DeviceHealth(0, 0, 0, 0, 0, 0, 0, 0, 0, n, mv, 1, 0) for n, mv in enumerate(volts)]
    chunks, _ = heard(framed([*measuring(1), *healths]))
    events = [detail for chunk in chunks for _, detail in chunk.events]
    assert [detail[-6:] for detail in events] == ["3.90 V", "3.80 V", "3.70 V"]


def test_a_wearable_whose_battery_is_empty_ends_the_night_as_it_is_meant_to() -> None:
    empty = DeviceEvent(9_000_000, 160, BATTERY_EMPTY, 3180)
    line = ScriptedLine(framed([*measuring(10), empty]))
    chunks = list(Wearable(Link(line), greeting(), "me").chunks())  # type: ignore[arg-type]
    assert said_events(chunks) == ["battery empty"]
    assert sum(map(len, chunks)) == 160


def test_a_device_that_started_anew_unheard_is_greeted_and_goes_on_behind_the_rest() -> None:
    line = ScriptedLine(framed([*measuring(20), *measuring(20, seed=1)]))
    chunks = []
    with pytest.raises(ScriptEndedError):
        for chunk in Wearable(Link(line), greeting(), "me").chunks():  # type: ignore[arg-type]
            chunks.append(chunk)  # noqa: PERF402 (it raises)
    firsts = [chunk.first for chunk in chunks if len(chunk)]
    assert firsts == [16 * drain for drain in range(40)]
    assert said_events(chunks) == ["restart"]
    assert [type(decode(record)) for record in Receiver().push(line.written)] == [Greet]
