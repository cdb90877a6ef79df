"""From the sensor's counts to decisions: what the wearable says is what Python computes."""

from collections.abc import Callable
from itertools import groupby

import numpy as np
import pytest

from edgekit.bundle import Bundle
from edgekit.device.sources.wearable.records import (
    Bout,
    Decision,
    DeviceEvent,
    DeviceSamples,
    Greet,
    Record,
)
from edgekit.smoothing import Smoothing
from edgekit.spec import SLEEP
from tests.helpers.app_board import SLOW, Board, Boards, of_kind, tuned
from tests.helpers.python_decisions import Counts, joined, python_says


def check(decisions: list[Decision], expected) -> None:
    assert len(decisions) == len(joined(expected, "posture")) > 0
    for name in ("posture", "placement"):
        assert [getattr(record, name) for record in decisions] == joined(expected, name).tolist()
        confidence = [getattr(record, f"{name}_confidence") for record in decisions]
        wanted = 255 * joined(expected, f"{name}_confidence")
        np.testing.assert_allclose(confidence, wanted, atol=0.75)
    raw = np.array([record.logits[:12].argmax() for record in decisions])
    assert raw.tolist() == joined(expected, "raw_posture").tolist()


def test_a_night_s_samples_and_decisions_are_python_s(
    board: Board, gravity_bundle: Bundle, lying_counts: Callable[..., Counts]
) -> None:
    counts = lying_counts(
        "supine", "right", "right-supine", "prone", "left-supine", "supine", seconds=60
    )
    board.set_counts(counts)
    board.send(Greet())
    heard = board.run_counts()
    samples, decisions = of_kind(DeviceSamples, heard), of_kind(Decision, heard)
    assert np.array_equal(np.concatenate([record.counts for record in samples]), counts)
    assert [record.first_sample for record in decisions] == list(range(0, len(counts) - 99, 60))
    check(decisions, python_says(gravity_bundle, [(0.0, counts)]))
    assert not of_kind(DeviceEvent, heard)
    assert board.receiver.lost == 0


def test_a_tuned_wearable_decides_as_a_tuned_monitor(
    boards: Boards, gravity_bundle: Bundle, lying_counts: Callable[..., Counts]
) -> None:
    slow = Smoothing(posture_dwell_s=80.0, posture_least=0.2)
    board, counts = boards(smoothing=slow), lying_counts("supine", "right", "prone", seconds=40)
    board.set_counts(counts)
    board.send(Greet())
    decisions = of_kind(Decision, board.run_counts())
    check(decisions, python_says(tuned(gravity_bundle, slow), [(0.0, counts)]))
    untuned = python_says(gravity_bundle, [(0.0, counts)])
    assert [record.posture for record in decisions] != joined(untuned, "posture").tolist()


def unbroken(heard: list[Record]) -> list[tuple[float, Counts]]:
    """The samples between gaps: when the first was taken, by the device's clock, and all counts."""
    runs: list[list[DeviceSamples]] = [[]]
    for record in heard:
        if isinstance(record, DeviceEvent) and runs[-1]:
            runs.append([])
        if isinstance(record, DeviceSamples):
            runs[-1].append(record)
    return [
        (
            run[0].time_us / 1e6 - (len(run[0].counts) - 1) / SLEEP.rate_hz,
            np.concatenate([record.counts for record in run]),
        )
        for run in runs
        if run
    ]


@pytest.mark.parametrize(
    "fault", ["brownout:3000@41.3", "stuck:900@41.3", "nack:100@41.3", "freeze:400@41.3"]
)
def test_no_window_crosses_a_gap_and_beliefs_fade_by_its_length(
    board: Board, gravity_bundle: Bundle, lying_counts: Callable[..., Counts], fault: str
) -> None:
    counts = lying_counts("supine", "right", "prone", seconds=40)
    board.set_counts(counts)
    board.send(Greet())
    board.fault(fault)
    heard = board.run_counts()
    runs = unbroken(heard)
    assert len(runs) >= 2
    decisions = of_kind(Decision, heard)
    starts = np.cumsum([0, *(len(run) for _, run in runs)])
    firsts = [
        int(start) + first
        for start, (_, run) in zip(starts, runs, strict=False)
        for first in range(0, len(run) - 99, 60)
    ]
    assert [record.first_sample for record in decisions] == firsts
    check(decisions, python_says(gravity_bundle, runs))
    indices = np.cumsum([0, *(len(record.counts) for record in of_kind(DeviceSamples, heard))])
    assert [record.first_sample for record in of_kind(DeviceSamples, heard)] == indices[
        :-1
    ].tolist()
    assert all(record.next_sample in indices for record in of_kind(DeviceEvent, heard))


