"""Draw a night's pictures: decisions in lanes, torso angle, movement, confusion matrix."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from edgekit.night.night import OFF, WORN, Alarm, Decisions
from edgekit.spec import UNLABELLED, Spec, nearest_posture
from edgekit.stretches import equal_stretches

from .agreement import Agreement
from .chart import Chart
from .confusion import confusion_chart
from .labels import class_angles_deg
from .rose import PETALS, petals_percent, rose_chart
from .states import AWAY, chart_rows, class_codes, class_states
from .summary import Summary
from .time_axis import TimeAxis
from .timeline import Lane, Mark, angle_chart, blocks, lane_chart, movement_chart

_SHIFT_PX = 9
# Height of a row, and of a block in it, in pixels.
_GROUP_PX, _ACTIVITY_PX, _AWAY_PX = (54, 30), (30, 20), (26, 10)


def night_picture(decisions: Decisions, summary: Summary, spec: Spec, axis: TimeAxis) -> Chart:
    """Draw postures in four lanes, or each activity in its own."""
    code = class_codes(decisions, spec)
    rows = chart_rows(spec, np.concatenate([code, decisions.truth]))
    away_rows = [state.row for state in AWAY.values()]
    size = _GROUP_PX if spec.has_body_axes else _ACTIVITY_PX
    lanes = [Lane(row, *(_AWAY_PX if row in away_rows else size)) for row in rows]
    marks = [
        Mark(state.name, state.css, rows.index(state.row) if state.row in rows else 0, shift)
        for state, shift in zip(class_states(spec), [*_shifts_px(spec), 0, 0], strict=True)
    ]
    truth = decisions.truth if (decisions.truth != UNLABELLED).any() else code[:0]
    what = "Posture" if spec.has_body_axes else "Activity"
    return lane_chart(
        axis,
        lanes,
        marks,
        blocks(decisions.start_s, code, spec.hop_s, axis),
        blocks(decisions.start_s[: len(truth)], truth, spec.hop_s, axis),
        [(gap.start_s, gap.end_s) for gap in summary.gaps],
        f"{what} against time, {axis.interval(axis.begin_s, axis.end_s)}; the table of bouts "
        "holds the same",
    )


def angle_pictures(decisions: Decisions, spec: Spec, axis: TimeAxis) -> dict[str, Any]:
    """Draw the torso angle against time and as a rose, with the tables behind them.

    All are empty where the angle is not known.
    """
    worn = (decisions.state == WORN) & np.isfinite(decisions.torso_angle_deg)
    if not spec.has_body_axes or not worn.any():
        return {"angle_chart": None, "angle_hours": [], "rose": None, "petals": []}
    angle = decisions.torso_angle_deg[worn]
    nominal = class_angles_deg(spec)
    names = spec.postures
    share = petals_percent(angle)
    centres = np.arange(PETALS) * 360.0 / PETALS
    petal_class = nearest_posture(centres, nominal)
    most = int(share.argmax())
    return {
        "angle_chart": angle_chart(
            axis,
            decisions.start_s[worn],
            angle,
            spec.hop_s,
            [f"s{k}" for k in range(len(names))],
            nearest_posture(angle, nominal),
            f"Torso angle against time, {axis.interval(axis.begin_s, axis.end_s)}",
        ),
        "angle_hours": _by_hour(axis, decisions.start_s[worn], angle, spec),
        "rose": rose_chart(
            share,
            [f"c{k}" for k in petal_class],
            f"Share of worn time by torso angle; most, {share[most]:.1f} %, at "
            f"{centres[most]:.0f} degrees ({names[petal_class[most]]})",
        ),
        "petals": [
            (f"{centre:.0f}°", names[k], float(percent))
            for centre, k, percent in zip(centres, petal_class, share, strict=True)
            if percent > 0
        ],
    }


def movement_picture(
    decisions: Decisions, alarms: Sequence[Alarm], spec: Spec, axis: TimeAxis
) -> Markup | None:
    """Draw movement and alarms against time; None where movement was not measured."""
    on_body = decisions.state != OFF
    if not np.isfinite(decisions.movement_g[on_body]).any():
        return None
    return movement_chart(
        axis,
        decisions.start_s[on_body],
        decisions.movement_g[on_body],
        spec.hop_s,
        alarms,
        f"Movement against time, {axis.interval(axis.begin_s, axis.end_s)}",
    )


def confusion_picture(agreed: Agreement | None, spec: Spec) -> Markup | None:
    if agreed is None:
        return None
    label = "Confusion of labels (rows) and smoothed decisions (columns), per cent of each row"
    return confusion_chart(agreed.confusion, spec.postures, label)


def _shifts_px(spec: Spec) -> list[int]:
    """Return each class's shift, which brings it nearer to the lane that it leans towards."""
    angles = class_angles_deg(spec)
    if not spec.has_body_axes:
        return [0] * len(angles)
    within = (angles + 45.0) % 90.0 - 45.0  # -30, 0 or 30 degrees from the group's middle
    return [round(-_SHIFT_PX * lean / 30.0) for lean in within]


def _by_hour(
    axis: TimeAxis, start_s: NDArray[np.float64], angle_deg: NDArray[np.float64], spec: Spec
) -> list[tuple[str, str, str]]:
    """Return per hour of the wearer's clock: when, the most frequent 10 degrees, their posture."""
    offset_s = np.array([axis.utc_offsets.at(at_s) for at_s in start_s.tolist()], np.int64)
    # An hour may come twice, with another offset.
    hour = np.asarray((start_s + offset_s) // 3600, np.int64) * 86400 + offset_s
    rows = []
    for first, last in equal_stretches(hour):
        centre = float(petals_percent(angle_deg[first:last]).argmax()) * 360.0 / PETALS
        name = spec.postures[nearest_posture([centre], class_angles_deg(spec))[0]]
        when = axis.interval(float(start_s[first]), float(start_s[last - 1]) + spec.hop_s)
        rows.append((when, f"{centre:.0f}°", name))
    return rows
