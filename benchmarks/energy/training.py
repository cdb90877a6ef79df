"""A training's energy in inferences and in nights, and when unsent raw data repay it.

Training is counted at the wall, from its run. The wearable's energy is brought to the wall, too,
through regulator, charger and adapter. Only the final training counts, not the search before it.
Of sending only what it adds counts: sensor, bus and sleep are the same whoever decides, and the
receiver and a computer that decides there are left out.
"""

import math
from dataclasses import dataclass, replace

from edgekit.train.energy import MODELLED
from edgekit.train.paper import ENERGY_KWH_A100

from ..facts import Training
from ..figure import Figure, Kind
from . import constants
from .interval import difference, least, most, product, quotient, term, total
from .wearable import busy_ms, inference_uj

FLEET = 1000
NIGHTS_A_YEAR = 365
J_A_WH = 3600.0


def training_wh(training: Training) -> Figure:
    """Return the energy of the run in Wh."""
    work = f"{training.windows:,} windows x {training.epochs} epochs on {training.device}"
    wh = 1000 * training.energy_kwh
    if training.energy_kind != MODELLED:
        return Figure(wh, "Wh", Kind.MEASURED, f"run.json: {training.energy_kind}; {work}")
    source = (
        f"run.json: {training.cpu_s:g} CPU s ({training.wall_s:g} s) x the power of a busy core or "
        f"board (edgekit/train/energy.py); {work}; bounds assumed, half and twice"
    )
    return Figure(wh, "Wh", Kind.MODELLED, source, wh / 2, 2 * wh)


def paper_training_wh(method: str = "smooth-distill") -> Figure:
    """Return the energy in Wh that the paper states for a method's training."""
    source = (
        "the paper's authors, on their A100 (edgekit/train/paper.py): time x a constant power, of "
        f"{method}"
    )
    return Figure(1000 * ENERGY_KWH_A100[method], "Wh", Kind.ELSEWHERE, source)


def emitted_g(wh: Figure, grid: str) -> Figure:
    """Return g of CO2e for the energy. `grid` is a key of GRID_G_A_KWH."""
    intensity = constants.GRID_G_A_KWH[grid]
    source = f"{term(wh)} x {term(intensity)} of {grid}; {intensity.source}"
    return product("g", source, wh, intensity, 1e-3)


def in_inferences(wh: Figure, instructions: Figure) -> Figure:
    """Return how many windows the wearable's core answers with the energy, in millions."""
    each = inference_uj(instructions)
    source = (
        f"{term(wh)} x {term(constants.FROM_WALL)} from the wall to the supply / {term(each)} each"
    )
    return quotient("million", source, product("", "", wh, constants.FROM_WALL, J_A_WH), each)


def in_nights(inferences: Figure, hop_s: float) -> Figure:
    """Return how many nights of one wearable the inferences (in millions) are."""
    a_night = constants.NIGHT_S / hop_s
    source = f"{term(inferences)} inferences / {a_night:,.0f} a night of 8 h, one in {hop_s:g} s"
    return product("nights", source, inferences, 1e6 / a_night)


def in_fleet_years(nights: Figure) -> Figure:
    source = f"{term(nights)} / {FLEET:,} wearables / {NIGHTS_A_YEAR} nights a year"
    return product("years", source, nights, 1 / FLEET / NIGHTS_A_YEAR)


def event_uc(payload_bytes: float) -> Figure:
    """Return the charge in uC of a Bluetooth LE connection event that carries one packet."""
    air_us = (constants.PACKET_BYTES.value + payload_bytes) * constants.US_A_BYTE.value
    core = product("uC", "", constants.EVENT_CORE_MS, constants.MCU_RUN_MA)
    listen = product("uC", "", constants.LISTEN_US, constants.RX_MA, 1e-3)
    send = product("uC", "", air_us, constants.TX_MA, 1e-3)
    source = (
        f"(core {term(constants.EVENT_CORE_MS)} x {term(constants.MCU_RUN_MA)}, listening "
        f"{term(constants.LISTEN_US)} x {term(constants.RX_MA)}, sending {air_us:.0f} us of air, "
        f"{term(constants.PACKET_BYTES)} around {payload_bytes:g} B, x {term(constants.TX_MA)}) x "
        f"{term(constants.SENT_TIMES)}"
    )
    return product("uC", source, total("uC", "", core, listen, send), constants.SENT_TIMES)


def raw_ua(rate_hz: float) -> Figure:
    """Return the current in uA of sending every sample, a packet when it is full."""
    every_s = constants.PAYLOAD_BYTES.value / (constants.SAMPLE_BYTES.value * rate_hz)
    return _mean_ua(constants.PAYLOAD_BYTES.value, every_s)


def decision_ua(hop_s: float) -> Figure:
    """Return the current in uA of sending one decision a hop."""
    return _mean_ua(constants.DECISION_BYTES.value, hop_s)


def _mean_ua(payload_bytes: float, every_s: float) -> Figure:
    event = event_uc(payload_bytes)
    source = f"{term(event)} an event, every {every_s:.3g} s; an event: {event.source}"
    return product("uA", source, event, 1 / every_s)


@dataclass(frozen=True)
class AddedCurrents:
    """What each way to the decisions adds to a wearable, in uA; the sensor is in none of them."""

    raw: Figure  # every sample is sent, another machine decides
    sent: Figure  # decided on the wearable, each decision sent
    stored: Figure  # decided on the wearable, stored in its flash until the morning


def added_currents(instructions: Figure, rate_hz: float, hop_s: float) -> AddedCurrents:
    busy, sending = busy_ms(instructions), decision_ua(hop_s)
    source = f"{term(busy)} x {term(constants.MCU_RUN_MA)} every {hop_s:g} s; {busy.source}"
    inference = product("uA", source, busy, constants.MCU_RUN_MA, 1 / hop_s)
    both_source = f"{term(inference)} of inference + {term(sending)}: {sending.source}"
    both = total("uA", both_source, inference, sending)
    return AddedCurrents(raw_ua(rate_hz), both, inference)


def night_j(mean: Figure) -> Figure:
    """Return the energy in J, at the wall, of a night of 8 h at a mean current in uA."""
    source = (
        f"{term(mean)} x {term(constants.SUPPLY_V)} x 8 h / {term(constants.FROM_WALL)} from the "
        f"wall to the supply; {mean.source}"
    )
    supply = product("J", "", mean, constants.SUPPLY_V, 1e-6 * constants.NIGHT_S)
    return quotient("J", source, supply, constants.FROM_WALL)


def saved_j(raw: Figure, instead: Figure) -> Figure:
    """Return J a night of not sending raw data, less those of deciding; may be negative."""
    source = f"{term(raw)} for raw data sent - {term(instead)} for deciding on the wearable"
    return night_j(difference("uA", source, raw, instead))


def repaid_nights(wh: Figure, saved: Figure) -> Figure | None:
    """Return how many nights of one wearable repay `wh`; None where a night saves nothing.

    The upper bound is infinite where a night may save nothing.
    """
    if saved.value <= 0:
        return None
    source = f"{term(wh)} x 3,600 J / {term(saved)} saved a night"
    nights = product("nights", source, wh, J_A_WH / saved.value)
    latest = most(wh) * J_A_WH / least(saved) if least(saved) > 0 else math.inf
    return replace(nights, low=least(wh) * J_A_WH / most(saved), high=latest)