def test_a_net_of_20_hz_is_fed_the_mean_of_five_samples_at_100_hz(
    boards: Boards, lying_counts: Callable[..., Counts]
) -> None:
    board = boards(SLOW, low_power=True)
    counts = lying_counts("right", "left", seconds=20, rate_hz=100.0)
    board.set_counts(counts)
    board.send(Greet())
    heard = board.run_counts()
    found = np.concatenate([record.counts for record in of_kind(DeviceSamples, heard)])
    mean = counts.reshape(-1, 5, 3).astype(int).sum(axis=1) / 5  # never a half: no tie to break
    assert np.array_equal(found, np.rint(mean))
    times_s = np.array([record.time_us for record in of_kind(DeviceSamples, heard)]) / 1e6
    lasts = np.array(
        [record.first_sample + len(record.counts) - 1 for record in of_kind(DeviceSamples, heard)]
    )
    np.testing.assert_allclose(np.diff(times_s), np.diff(lasts) / 20, atol=0.011)
    assert [record.first_sample for record in of_kind(Decision, heard)] == list(range(0, 701, 60))


def test_no_mean_holds_both_sides_of_a_gap(boards: Boards) -> None:
    board = boards(SLOW, low_power=True)
    counts = np.zeros((4000, 3), np.int16)
    counts[:, 0] = np.arange(4000)  # each sample tells when it was taken
    board.set_counts(counts)
    board.send(Greet())
    faults = 10.013, 17.777, 23.402
    for at_s in faults:
        board.fault(f"brownout:150@{at_s}")
    found = np.concatenate([record.counts for record in of_kind(DeviceSamples, board.run_counts())])
    steps = np.diff(found[:, 0])
    assert (steps != 5).sum() == len(faults)


def test_low_power_is_a_flag_of_the_build(board: Board, boards: Boards) -> None:
    bw_rate, low_power, rate_50_hz, rate_100_hz = 0x2C, 0x10, 0x09, 0x0A  # data sheet, table 7
    board.run_until(1)
    assert board.register(bw_rate) == rate_50_hz
    slow = boards(SLOW, low_power=True)
    slow.run_until(1)
    assert slow.register(bw_rate) == low_power | rate_100_hz


def test_bouts_are_the_runs_of_equal_decisions(
    board: Board, lying_counts: Callable[..., Counts]
) -> None:
    counts = lying_counts("supine", "right", "supine", "prone", "left", seconds=37)
    board.set_counts(counts)
    board.send(Greet())
    decisions = of_kind(Decision, board.run_counts())
    alike = [
        list(run)
        for _, run in groupby(decisions, lambda record: (record.posture, record.placement))
    ]
    bouts = of_kind(Bout, board.stored())
    assert len(bouts) == len(alike) >= 5
    for bout, run in zip(bouts, alike, strict=True):
        assert (bout.first_sample, bout.windows) == (run[0].first_sample, len(run))
        assert (bout.posture, bout.placement) == (run[0].posture, run[0].placement)
        mean = np.mean([record.posture_confidence for record in run])
        assert abs(bout.posture_confidence - mean) <= 0.5
        begin = 0 if bout.first_sample == 0 else bout.first_sample + 40
        covered = counts[begin : run[-1].first_sample + 100]
        found = bout.mean_x, bout.mean_y, bout.mean_z
        np.testing.assert_allclose(found, 8 * covered.mean(axis=0), atol=0.51)


def test_a_bout_ends_at_a_gap(board: Board, lying_counts: Callable[..., Counts]) -> None:
    board.set_counts(lying_counts("supine", seconds=60))
    board.fault("brownout:1000@30")
    board.run_counts()
    before, _ = of_kind(Bout, board.stored())
    assert before.windows == (30 * 50 - 100) // 60 + 1


def test_a_bout_is_stored_at_least_every_ten_minutes(
    board: Board, lying_counts: Callable[..., Counts]
) -> None:
    board.set_counts(lying_counts("supine", seconds=1900))
    board.run_counts()
    bouts = of_kind(Bout, board.stored())
    assert [bout.windows for bout in bouts][:-1] == [500, 500, 500]


def test_a_dump_holds_what_was_decided_up_to_now(
    board: Board, lying_counts: Callable[..., Counts]
) -> None:
    board.set_counts(lying_counts("left", seconds=20))
    board.run_counts()
    (bout,) = of_kind(Bout, board.stored())
    assert (SLEEP.postures[bout.posture], bout.windows) == ("left", 16)
