"""What is drawn: every bin's true extremes, and every sample where there is room."""

import json
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from edgekit.device.label.signal import EMPTY_MG, Signal, stretch_of, view


def shown(data: bytes) -> tuple[dict, NDArray[np.int16]]:  # type: ignore[type-arg]
    head, _, values = data.partition(b"\n")
    return json.loads(head), np.frombuffer(values, "<i2")


@given(
    counts=st.lists(st.integers(1, 400), min_size=1, max_size=3),
    gap_s=st.floats(0.5, 3),
    window=st.tuples(st.floats(-1, 15), st.floats(0.5, 15)),
    bins=st.integers(1, 40),
)
@settings(max_examples=80)
def test_each_bin_holds_the_extremes_of_its_samples(
    counts: list[int], gap_s: float, window: tuple[float, float], bins: int
) -> None:
    rng = np.random.default_rng(0)
    stretches, start_s = [], 0.0
    for count in counts:
        stretches.append(stretch_of(rng.normal(0, 1, (count, 3)), start_s, 50.0))
        start_s = stretches[-1].end_s + gap_s
    from_s, to_s = window[0], window[0] + window[1]
    head, values = shown(view(Signal(stretches), from_s, to_s, bins))
    at_s = np.concatenate([s.start_s + np.arange(s.mg.shape[1]) / s.rate_hz for s in stretches])
    mg = np.concatenate([s.mg for s in stretches], axis=1)
    if "samples" in head:
        drawn = sum(part["count"] for part in head["samples"])
        inside = ((at_s >= from_s + 1e-6) & (at_s < to_s - 1e-6)).sum()
        assert inside <= drawn <= min(2 * bins, len(at_s)) and len(values) == 3 * drawn
        return
    envelope = values.reshape(6, bins)
    for k, (begin_s, end_s) in enumerate(pairwise(np.linspace(from_s, to_s, bins + 1))):
        here = mg[:, (at_s >= begin_s - 1e-7) & (at_s < end_s - 1e-7)]
        if here.size:
            assert (envelope[0::2, k] == here.min(axis=1)).all()
            assert (envelope[1::2, k] == here.max(axis=1)).all()
        else:
            assert (envelope[:, k] == EMPTY_MG).all()


def test_a_gap_is_named_and_what_lies_beyond_the_scale_is_cut_off() -> None:
    signal = Signal([stretch_of(np.full((50, 3), g), s, 50.0) for g, s in ((99.0, 0.0), (0, 3.0))])
    assert signal.gaps == [(1.0, 3.0)] and signal.duration_s == 4.0
    assert signal.stretches[0].mg.max() == 32_767
