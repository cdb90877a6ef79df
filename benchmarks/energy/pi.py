"""A night on a Raspberry Pi: it idles for eight hours, and a core works for a little of them."""

from dataclasses import dataclass

from ..figure import Figure
from ..meters.record import Metered
from .constants import NIGHT_S
from .hosts import POWER_BANK_WH, Pi
from .interval import product, quotient, told, total

NIGHT_H = NIGHT_S / 3600


@dataclass(frozen=True)
class Night:
    idle_wh: Figure
    work_wh: Figure

    @property
    def wh(self) -> Figure:
        source = f"{told(self.idle_wh)} of idling + {told(self.work_wh)} of monitoring"
        return total("Wh", source, self.idle_wh, self.work_wh)


def night(pi: Pi, cpu_s_a_minute: Figure, on_share: float = 1.0) -> Night:
    """`cpu_s_a_minute`: of the monitor, on the machine where it was measured.

    `on_share`: of the night that the Pi is powered. The rest takes nothing and a start takes no
    time, so a share below 1 is a bound, not a promise.
    """
    idle = product(
        "Wh",
        f"{told(pi.idle_w)} x {NIGHT_H:g} h x {on_share:g} of the night",
        pi.idle_w,
        NIGHT_H * on_share,
    )
    busy_s = product("s", "", cpu_s_a_minute, pi.slower, NIGHT_S / 60 * on_share)
    source = (
        f"{told(cpu_s_a_minute)} of CPU a minute x {told(pi.slower)} as long as where it was "
        f"measured x {NIGHT_S / 60:g} minutes x {on_share:g} x {told(pi.busy_core_w)} beyond idle; "
        f"CPU: {cpu_s_a_minute.source}"
    )
    return Night(idle, product("Wh", source, busy_s, pi.busy_core_w, 1 / 3600))


def metered_wh(metered: Metered) -> Figure:
    """A night at the mean power that was metered."""
    power = metered.figure()
    source = f"{told(power)} x {NIGHT_H:g} h; {power.source}"
    return metered.mean_w.figure("Wh", power.kind, source, NIGHT_H)


def nights(night_wh: Figure) -> Figure:
    """On the power bank."""
    source = f"{told(POWER_BANK_WH)} of a power bank / {told(night_wh)} a night"
    return quotient("nights", source, POWER_BANK_WH, night_wh)
