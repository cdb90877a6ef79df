"""Accuracy against battery: each way to decide, at each hop, with the sensor in each mode."""

from dataclasses import dataclass

from ..figure import Figure
from .constants import ADXL345_UA
from .wearable import Decider, Setting, chip_rates, current, parts

HOPS_S = (0.6, 1.2, 2.0, 3.0, 6.0)


@dataclass(frozen=True)
class Choice:
    decider: Decider
    accuracy: float | None  # a fraction of 1, of one window; None where it is not known
    setting: Setting
    current: Figure  # uA, of the whole wearable


def choices(
    decider: Decider, accuracy: float | None, rate_hz: float, hops_s: tuple[float, ...] = HOPS_S
) -> tuple[Choice, ...]:
    """Over the modes of the sensor that give windows of `rate_hz`, and over the hops.

    A window is the same window whatever the hop, and low power's noise was not tried: the accuracy
    is that of the decider at its own rate throughout.
    """
    found = []
    for chip_hz in chip_rates(rate_hz):
        for low_power in (False, True):
            for hop_s in hops_s:
                if (chip_hz, low_power) in ADXL345_UA:
                    setting = Setting(chip_hz, low_power, hop_s)
                    mean = current(parts(decider, setting))
                    found.append(Choice(decider, accuracy, setting, mean))
    return tuple(found)


def front(found: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """Those that no other beats: as accurate and cheaper, or more accurate and as cheap."""
    return tuple(one for one in found if not any(_beats(other, one) for other in found))


def _beats(one: Choice, other: Choice) -> bool:
    if one.accuracy is None or other.accuracy is None:
        return False
    at_least = one.accuracy >= other.accuracy and one.current.value <= other.current.value
    better = one.accuracy > other.accuracy or one.current.value < other.current.value
    return at_least and better
