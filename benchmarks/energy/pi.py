"""Model a night on a Raspberry Pi: idle power for 8 h, and a core's power while it works."""

from dataclasses import dataclass

from ..figure import Figure, Kind
from ..meters.record import Metered
from ..section import Cell, Chart, FigureTable, Row, Series
from .constants import NIGHT_S
from .hosts import PIS, POWER_BANK_WH, Pi
from .interval import product, quotient, term, total

NIGHT_H = NIGHT_S / 3600
# Of the night that a switch powers the Pi.
SHARES = (1.0, 0.5, 0.2, 0.1, 0.05)


@dataclass(frozen=True)
class NightEnergy:
    idle_wh: Figure
    work_wh: Figure
    wh: Figure  # both together


def night_energy(pi: Pi, cpu_s_a_minute: Figure, on_share: float = 1.0) -> NightEnergy:
    """Return the energy of one night, in Wh.

    `cpu_s_a_minute` is the monitor's, on the machine that measured it. `on_share` (0..1) is the
    part of the night that the Pi is powered; below 1 it is a bound, because the rest takes nothing
    and a start takes no time.
    """
    idle = product(
        "Wh",
        f"{term(pi.idle_w)} x {NIGHT_H:g} h x {on_share:g} of the night",
        pi.idle_w,
        NIGHT_H * on_share,
    )
    busy_s = product("s", "", cpu_s_a_minute, pi.slower, NIGHT_S / 60 * on_share)
    source = (
        f"{term(cpu_s_a_minute)} of CPU a minute x {term(pi.slower)} as long as where it was "
        f"measured x {NIGHT_S / 60:g} minutes x {on_share:g} x {term(pi.busy_core_w)} beyond idle; "
        f"CPU: {cpu_s_a_minute.source}"
    )
    work = product("Wh", source, busy_s, pi.busy_core_w, 1 / 3600)
    both = total("Wh", f"{term(idle)} of idling + {term(work)} of monitoring", idle, work)
    return NightEnergy(idle, work, both)


def metered_wh(metered: Metered) -> Figure:
    """Return the energy of a night at the metered mean power."""
    power = metered.figure()
    source = f"{term(power)} x {NIGHT_H:g} h; {power.source}"
    return metered.mean_w.figure("Wh", power.kind, source, NIGHT_H)


def nights(night_wh: Figure) -> Figure:
    """Return how many nights a power bank lasts."""
    source = f"{term(POWER_BANK_WH)} of a power bank / {term(night_wh)} a night"
    return quotient("nights", source, POWER_BANK_WH, night_wh)


def pi_table(monitoring: Figure | None, metered: Metered | None) -> FigureTable:
    """Return a row per board; without the monitor's CPU seconds, that of an idle board."""
    rows = []
    for pi in PIS:
        work: tuple[Cell, ...] = (None, None)
        one_night = night_energy(pi, _cpu_or_zero(monitoring))
        if monitoring is not None:
            work = (one_night.work_wh, one_night.wh)
        rows.append(Row((pi.name,), (one_night.idle_wh, *work, nights(one_night.wh))))
    if metered is not None:
        wh = metered_wh(metered)
        rows.append(Row((f"this machine, by {metered.meter}",), (None, None, wh, nights(wh))))
    return FigureTable(
        "A night of 8 h on a Raspberry Pi",
        f"Idle and load as others measured them; monitoring {_how_measured(monitoring)}; a power "
        f"bank of {term(POWER_BANK_WH)}. Idling takes nearly all of the energy: switching the Pi "
        "off for a part of the night would help, a faster net would not.",
        ("board",),
        ("idling", "monitoring", "together", "on a power bank"),
        tuple(rows),
    )


def pi_chart(monitoring: Figure | None) -> Chart:
    series = []
    for pi in PIS:
        lasting = [nights(night_energy(pi, _cpu_or_zero(monitoring), share).wh) for share in SHARES]
        series.append(
            Series(
                pi.name.removeprefix("Raspberry "),
                tuple(100 * share for share in SHARES),
                tuple(figure.value for figure in lasting),
                tuple(figure.low or figure.value for figure in lasting),
                tuple(figure.high or figure.value for figure in lasting),
            )
        )
    return Chart(
        "battery-pi",
        "A Pi that is switched on for a part of the night",
        "% of the night",
        "nights on the power bank (modelled)",
        tuple(series),
        "An upper bound: off takes nothing and starting takes no time here.",
        log_x=True,
        log_y=True,
    )


def pi_sentences(monitoring: Figure | None) -> list[str]:
    one_night = night_energy(PIS[0], _cpu_or_zero(monitoring))
    if monitoring is None:
        return [f"A {PIS[0].name} idles for {nights(one_night.wh)} on a power bank (modelled)."]
    share = 100 * one_night.work_wh.value / one_night.wh.value
    return [
        f"A {PIS[0].name} monitors for {nights(one_night.wh)} on a power bank; the monitor takes "
        f"{share:.0f} % of its energy, idling the rest (modelled)."
    ]


def _cpu_or_zero(monitoring: Figure | None) -> Figure:
    return monitoring or Figure(0, "s", Kind.MODELLED, "not measured in this run: left out")


def _how_measured(monitoring: Figure | None) -> str:
    if monitoring is None:
        return "not measured in this run"
    return f"{term(monitoring)} of CPU a minute here, longer there by the table of constants"
