"""Measure a machine's power at rest and at work, in turn."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from ..figure import spread
from .record import Metered, What
from .trace import ROUNDS

Work = Callable[[], AbstractContextManager[object]]  # works while the context is entered

SETTLE_S = 2.0  # after work begins or ends


class PowerMeter(Protocol):
    @property
    def name(self) -> str: ...

    def mean_w(self, seconds: float) -> float:
        """Return the mean power of so many seconds from now on."""
        ...


def measure_rounds(
    meter: PowerMeter,
    what: What,
    work: Work | None,
    *,
    seconds: float,
    settle_s: float = SETTLE_S,
    progress: Callable[[str], None] = lambda line: None,
) -> Metered:
    """Measure ROUNDS times so many seconds, at rest and at work; without `work`, what runs."""
    idle, busy = [], []
    for number in range(1, ROUNDS + 1):
        if work is not None:
            idle.append(meter.mean_w(seconds))
            with work():
                time.sleep(settle_s)
                busy.append(meter.mean_w(seconds))
            time.sleep(settle_s)
        else:
            busy.append(meter.mean_w(seconds))
        rest = f", {idle[-1]:.4g} W at rest" if idle else ""
        progress(f"round {number} of {ROUNDS}: {busy[-1]:.4g} W{rest}")
    return Metered(meter.name, what, ROUNDS * seconds, spread(busy), spread(idle) if idle else None)
