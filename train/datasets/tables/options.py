"""What the user decides of a table where the file leaves it open."""

from dataclasses import dataclass

from edgekit.errors import UsageError
from edgekit.recording_checks import HIGHEST_HZ, LOWEST_HZ
from edgekit.text import one_line

from .stamps import ORDERS, find_zone
from .times import UNITS_S
from .units import length_of_g


@dataclass(frozen=True)
class TableOptions:
    """What the user decides; None where the file has to say it."""

    columns: str | None = None  # time,x,y,z,label or x=ax,y=ay,z=az
    unit: str | None = None  # g, m/s2, mg, counts:256
    rate_hz: float | None = None
    time_unit: str | None = None  # s, ms, us, ns
    dates: str | None = None  # mdy, dmy
    zone: str | None = None  # of stamps without a zone
    subject: str | None = None
    placement: str | None = None
    annotations: bool = False  # of an EDF, as labels

    def check(self) -> None:
        """Check what does not depend on a file. Raises UsageError."""
        if self.unit:
            length_of_g(self.unit)
        if self.rate_hz is not None and not LOWEST_HZ <= self.rate_hz <= HIGHEST_HZ:
            raise UsageError(
                f"--rate {self.rate_hz:g}: it must be {LOWEST_HZ:g} to {HIGHEST_HZ:g} Hz"
            )
        if self.time_unit is not None and self.time_unit not in UNITS_S:
            raise UsageError(f"--time-unit {self.time_unit}: the units are {', '.join(UNITS_S)}")
        find_zone(self.zone)
        if self.dates not in (None, *ORDERS):
            raise UsageError(f"--dates {self.dates}: the orders are {', '.join(ORDERS)}")
        for name, given in (("subject", self.subject), ("placement", self.placement)):
            if given is not None and (not given.strip() or one_line(given) != given.strip()):
                raise UsageError(f"--{name} {one_line(given)!r}: it must be a text of one line")
