"""Record of a meter's power; it replaces what is modelled."""

from dataclasses import dataclass
from typing import Literal

from ..figure import Figure, Kind, Spread

What = Literal["wearable", "monitoring"]  # a wearable at work, or this machine running the monitor


@dataclass(frozen=True)
class Metered:
    meter: str  # its name and how it is read: "INA226 at 0x40 on /dev/i2c-1"
    what: What
    seconds: float
    mean_w: Spread  # over the rounds
    idle_w: Spread | None  # of the same machine at rest; None where that was not metered

    def figure(self) -> Figure:
        source = f"metered by {self.meter} over {self.seconds:g} s"
        return self.mean_w.figure("W", Kind.MEASURED, source)
