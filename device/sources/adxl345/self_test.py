"""self_test: the chip pushes its own mass, and both means are compared. (data sheet, SELF-TEST)"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from . import registers as reg
from .bus import Bus, BusFault
from .chip import Chip
from .listen import listen

RATE_HZ = 100  # below it the change may lie outside of the limits
SETTLING = 8  # samples; the filter's four, twice
AVERAGED = 16  # at the least; the data sheet asks for 0.1 s
LISTEN_S = 0.5

# The change of X, Y and Z in g at a supply of 2.5 V (table 1), and times what at another (table
# 14): the force grows with the supply's square. Full resolution keeps the scale over all ranges,
# so that they hold for each, if it is not left: +-16 g is not.
LEAST_G, MOST_G = np.array((0.20, -2.10, 0.30)), np.array((2.10, -0.20, 3.40))
SUPPLIES_V = {2.5: np.array((1.00, 1.00, 1.00)), 3.3: np.array((1.77, 1.77, 1.47))}


def self_test(
    bus: Bus, now_s: Callable[[], float], sleep: Callable[[float], None]
) -> NDArray[np.float64]:
    """(3,) g: the change on each axis; lay it still. Leaves the chip measuring at 100 Hz.

    Raises BusFault for any fault on the way, and EdgekitError for another chip.
    """
    still, pushed = (
        _mean_g(Chip(bus, RATE_HZ, now_s, sleep, data_format))
        for data_format in (reg.FULL_RESOLUTION_16G, reg.FULL_RESOLUTION_16G | reg.SELF_TEST)
    )
    bus.write(reg.DATA_FORMAT, reg.FULL_RESOLUTION_16G)
    return pushed - still


def limits_g(*supplies_v: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(3,) least and (3,) most change at any of these supplies, and at what lies between them."""
    scales = [SUPPLIES_V[v] for v in supplies_v]
    return (
        np.min([LEAST_G * scale for scale in scales], axis=0),
        np.max([MOST_G * scale for scale in scales], axis=0),
    )


def _mean_g(chip: Chip) -> NDArray[np.float64]:
    heard = listen(chip, LISTEN_S)
    if heard.faults:
        raise BusFault(next(iter(heard.faults)))
    settled_g = heard.xyz_g[SETTLING:]
    if len(settled_g) < AVERAGED:
        raise BusFault("silent")
    return np.asarray(settled_g.mean(axis=0))
