"""The section on training against inference, computed from records alone."""

from collections.abc import Mapping, Sequence

from ..facts import Facts
from ..figure import Figure, format_value
from ..section import Cell, Chart, FigureSection, FigureTable, Row, Series, rows_chart
from .constants import GRID_G_A_KWH
from .section import net_decider
from .training import (
    FLEET,
    J_A_WH,
    AddedCurrents,
    added_currents,
    emitted_g,
    in_fleet_years,
    in_inferences,
    in_nights,
    night_j,
    paper_training_wh,
    repaid_nights,
    saved_j,
    training_wh,
)
from .wearable import inference_uj

TITLE = "Does deciding on the wearable save energy?"
_NOTE = (
    "The energy of one training, at the wall, compared with a wearable's: how many windows it is "
    "worth, and after how many nights it is repaid by raw data that is not sent. What the receiver "
    "and a computer that decides there would take is not counted; counting it would favour the "
    "wearable."
)
_PAPER = "the paper's on an A100"
_NIGHTS = (1, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 100_000, 1_000_000)


def section(facts: Sequence[Facts], instructions: Mapping[str, int]) -> FigureSection:
    """Return the section. `instructions` of a window on a Cortex-M4 are by the bundle's name.

    A bundle without them, or without its run, is left out of the tables that need them.
    """
    counted = [fact for fact in facts if fact.name in instructions]
    return FigureSection(
        "training",
        TITLE,
        _NOTE,
        tuple(_sentences(counted, instructions)),
        charts=(_added_chart(counted, instructions),) if counted else (),
        tables=(_against_raw(counted, instructions),) if counted else (),
        detail_tables=(
            _training_energies(facts),
            *((_worth(counted, instructions),) if counted else ()),
        ),
        detail_charts=(_cumulative(_cheapest(counted, instructions), instructions),)
        if counted
        else (),
    )


def _added_chart(facts: Sequence[Facts], instructions: Mapping[str, int]) -> Chart:
    currents = {fact.name: _currents(fact, instructions) for fact in facts}
    return rows_chart(
        "training",
        "Current for deciding, and for sending raw data",
        "microamperes on a XIAO nRF52840 (modelled)",
        {
            "deciding on the wearable": {name: each.stored for name, each in currents.items()},
            "sending the raw data": {name: each.raw for name, each in currents.items()},
        },
        "Only what differs is counted; sensor and bus are in neither. Decisions are kept in flash "
        "until the morning; raw data go to a phone by Bluetooth LE.",
        mark="bars",
        unit="uA",
    )


def _training_energies(facts: Sequence[Facts]) -> FigureTable:
    rows = [
        (fact.name, fact.training.device, training_wh(fact.training))
        for fact in facts
        if fact.training is not None
    ]
    rows += [
        ("the paper's single-task nets, both", "A100", paper_training_wh("singletask")),
        ("the paper's Smooth-Distill, one net", "A100", paper_training_wh()),
    ]
    return FigureTable(
        "Energy of a training",
        "One final training, without the search before it. CO2e by the grid's mean intensity, not "
        "that of the hour and place.",
        ("training", "device"),
        ("energy", *(f"CO2e, {grid}" for grid in GRID_G_A_KWH)),
        tuple(
            Row((name, device), (wh, *(emitted_g(wh, grid) for grid in GRID_G_A_KWH)))
            for name, device, wh in rows
        ),
    )


def _own_and_paper_wh(fact: Facts) -> list[tuple[str, Figure]]:
    own = [] if fact.training is None else [("its own training", training_wh(fact.training))]
    return [*own, (_PAPER, paper_training_wh())]


def _worth(facts: Sequence[Facts], instructions: Mapping[str, int]) -> FigureTable:
    rows = []
    for fact in facts:
        count = net_decider(fact, instructions).instructions
        for name, wh in _own_and_paper_wh(fact):
            worth = in_inferences(wh, count)
            nights = in_nights(worth, fact.hop_s)
            figures = (inference_uj(count), worth, nights, in_fleet_years(nights))
            rows.append(Row((fact.name, name), figures))
    return FigureTable(
        "How many windows a training is worth",
        "On a XIAO nRF52840, the core's energy alone (modelled); a night is 8 h, a window a hop.",
        ("bundle", "training"),
        ("a window", "windows", "of one wearable", f"of {FLEET:,} wearables"),
        tuple(rows),
    )


