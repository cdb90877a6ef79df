"""The states that a night is shown in."""

import numpy as np

from edgekit.device.report.states import (
    chart_rows,
    class_codes,
    class_state,
    class_states,
    lane_codes,
    lane_state_names,
)
from edgekit.spec import SLEEP, WISDM, Spec
from tests.helpers.nights import decisions


def test_a_code_is_its_states_place_by_class_and_by_lane() -> None:
    night = decisions([("left", 1), ("upright!", 1), ("off!", 1)])
    states, lanes = class_states(SLEEP), lane_state_names(SLEEP)
    shown = [states[code].name for code in dict.fromkeys(class_codes(night, SLEEP).tolist())]
    assert shown == ["left", "upright", "off the body"]
    assert [lanes[code] for code in dict.fromkeys(lane_codes(night, SLEEP).tolist())] == shown
    left = SLEEP.postures.index("left")
    assert [class_state(SLEEP, state, left).name for state in ("worn", "upright", "off")] == shown
    assert [states[k].css for k in (left, -2, -1)] == [f"c{left}", "upright", "off"]


def rows_of(spec: Spec, *codes: int) -> list[str]:
    return chart_rows(spec, np.array(codes))


def test_the_four_groups_are_always_rows_and_the_rest_where_it_occurs() -> None:
    groups = ["left", "supine", "right", "prone"]
    upright, off = len(SLEEP.postures), len(SLEEP.postures) + 1
    assert rows_of(SLEEP, 0, -1) == groups
    assert rows_of(SLEEP, off, 0, upright) == [*groups, "upright", "off body"]
    assert rows_of(WISDM, 3, 1, len(WISDM.postures) + 1) == [
        WISDM.postures[1],
        WISDM.postures[3],
        "off body",
    ]
