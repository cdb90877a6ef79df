"""Movement: how much a sensor moved within each window, gravity left out."""

import numpy as np
from numpy.typing import NDArray


def movement_g(xyz_g: NDArray[np.float32]) -> NDArray[np.float64]:
    """(k,) of windows (k, window, 3): the length, over the axes, of the standard deviation.

    In g, at least 0; NaN where a sample of the window is missing.
    """
    spread_g = xyz_g.std(axis=1, dtype=np.float64)
    return np.asarray(np.sqrt((spread_g**2).sum(axis=1)))
