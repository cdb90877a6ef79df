"""What a meter saw while something ran; it stands in the place of what is modelled."""

from dataclasses import dataclass
from typing import Literal

from ..figure import Figure, Kind, Spread

What = Literal["wearable", "monitoring"]  # the wearable at work; a machine that monitors


@dataclass(frozen=True)
class Metered:
    meter: str  # its name and how it is read: "INA226 at 0x40 on /dev/i2c-1"
    what: What
    seconds: float
    mean_w: Spread  # over the rounds
    idle_w: Spread | None  # of the same machine at rest; None where it was not metered

    def figure(self) -> Figure:
        source = f"metered by {self.meter} over {self.seconds:g} s"
        return self.mean_w.figure("W", Kind.MEASURED, source)
