"""The first of each class train; what shares samples with them neither trains nor judges."""

import numpy as np
from hypothesis import given
from hypothesis.strategies import floats, integers, lists

from edgekit.recording import Recording
from edgekit.spec import WISDM
from edgekit.train.adapt.own_minutes import divide, own_windows, windows_within


def labelled(label: list[int], rate_hz: float = 20.0) -> Recording:
    """A recording of spans of 10 s, each of one activity."""
    samples = np.repeat(np.array(label, np.int16), int(10 * rate_hz))
    # Each sample is its own number, so that windows show which samples they hold.
    xyz_g = np.repeat(np.arange(len(samples), dtype=np.float32)[:, None], 3, axis=1)
    return Recording(xyz_g, rate_hz, "zoe", "phone", samples, WISDM.postures)


@given(
    spans=lists(lists(integers(-1, 3), min_size=1, max_size=12), min_size=1, max_size=4),
    seconds=floats(5, 200),
)
def test_no_judged_window_shares_a_sample_with_one_that_trains(
    spans: list[list[int]], seconds: float
) -> None:
    own = own_windows([labelled(span) for span in spans], WISDM)
    division = divide(own, seconds, WISDM)
    trained = {
        (own.recording[k], sample)
        for k in division.train
        for sample in own.windows.xyz_g[k, :, 0].tolist()
    }
    for k in division.judged:
        samples = own.windows.xyz_g[k, :, 0].tolist()
        assert not any((own.recording[k], sample) in trained for sample in samples)


@given(span=lists(integers(0, 3), min_size=1, max_size=40), seconds=floats(5, 200))
def test_of_each_class_the_first_train_and_never_more_than_two_thirds(
    span: list[int], seconds: float
) -> None:
    own = own_windows([labelled(span)], WISDM)
    train = divide(own, seconds, WISDM).train
    for label in np.unique(own.windows.posture):
        of_class = np.flatnonzero(own.windows.posture == label)
        chosen = np.intersect1d(of_class, train)
        assert np.array_equal(chosen, of_class[: len(chosen)])
        assert 1 <= len(chosen) <= windows_within(seconds, WISDM)
        assert len(of_class) < 3 or len(chosen) <= 2 / 3 * len(of_class)


def test_a_minute_of_windows_of_5_s_each_3_s_is_19() -> None:
    assert windows_within(60, WISDM) == 19
    assert windows_within(5, WISDM) == 1
    assert windows_within(7.9, WISDM) == 1
    assert windows_within(8, WISDM) == 2
