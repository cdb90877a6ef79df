"""Decide whether the sensor is worn, its wearer is upright, or it lies off the body.

firmware/src/wear.c decides the same on a wearable, window for window.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from edgekit.night.night import OFF, UPRIGHT, WORN
from edgekit.spec import AXES, Spec
from edgekit.still_limits import OFF_AFTER_S, OFF_MEANS_BELOW_G, OFF_WITHIN_BELOW_G, TIE_G

UPRIGHT_SHARE = (
    0.75  # of gravity's length along the body: a torso within about 41 degrees of upright
)


def is_upright(mean_g: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Return for gravity (k, 3) in body axes whether it lies along the body (k,)."""
    return np.asarray(mean_g[:, 1] > UPRIGHT_SHARE * np.linalg.norm(mean_g, axis=1))


class Wear:
    def __init__(self, spec: Spec) -> None:
        self._has_body_axes = spec.has_body_axes
        self._history = max(2, round(OFF_AFTER_S / spec.hop_s))  # windows
        self.restart()

    def restart(self) -> None:
        """Forget earlier windows, as after a gap: 'off' needs a whole minute."""
        # A minute that is not whole yet holds NaN, which never compares as still.
        self._means = np.full((self._history - 1, AXES), np.nan)
        self._within = np.full(self._history - 1, np.nan)

    def push(
        self, mean_g: NDArray[np.float64], movement_g: NDArray[np.float64]
    ) -> NDArray[np.str_]:
        """Return 'worn', 'upright' or 'off' (k,) of windows in a row.

        `mean_g` (k, 3) are their means, `movement_g` (k,) is posture.movement_g's.
        """
        state = np.full(len(mean_g), WORN, dtype="U7")
        if self._has_body_axes:
            state[is_upright(mean_g)] = UPRIGHT
        state[self._is_still(mean_g, movement_g)] = OFF
        return state

    def _is_still(
        self, mean_g: NDArray[np.float64], within_g: NDArray[np.float64]
    ) -> NDArray[np.bool_]:
        self._means = np.concatenate([self._means, mean_g])
        self._within = np.concatenate([self._within, within_g])
        minutes = sliding_window_view(self._means, self._history, axis=0)  # (k, 3, history)
        vary = np.linalg.norm(minutes.std(axis=2), axis=1)
        quiet = sliding_window_view(self._within, self._history) < OFF_WITHIN_BELOW_G - TIE_G
        self._means = self._means[len(mean_g) :]
        self._within = self._within[len(mean_g) :]
        is_mostly_quiet = 2 * quiet.sum(axis=1) > self._history
        return np.asarray((vary < OFF_MEANS_BELOW_G - TIE_G) & is_mostly_quiet)
