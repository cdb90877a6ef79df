from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import floats, integers, lists, sampled_from

from edgekit.device.decide.window_stream import WindowBatch, WindowStream, truth_of
from edgekit.device.sources.gaps import GapFinder
from edgekit.device.sources.source import Chunk
from edgekit.recording import Recording
from edgekit.spec import SLEEP
from edgekit.windows import labelled_windows
from tests.helpers.lying import make_lying

CHUNK_LENGTHS = lists(integers(1, 400), min_size=1, max_size=8)


def recording_at(rate_hz: float, samples: int = 1200) -> Recording:
    random = np.random.default_rng(1)
    return Recording(
        random.normal(size=(samples, 3)).astype(np.float32), rate_hz, "me", "chest",
        np.repeat(random.integers(0, 12, samples // 100), 100).astype(np.int16),
        SLEEP.postures, start_s=1e9, clock="utc",
    )  # fmt: skip


def chunks_of(recording: Recording, lengths: Sequence[int]) -> list[Chunk]:
    chunks, begin = [], 0
    while begin < len(recording):
        part = recording.part(begin, begin + lengths[len(chunks) % len(lengths)])
        begin += len(part)
        chunks.append(Chunk(part.xyz_g, part.start_s, part.rate_hz, part.label, part.label_names))
    return chunks


def streamed(chunks: Sequence[Chunk]) -> WindowBatch:
    stream = WindowStream(SLEEP)
    batches = [*map(stream.push, chunks), stream.restart()]
    return WindowBatch(
        np.concatenate([batch.start_s for batch in batches]),
        np.concatenate([batch.xyz_g for batch in batches]),
        np.concatenate([batch.truth for batch in batches]),
    )


@given(rate_hz=sampled_from([50.0, 49.7, 20.0, 100.0, 33.3]), lengths=CHUNK_LENGTHS)
def test_the_device_sees_the_windows_and_labels_of_training(
    rate_hz: float, lengths: list[int]
) -> None:
    recording = recording_at(rate_hz)
    trained_on = labelled_windows([recording], SLEEP)
    seen = streamed(chunks_of(recording, lengths))
    np.testing.assert_allclose(seen.xyz_g, trained_on.xyz_g, atol=1e-6)
    np.testing.assert_array_equal(seen.truth, trained_on.posture)


@given(rate_hz=sampled_from([50.0, 49.7, 20.0, 100.0]), lengths=CHUNK_LENGTHS)
def test_a_window_is_dated_by_its_first_sample(rate_hz: float, lengths: list[int]) -> None:
    seen = streamed(chunks_of(recording_at(rate_hz), lengths))
    resampled = rate_hz not in (50.0, 49.7)
    hop_s = 60 / (50.0 if resampled else rate_hz)
    np.testing.assert_allclose(seen.start_s, 1e9 + hop_s * np.arange(len(seen)), atol=1e-5)


def test_a_clock_that_drifts_is_followed_through_the_night() -> None:
    true_hz, said_hz = 50.2, 50.0
    samples = np.zeros((25, 3), np.float32)
    chunks = [Chunk(samples, index * 25 / true_hz, said_hz) for index in range(4000)]
    seen = streamed(chunks)
    true_s = 60 / true_hz * np.arange(len(seen))
    assert np.abs(seen.start_s - true_s).max() < 0.02  # of 2000 s; the said rate alone: 8 s


@pytest.mark.parametrize(
    ("names", "truth"),
    [
        (("down", "leftup"), ("prone", "left-supine")),
        (("upright", "up"), ("supine-right", "supine")),
        (("upright", "left"), (None, "left")),
        (("upright", "walking"), (None, None)),
        (("prone", "upright"), ("prone", None)),
    ],
)
def test_labels_in_the_papers_words_are_matched_and_those_of_somebody_standing_are_not(
    names: tuple[str, ...], truth: tuple[str | None, ...]
) -> None:
    lying = replace(make_lying("supine", seconds=1), label_names=names)
    labels = [truth_of(replace(lying, label=lying.label * 0 + k), SLEEP)[0] for k in range(2)]
    assert labels == [-1 if name is None else SLEEP.postures.index(name) for name in truth]


def test_labels_are_matched_by_name_and_unknown_ones_are_no_truth() -> None:
    known, unknown = SLEEP.postures[4], "sitting"
    label = np.repeat([0, 1, -1], 160).astype(np.int16)
    chunk = Chunk(np.zeros((480, 3), np.float32), 0.0, 50.0, label, (known, unknown))
    assert streamed([chunk]).truth.tolist() == [4, 4, -1, -1, -1, -1, -1]


@given(gap_at=integers(1, 999), gap_s=floats(0.05, 30))
def test_a_window_never_crosses_a_gap(gap_at: int, gap_s: float) -> None:
    recording = recording_at(50.0, samples=1000)
    recording.xyz_g[:gap_at], recording.xyz_g[gap_at:] = 0.0, 1.0
    before, after = chunks_of(recording, [gap_at, 1000])
    gap_finder, stream = GapFinder(), WindowStream(SLEEP)
    first = stream.push(gap_finder.place(before).chunk)
    placed = gap_finder.place(replace(after, start_s=after.start_s + gap_s))
    assert placed.gap_s == pytest.approx(gap_s, abs=1e-5)
    rest = [stream.restart(), stream.push(placed.chunk)]
    for window in np.concatenate([first.xyz_g, *(batch.xyz_g for batch in rest)]):
        assert window.min() == window.max()


@given(jitter_s=floats(-0.02, 0.02), chunk=integers(25, 3000))
def test_a_source_s_jitter_of_one_sample_is_no_gap(jitter_s: float, chunk: int) -> None:
    samples = np.zeros((chunk, 3), np.float32)
    gap_finder = GapFinder()
    gap_finder.place(Chunk(samples, 0.0, 50.0))
    placed = gap_finder.place(Chunk(samples, chunk / 50.0 + jitter_s, 50.0))
    assert (placed.gap_s, placed.step_back_s) == (0, 0)


@given(step_s=floats(0.1, 7200))
def test_a_night_s_time_never_runs_backwards(step_s: float) -> None:
    samples = np.zeros((50, 3), np.float32)
    gap_finder = GapFinder()
    placed = [
        gap_finder.place(Chunk(samples, at_s, 50.0))
        for at_s in (1e4, 1e4 + 1 - step_s, 1e4 + 2 - step_s)
    ]
    assert [p.chunk.start_s for p in placed] == pytest.approx([1e4, 1e4 + 1, 1e4 + 2])
    assert [p.step_back_s for p in placed] == pytest.approx([0, step_s, 0])


@given(lengths=CHUNK_LENGTHS)
def test_a_measured_rate_is_resampled_however_near_it_is(lengths: list[int]) -> None:
    """A sensor at 49.1 Hz: a window of a hundred samples is two seconds of the wearer's, not
    2.04.
    """
    recording = recording_at(49.1)
    stream = WindowStream(SLEEP, exact_rate=True)
    batches = [*map(stream.push, chunks_of(recording, lengths)), stream.restart()]
    start_s = np.concatenate([batch.start_s for batch in batches])
    np.testing.assert_allclose(np.diff(start_s), SLEEP.hop_s, atol=1e-4)


@given(lengths=CHUNK_LENGTHS)
def test_a_measured_rate_may_change_on_the_way(lengths: list[int]) -> None:
    chunks = chunks_of(recording_at(50.0), lengths)
    slower = [
        replace(chunk, rate_hz=49.5, start_s=1e9 + sum(map(len, chunks[:index])) / 49.5)
        for index, chunk in enumerate(chunks)
    ]
    stream = WindowStream(SLEEP, exact_rate=True)
    batches = [stream.push(chunks[0]), *map(stream.push, slower[1:]), stream.restart()]
    start_s = np.concatenate([batch.start_s for batch in batches])
    assert np.all(np.diff(start_s) > 0)
    np.testing.assert_allclose(np.diff(start_s)[8:], SLEEP.hop_s, atol=1e-4)


def test_of_a_measured_rate_a_lost_sample_is_a_gap_behind_a_chunk_of_any_length() -> None:
    minute = Chunk(np.zeros((3000, 3), np.float32), 1e9, 50.0)
    later = Chunk(np.zeros((100, 3), np.float32), minute.end_s + 2.0 / 50, 50.0)
    measured, nominal = GapFinder(exact_rate=True), GapFinder()
    assert measured.place(minute).gap_s == nominal.place(minute).gap_s == 0
    assert measured.place(later).gap_s == pytest.approx(2.0 / 50, abs=1e-6)
    assert nominal.place(later).gap_s == 0  # its rate may be off by as much
