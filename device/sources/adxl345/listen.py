"""listen: what a chip gives for so long, by the set-up and the drains of a night."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .chip import Chip
from .registers import COUNTS_PER_G


@dataclass(frozen=True)
class Heard:
    xyz_g: NDArray[np.float64]  # (n, 3)
    rate_hz: float  # measured; 0 where nothing came
    faults: Counter[str]


def listen(chip: Chip, seconds: float) -> Heard:
    """Sets the chip up, and leaves it measuring. Raises BusFault and EdgekitError as set_up does;
    what goes wrong later is met and counted.
    """
    chip.set_up()
    end_s = chip.now_s() + seconds
    counts = [np.empty((0, 3), np.int16)]
    seen: list[tuple[float, int]] = []  # when, and how many had been measured
    while chip.now_s() < end_s:
        chip.sleep(chip.pause_s)
        drained = chip.drain()
        counts += [part.counts for part in drained.parts]
        if drained.parts:
            seen.append((drained.at_s, sum(map(len, counts)) + drained.left))
    rate_hz = 0.0
    if len(seen) > 1:
        (first_s, first), (last_s, last) = seen[0], seen[-1]
        rate_hz = (last - first) / (last_s - first_s)
    return Heard(np.concatenate(counts) / COUNTS_PER_G, rate_hz, chip.faults.copy())
