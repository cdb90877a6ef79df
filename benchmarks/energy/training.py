"""A training's energy in inferences and in nights, and when it is repaid by what is not sent.

Training is counted at the wall, as its run says. The wearable's energy is brought to the wall, too,
through regulator, charger and adapter. A final training alone is counted: no search before it.
"""

import math
from dataclasses import dataclass, replace

from edgekit.train.energy import MODELLED
from edgekit.train.paper import ENERGY_KWH_A100

from ..facts import Training
from ..figure import Figure, Kind
from . import constants as of
from .interval import difference, least, most, product, quotient, told, total
from .radio import decision_ua, raw_ua
from .wearable import busy_ms, inference_uj

FLEET = 1000
NIGHTS_A_YEAR = 365
J_A_WH = 3600.0


def trained(training: Training) -> Figure:
    """Wh of the run."""
    work = f"{training.windows:,} windows x {training.epochs} epochs on {training.device}"
    wh = 1000 * training.energy_kwh
    if training.energy_kind != MODELLED:
        return Figure(wh, "Wh", Kind.MEASURED, f"run.json: {training.energy_kind}; {work}")
    source = (
        f"run.json: {training.cpu_s:g} CPU s ({training.wall_s:g} s) x the power of a busy core or "
        f"board (edgekit/train/energy.py); {work}; bounds assumed, half and twice"
    )
    return Figure(wh, "Wh", Kind.MODELLED, source, wh / 2, 2 * wh)


def paper_trained(method: str = "smooth-distill") -> Figure:
    source = (
        "the paper's authors, on their A100 (edgekit/train/paper.py): time x a constant power, of "
        f"{method}"
    )
    return Figure(1000 * ENERGY_KWH_A100[method], "Wh", Kind.ELSEWHERE, source)


def emitted_g(wh: Figure, grid: str) -> Figure:
    intensity = of.GRID_G_A_KWH[grid]
    source = f"{told(wh)} x {told(intensity)} of {grid}; {intensity.source}"
    return product("g", source, wh, intensity, 1e-3)


def in_inferences(wh: Figure, instructions: Figure) -> Figure:
    """How many windows the wearable's core answers with it, in millions."""
    each = inference_uj(instructions)
    source = f"{told(wh)} x {told(of.FROM_WALL)} from the wall to the supply / {told(each)} each"
    return quotient("million", source, product("", "", wh, of.FROM_WALL, J_A_WH), each)


def in_nights(inferences: Figure, hop_s: float) -> Figure:
    """Of one wearable."""
    a_night = of.NIGHT_S / hop_s
    source = f"{told(inferences)} inferences / {a_night:,.0f} a night of 8 h, one in {hop_s:g} s"
    return product("nights", source, inferences, 1e6 / a_night)


def in_fleet_years(nights: Figure) -> Figure:
    source = f"{told(nights)} / {FLEET:,} wearables / {NIGHTS_A_YEAR} nights a year"
    return product("years", source, nights, 1 / FLEET / NIGHTS_A_YEAR)


@dataclass(frozen=True)
class Ways:
    """What each way to the answers adds to a wearable, in uA: the sensor's work is in none."""

    raw: Figure  # every sample is sent, another machine decides
    told: Figure  # decided on the wearable, each decision sent
    kept: Figure  # decided on the wearable, kept in its flash until the morning


def ways(instructions: Figure, rate_hz: float, hop_s: float) -> Ways:
    busy, sent = busy_ms(instructions), decision_ua(hop_s)
    source = f"{told(busy)} x {told(of.MCU_RUN_MA)} every {hop_s:g} s; {busy.source}"
    kept = product("uA", source, busy, of.MCU_RUN_MA, 1 / hop_s)
    both = total("uA", f"{told(kept)} of inference + {told(sent)}: {sent.source}", kept, sent)
    return Ways(raw_ua(rate_hz), both, kept)


def night_j(mean: Figure) -> Figure:
    """A night of 8 h at this current, at the wall."""
    source = (
        f"{told(mean)} x {told(of.SUPPLY_V)} x 8 h / {told(of.FROM_WALL)} from the wall to the "
        f"supply; {mean.source}"
    )
    supply = product("J", "", mean, of.SUPPLY_V, 1e-6 * of.NIGHT_S)
    return quotient("J", source, supply, of.FROM_WALL)


def saved_j(raw: Figure, instead: Figure) -> Figure:
    """A night's energy of not sending, less that of deciding; below nought where that is more."""
    source = f"{told(raw)} for raw data sent - {told(instead)} for deciding on the wearable"
    return night_j(difference("uA", source, raw, instead))


def repaid_nights(wh: Figure, saved: Figure) -> Figure | None:
    """Of one wearable; None where a night saves nothing. Without an upper bound it is infinite."""
    if saved.value <= 0:
        return None
    source = f"{told(wh)} x 3,600 J / {told(saved)} saved a night"
    found = product("nights", source, wh, J_A_WH / saved.value)
    latest = most(wh) * J_A_WH / least(saved) if least(saved) > 0 else math.inf
    return replace(found, low=least(wh) * J_A_WH / most(saved), high=latest)
