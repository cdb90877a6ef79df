"""A window: 100 samples every 60, never across a recording, a gap or a subject."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis.strategies import integers, lists
from numpy.typing import NDArray

from edgekit.recording import Recording
from edgekit.spec import HOP, SLEEP, UNLABELLED, WINDOW
from edgekit.windows import WindowCutter, labelled_windows, majority


def ramp(samples: int, first: int = 0) -> NDArray[np.float32]:
    """Samples that carry their own index on every axis."""
    return np.repeat(np.arange(first, first + samples, dtype=np.float32)[:, None], 3, axis=1)


def steady(
    samples: int, posture: int = 3, subject: str = "ann", placement: str = "chest"
) -> Recording:
    label = np.full(samples, posture, np.int16)
    return Recording(ramp(samples), 50.0, subject, placement, label, SLEEP.postures)


@given(lists(integers(0, 400), max_size=12))
def test_the_windows_are_the_same_however_the_stream_is_chunked(sizes: list[int]) -> None:
    stream = ramp(sum(sizes))
    whole = WindowCutter(WINDOW, HOP).push(stream)
    cutter = WindowCutter(WINDOW, HOP)
    chunks = np.split(stream, np.cumsum(sizes)[:-1]) if sizes else []
    parts = [cutter.push(chunk) for chunk in chunks]
    assert np.array_equal(np.concatenate([np.empty((0, WINDOW, 3)), *parts]), whole)


@given(integers(0, 2000))
def test_window_k_holds_the_100_samples_from_60_k(samples: int) -> None:
    windows = WindowCutter(WINDOW, HOP).push(ramp(samples))
    assert len(windows) == max(0, (samples - WINDOW) // HOP + 1)
    for k, window in enumerate(windows):
        assert np.array_equal(window, ramp(WINDOW, first=k * HOP))


@given(integers(1, 400), integers(1, 400))
def test_a_window_never_crosses_a_gap(before: int, after: int) -> None:
    cutter = WindowCutter(WINDOW, HOP)
    cutter.push(ramp(before))
    cutter.restart()
    for window in cutter.push(ramp(after, first=10_000)):
        assert window.min() >= 10_000


def test_a_window_never_crosses_a_recording_or_a_subject() -> None:
    recordings = [steady(160, subject="ann"), steady(99, subject="bob"), steady(160, subject="cy")]
    windows = labelled_windows(recordings, SLEEP)
    assert windows.subject.tolist() == ["ann", "ann", "cy", "cy"]


@given(lists(integers(-1, 3), min_size=WINDOW, max_size=4 * WINDOW))
def test_the_label_is_the_most_frequent_of_the_window(labels: list[int]) -> None:
    found = majority(np.array(labels, np.int16), WINDOW, HOP)
    for k, label in enumerate(found):
        inside = labels[k * HOP : k * HOP + WINDOW]
        assert inside.count(int(label)) == max(inside.count(other) for other in set(inside))


def test_a_window_that_is_mostly_unlabelled_is_left_out() -> None:
    recording = steady(160)
    label = np.array([UNLABELLED] * 60 + [5] * 100, np.int16)  # windows: 60 of 100 unlabelled, none
    windows = labelled_windows([replace(recording, label=label)], SLEEP)
    assert windows.posture.tolist() == [5]


def test_a_recording_at_another_rate_is_brought_to_the_models_rate() -> None:
    recording = replace(steady(1000), rate_hz=100.0)
    windows = labelled_windows([recording], SLEEP)
    assert len(windows) == (500 - WINDOW) // HOP + 1
    assert np.allclose(np.diff(windows.xyz_g[2, :, 0]), 2.0, atol=1e-3)


def test_no_recordings_make_no_windows() -> None:
    assert len(labelled_windows([], SLEEP)) == 0
