"""Compute a window's statistics, as before nets (after Anguita et al., 2013)."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Signals = NDArray[np.float64]  # (N, 4, samples): x, y, z and the magnitude, in g

# Cycles a window: 1, 2 to 3, 4 to 7 and so on, to half of 100 samples.
BAND_EDGES = (1, 2, 4, 8, 16, 32, 51)
QUIET_G2 = 1e-12  # of 1 ug: less power than that has no frequency worth naming
CHUNK = 4096  # windows at a time: the spectra of all would take gigabytes


def statistics(xyz_g: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return (N, features) of windows (N, samples, 3); finite for every finite window."""
    chunks = [xyz_g[start : start + CHUNK] for start in range(0, len(xyz_g), CHUNK)]
    return np.concatenate([_of_chunk(chunk) for chunk in chunks])


def _of_chunk(xyz_g: NDArray[np.float32]) -> NDArray[np.float64]:
    axes = xyz_g.astype(np.float64).transpose(0, 2, 1)
    magnitude = np.sqrt((axes**2).sum(axis=1, keepdims=True))
    signals = np.concatenate([axes, magnitude], axis=1)
    features = [*spread(signals), *movement(signals), *spectrum(signals), correlations(axes)]
    return np.concatenate(features, axis=1)


def spread(signals: Signals) -> list[NDArray[np.float64]]:
    """Describe where the samples lie, whatever their order; each (N, 4)."""
    quartiles = np.percentile(signals, (25, 50, 75), axis=2)
    from_median = np.abs(signals - quartiles[1][..., None])
    return [
        signals.mean(axis=2),
        signals.std(axis=2),
        signals.min(axis=2),
        signals.max(axis=2),
        *quartiles,
        np.median(from_median, axis=2),
    ]


def movement(signals: Signals) -> list[NDArray[np.float64]]:
    """Describe their order: mean step, crossings of zero and of the mean; each (N, 4)."""
    return [
        np.abs(np.diff(signals, axis=2)).mean(axis=2),
        _crossings(signals),
        _crossings(signals - signals.mean(axis=2, keepdims=True)),
    ]


def spectrum(signals: Signals) -> list[NDArray[np.float64]]:
    """Return power (g^2) in each band, without the mean, and the strongest cycles; (N, 4) each.

    A signal that stands still has the frequency 0.
    """
    samples = signals.shape[2]
    still = signals - signals.mean(axis=2, keepdims=True)
    power = np.abs(np.fft.rfft(still, axis=2) / samples) ** 2
    bands = [power[..., low:high].sum(axis=2) for low, high in pairwise(BAND_EDGES)]
    moving = power[..., 1:].max(axis=2) > QUIET_G2
    return [*bands, (power[..., 1:].argmax(axis=2) + 1.0) * moving]


def correlations(axes: Signals) -> NDArray[np.float64]:
    """Correlate x with y, x with z, y with z, (N, 3); 0 where an axis stands still."""
    deviation = axes - axes.mean(axis=2, keepdims=True)
    sd = np.sqrt((deviation**2).mean(axis=2))
    first, second = np.array([0, 0, 1]), np.array([1, 2, 2])
    covariance = (deviation[:, first] * deviation[:, second]).mean(axis=2)
    both = sd[:, first] * sd[:, second]
    ratio = np.divide(covariance, both, out=np.zeros_like(both), where=both > 0)
    return np.asarray(np.clip(ratio, -1.0, 1.0))


def _crossings(signals: Signals) -> NDArray[np.float64]:
    """Return the share of steps that change the sign."""
    above = signals > 0
    return np.asarray((above[..., 1:] != above[..., :-1]).mean(axis=2))