def _against_raw(facts: Sequence[Facts], instructions: Mapping[str, int]) -> FigureTable:
    rows = []
    for fact in facts:
        currents = _currents(fact, instructions)
        for name, instead in _decided_there(currents):
            saved = saved_j(currents.raw, instead)
            repaid = [repaid_nights(wh, saved) for _, wh in _own_and_paper_wh(fact)]
            own: Cell = repaid[0] if fact.training is not None else None
            rows.append(
                Row(
                    (fact.name, name, _is_repaid(saved)),
                    (currents.raw, instead, saved, own, repaid[-1]),
                )
            )
    return FigureTable(
        "Deciding on the wearable, or sending the raw data to a phone",
        "Bluetooth LE to a phone, 0 dBm: three axes of 16 bits each sample, 40 samples a packet. "
        "Only what differs is counted. Without nights: the net takes more than the radio, so "
        f"nothing is repaid. {FLEET:,} wearables repay in a {FLEET:,}th of the nights. A bound of "
        "inf: the net may, within the uncertainty, take more than the radio.",
        ("bundle", "decisions", "saves energy"),
        (
            "sending raw data",
            "deciding",
            "saved a night",
            "its training is repaid after",
            "the paper's is repaid after",
        ),
        tuple(rows),
    )


def _cheapest(facts: Sequence[Facts], instructions: Mapping[str, int]) -> Facts:
    return min(facts, key=lambda fact: instructions[fact.name] / fact.hop_s)


def _cumulative(fact: Facts, instructions: Mapping[str, int]) -> Chart:
    currents = _currents(fact, instructions)
    series = [_line("raw data sent", night_j(currents.raw), 0.0, dashed=True)]
    for training, wh in _own_and_paper_wh(fact):
        joules = wh.value * J_A_WH
        series.append(_line(f"decided there, {training}", night_j(currents.stored), joules))
    return Chart(
        "training-nights",
        f"A wearable and its training: {fact.name}",
        "nights",
        "J at the wall since the training began",
        tuple(series),
        "Modelled. Decisions kept in flash until the morning; sensor and bus are in no line.",
        log_x=True,
        log_y=True,
    )


def _line(name: str, a_night: Figure, before_j: float, dashed: bool = False) -> Series:
    x = tuple(float(nights) for nights in _NIGHTS)
    y = tuple(before_j + a_night.value * nights for nights in x)
    return Series(name, x, y, dashed=dashed)


def radio_sentence(facts: Sequence[Facts], instructions: Mapping[str, int]) -> str:
    """Word whether deciding on the wearable takes less than sending raw data; empty of no net."""
    saving: list[str] = []
    losing: list[str] = []
    for fact in (each for each in facts if each.name in instructions):
        currents = _currents(fact, instructions)
        figures = f"{fact.name} ({_plain(currents.stored)} and {_plain(currents.raw)})"
        (saving if currents.stored.value < currents.raw.value else losing).append(figures)
    parts = []
    if losing:
        parts.append(
            "sending the raw data to a phone takes less current than deciding on the wearable with "
            f"{', '.join(losing)}"
        )
    if saving:
        parts.append(f"deciding takes less current than sending with {', '.join(saving)}")
    if not parts:
        return ""
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]} (current to decide and to send, modelled)."


def _plain(current: Figure) -> str:
    return f"{format_value(current.value, current.unit)} {current.unit}"


def _sentences(facts: Sequence[Facts], instructions: Mapping[str, int]) -> list[str]:
    radio = radio_sentence(facts, instructions)
    trained = [(fact.name, training_wh(fact.training)) for fact in facts if fact.training]
    energies = ", ".join(f"{name} {_plain(wh)} ({wh.kind})" for name, wh in trained)
    papers = paper_training_wh()
    training = (
        f"One training took: {energies}; the paper's on an A100 {_plain(papers)} ({papers.kind})."
        if energies
        else ""
    )
    repaid = ", ".join(
        f"{nights} with {fact.name}"
        for fact in facts
        if (nights := repaid_nights(papers, _saved(fact, instructions))) is not None
    )
    paid_back = f"The current saved repays the paper's training after {repaid} (modelled)."
    return [text for text in (radio, training, paid_back if repaid else "") if text]


def _saved(fact: Facts, instructions: Mapping[str, int]) -> Figure:
    currents = _currents(fact, instructions)
    return saved_j(currents.raw, currents.stored)


def _currents(fact: Facts, instructions: Mapping[str, int]) -> AddedCurrents:
    return added_currents(net_decider(fact, instructions).instructions, fact.rate_hz, fact.hop_s)


def _decided_there(currents: AddedCurrents) -> tuple[tuple[str, Figure], ...]:
    return ("sent, one a hop", currents.sent), ("kept until the morning", currents.stored)


def _is_repaid(saved: Figure) -> str:
    if saved.low is not None and saved.low > 0:
        return "yes"
    if saved.high is not None and saved.high < 0:
        return "no"
    return "likely" if saved.value > 0 else "unlikely"
