"""A Pi's night as a table, and what a switch that powers it for a part of the night would do."""

from ..figure import Figure, Kind
from ..meters.record import Metered
from ..section import Cell, Chart, Row, Series, Table
from .hosts import PIS, POWER_BANK_WH
from .interval import told
from .pi import metered_wh, night, nights

SHARES = (1.0, 0.5, 0.2, 0.1, 0.05)


def table(monitoring: Figure | None, metered: Metered | None) -> Table:
    """Without the monitor's CPU seconds, what a Pi takes that idles."""
    rows = []
    for pi in PIS:
        work: tuple[Cell, ...] = (None, None)
        found = night(pi, _cpu(monitoring))
        if monitoring is not None:
            work = (found.work_wh, found.wh)
        rows.append(Row((pi.name,), (found.idle_wh, *work, nights(found.wh))))
    if metered is not None:
        wh = metered_wh(metered)
        rows.append(Row((f"this machine, by {metered.meter}",), (None, None, wh, nights(wh))))
    return Table(
        "A night of 8 h on a Raspberry Pi",
        f"Idle and load as others measured them; monitoring {_told(monitoring)}; a power bank of "
        f"{told(POWER_BANK_WH)}. The idle power is the bill: being off for a part of the night is "
        "the lever, not a faster net.",
        ("board",),
        ("idling", "monitoring", "together", "on a power bank"),
        tuple(rows),
    )


def chart(monitoring: Figure | None) -> Chart:
    series = []
    for pi in PIS:
        found = [nights(night(pi, _cpu(monitoring), share).wh) for share in SHARES]
        series.append(
            Series(
                pi.name.removeprefix("Raspberry "),
                tuple(100 * share for share in SHARES),
                tuple(figure.value for figure in found),
                tuple(figure.low or figure.value for figure in found),
                tuple(figure.high or figure.value for figure in found),
            )
        )
    return Chart(
        "energy-pi",
        "A Pi that is powered for a part of the night",
        "% of the night",
        "nights on the power bank (modelled)",
        tuple(series),
        "Off takes nothing and a start takes no time here: the most that a switch can give.",
        log_x=True,
        log_y=True,
    )


def sentences(monitoring: Figure | None) -> list[str]:
    found = night(PIS[0], _cpu(monitoring))
    if monitoring is None:
        return [f"{PIS[0].name}: {nights(found.wh)} on a power bank, idling (modelled)."]
    share = 100 * found.work_wh.value / found.wh.value
    return [
        f"{PIS[0].name}: {nights(found.wh)} on a power bank; monitoring is {share:.0f} % of its "
        "energy (modelled)."
    ]


def _cpu(monitoring: Figure | None) -> Figure:
    return monitoring or Figure(0, "s", Kind.MODELLED, "not measured in this run: left out")


def _told(monitoring: Figure | None) -> str:
    if monitoring is None:
        return "not measured in this run"
    return f"{told(monitoring)} of CPU a minute here, longer there by the table of constants"
