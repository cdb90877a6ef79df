"""The section on training against inference, computed from records alone."""

from collections.abc import Mapping, Sequence

from ..facts import Facts
from ..figure import Figure
from ..section import Cell, Chart, FigureSection, FigureTable, Row, Series
from .constants import GRID_G_A_KWH
from .section import net_decider
from .training import (
    FLEET,
    J_A_WH,
    NIGHTS_A_YEAR,
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

TITLE = "Training against inference"
_NOTE = (
    "The energy of one training, at the wall, against a wearable's: how much inference it is "
    "worth, and after how many nights it is repaid by raw data that is not sent. What a receiver "
    "takes, and a computer that would decide there, is not counted: it would repay sooner."
)
_PAPER = "the paper's on an A100"
_NIGHTS = (1, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 100_000, 1_000_000)


def section(facts: Sequence[Facts], instructions: Mapping[str, int]) -> FigureSection:
    """Return the section. `instructions` of a window on a Cortex-M4 are by the bundle's name.

    A bundle without them, or without its run, is left out of the tables that need them.
    """
    counted = [fact for fact in facts if fact.name in instructions]
    tables = [_training_energies(facts)]
    if counted:
        tables += [_worth(counted, instructions), _against_raw(counted, instructions)]
    charts = (_cumulative(_cheapest(counted, instructions), instructions),) if counted else ()
    return FigureSection(
        TITLE, _NOTE, tuple(_sentences(counted, instructions)), tuple(tables), charts
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
        "What a training takes",
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
        "What a training is worth in inferences",
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
        "Against sending the raw data elsewhere",
        "Bluetooth LE to a phone, 0 dBm: three axes of 16 bits each sample, 40 samples a packet. "
        "Only what differs is counted. No nights where the net takes more than the radio: nothing "
        f"is repaid. {FLEET:,} wearables repay in a {FLEET:,}th of the nights. A bound of inf: the "
        "net may, within the uncertainty, take more than the radio.",
        ("bundle", "decisions", "repaid"),
        (
            "raw data sent",
            "decided there",
            "saved a night",
            "its training repaid",
            "the paper's repaid",
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
        "energy-training",
        f"A wearable and its training: {fact.name}",
        "nights",
        "J at the wall, since the training began (modelled)",
        tuple(series),
        "Decisions kept in flash until the morning. Sensor and bus are in no line.",
        log_x=True,
        log_y=True,
    )


def _line(name: str, a_night: Figure, before_j: float, dashed: bool = False) -> Series:
    x = tuple(float(nights) for nights in _NIGHTS)
    y = tuple(before_j + a_night.value * nights for nights in x)
    return Series(name, x, y, dashed=dashed)


def _sentences(facts: Sequence[Facts], instructions: Mapping[str, int]) -> list[str]:
    sentences = []
    for fact in facts:
        count = net_decider(fact, instructions).instructions
        if fact.training is not None:
            wh = training_wh(fact.training)
            worth = in_inferences(wh, count)
            sentences.append(
                f"{fact.name}: its training ({wh}, {wh.kind}) is worth "
                f"{worth} windows, {in_nights(worth, fact.hop_s)} of one wearable (modelled)."
            )
        currents = _currents(fact, instructions)
        saved = saved_j(currents.raw, currents.stored)
        repaid = repaid_nights(paper_training_wh(), saved)
        if repaid is None:
            sentences.append(
                f"{fact.name}: deciding takes {currents.stored}, sending the raw data "
                f"{currents.raw}: on the wearable's bill nothing is repaid (modelled)."
            )
        else:
            years = repaid.value / FLEET / NIGHTS_A_YEAR
            sentences.append(
                f"{fact.name}: a training as the paper's (A100) is repaid after {repaid}, by "
                f"{FLEET:,} wearables in {years:.2g} years (modelled)."
            )
    return sentences


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
