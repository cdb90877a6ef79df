"""The clock on the wall, by which views draw and print."""

import os
import time


def wall_s() -> float:
    """Return real seconds since some moment, to 0.01 s.

    Where a simulated sensor makes this process's clocks run faster, a view that went by
    time.monotonic would draw a night's 100,000 pictures within a minute.
    """
    return os.times().elapsed or time.monotonic()
