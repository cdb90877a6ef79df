"""self_test: compare the means before and while the chip moves its mass. (data sheet, SELF-TEST)"""

import numpy as np
from numpy.typing import NDArray

from ..i2c_bus import Bus, BusFault
from ..sensor import NowS, SelfTestResult, Sleep, listen
from . import registers as reg
from .driver import Adxl345Driver

RATE_HZ = 100  # below it the change may lie outside of the limits
SETTLING = 8  # samples left out: twice the four that the chip's filter needs
AVERAGED = 16  # samples, at least; the data sheet asks for 0.1 s
LISTEN_S = 0.5

# The change of X, Y and Z in g at a supply of 2.5 V (table 1), and its factor at another supply
# (table 14): the force grows with the supply's square. Full resolution has one scale in all ranges,
# so the limits hold in each that the change does not leave: it stays within +-16 g.
LEAST_G, MOST_G = np.array((0.20, -2.10, 0.30)), np.array((2.10, -0.20, 3.40))
SUPPLIES_V = {2.5: np.array((1.00, 1.00, 1.00)), 3.3: np.array((1.77, 1.77, 1.47))}


def self_test(bus: Bus, now_s: NowS, sleep: Sleep) -> SelfTestResult:
    """Measure the change on each axis of a sensor that lies still; leave it measuring at 100 Hz.

    The limits hold for 2.5 to 3.3 V: a Pi's 3.3 V reaches the chip directly, or through a
    breakout's regulator as less. Raises BusFault for any fault, EdgekitError for another chip.
    """
    still, pushed = (
        _mean_g(Adxl345Driver(bus, RATE_HZ, now_s, sleep, data_format))
        for data_format in (reg.FULL_RESOLUTION_16G, reg.FULL_RESOLUTION_16G | reg.SELF_TEST)
    )
    bus.write(reg.DATA_FORMAT, reg.FULL_RESOLUTION_16G)
    return SelfTestResult(pushed - still, *limits_g(2.5, 3.3))


def limits_g(*supplies_v: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the least (3,) and most (3,) change in g over these supplies and all between them."""
    scales = [SUPPLIES_V[v] for v in supplies_v]
    return (
        np.min([LEAST_G * scale for scale in scales], axis=0),
        np.max([MOST_G * scale for scale in scales], axis=0),
    )


def _mean_g(driver: Adxl345Driver) -> NDArray[np.float64]:
    heard = listen(driver, LISTEN_S)
    if heard.faults:
        raise BusFault(next(iter(heard.faults)))
    settled_g = heard.xyz_g[SETTLING:]
    if len(settled_g) < AVERAGED:
        raise BusFault("silent")
    return np.asarray(settled_g.mean(axis=0))
