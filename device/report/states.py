"""The states that a night is shown in, listed once: names, codes, colours, rows of the chart.

First come the classes of the spec, or the lanes that they are grouped into, then upright and off
the body: a state's code is its place in that order.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgekit.night.night import AWAY_WORDS, OFF, UPRIGHT, Decisions
from edgekit.spec import Spec

from .labels import lane_names, lane_of_class

NO_DECISION = -1  # the code of a time without a decision: a gap, in which nothing is drawn


@dataclass(frozen=True)
class DisplayState:
    """One state as people see it."""

    name: str  # in plain words
    css: str  # class of its marks: c0, c1, ... by the spec's class, 'upright' or 'off'
    row: str  # of the chart, by the name at its left


AWAY = {  # by a decision's state, in the order of their codes
    UPRIGHT: DisplayState(AWAY_WORDS[UPRIGHT], "upright", "upright"),
    OFF: DisplayState(AWAY_WORDS[OFF], "off", "off body"),
}
_GROUPS_DOWN = ("left", "supine", "right", "prone")  # the circle unrolled: turns go to a neighbour


def class_states(spec: Spec) -> tuple[DisplayState, ...]:
    """Return the state of each code in `class_codes`."""
    rows = [lane_names(spec)[lane] for lane in lane_of_class(spec)]
    classes = zip(spec.postures, rows, strict=True)
    return (
        *(DisplayState(name, f"c{k}", row) for k, (name, row) in enumerate(classes)),
        *AWAY.values(),
    )


def class_state(spec: Spec, state: str, posture: int) -> DisplayState:
    """Return what one decision is shown as, from its state and its class."""
    return AWAY.get(state) or class_states(spec)[posture]


def class_codes(decisions: Decisions, spec: Spec) -> NDArray[np.int64]:
    """Return each decision's (N,) code: its class while worn, else upright or off."""
    return _codes(decisions, decisions.posture, len(spec.postures))


def lane_state_names(spec: Spec) -> tuple[str, ...]:
    """Return the name of each code in `lane_codes`."""
    return (*lane_names(spec), *(state.name for state in AWAY.values()))


def lane_codes(decisions: Decisions, spec: Spec) -> NDArray[np.int64]:
    """Return each decision's (N,) code: its lane while worn, else upright or off."""
    return _codes(decisions, lane_of_class(spec)[decisions.posture], len(lane_names(spec)))


def away_lane_codes(spec: Spec) -> tuple[int, int]:
    """Return the codes of upright and off in `lane_codes`."""
    lanes = len(lane_names(spec))
    return lanes, lanes + 1


def chart_rows(spec: Spec, codes: NDArray[np.int64]) -> list[str]:
    """Return the rows of a chart in lanes, from the top, for class codes (N,) of any order.

    The four groups are always there; activities, upright and off only where they occur.
    """
    states = class_states(spec)
    occurring = {states[code].row for code in np.unique(codes).tolist() if code >= 0}
    always = list(_GROUPS_DOWN) if spec.has_body_axes else []
    sometimes = [*([] if always else lane_names(spec)), *(state.row for state in AWAY.values())]
    return always + [row for row in sometimes if row in occurring]


def _codes(
    decisions: Decisions, worn_code: NDArray[np.int64], worn_codes: int
) -> NDArray[np.int64]:
    away = np.where(decisions.state == UPRIGHT, worn_codes, worn_code)
    return np.where(decisions.state == OFF, worn_codes + 1, away)
