"""Which pictures a night gets: its decisions laid out in lanes, angles and a confusion matrix."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from edgekit.night.night import Alarm, Decisions
from edgekit.spec import UNLABELLED, Spec

from .agreement import Agreement
from .bouts import runs
from .confusion import confusion_chart
from .labels import class_angles_deg, class_names, lane_names, lane_of_class, nearest_class
from .rose import PETALS, petals_percent, rose_chart
from .summary import Summary
from .time_axis import TimeAxis
from .timeline import Lane, Mark, angle_chart, blocks, lane_chart, movement_chart

_CHART_ORDER = ("left", "supine", "right", "prone")  # the circle unrolled: turns go to a neighbour
_SHIFT_PX = 9


def night_picture(decisions: Decisions, summary: Summary, spec: Spec, axis: TimeAxis) -> Markup:
    """The picture of the night: postures in four lanes, or each activity in its own."""
    classes = len(spec.postures)
    code = np.where(
        decisions.state == "off",
        classes + 1,
        np.where(decisions.state == "upright", classes, decisions.posture),
    )
    seen = {*np.unique(code).tolist(), *np.unique(decisions.truth).tolist()}
    order = _CHART_ORDER if spec.has_body_axes else spec.postures
    of_class = [lane_names(spec)[lane] for lane in lane_of_class(spec)]
    shown = {of_class[k] for k in seen if 0 <= k < classes}
    names = [name for name in order if spec.has_body_axes or name in shown]
    extra = [name for k, name in ((classes, "upright"), (classes + 1, "off body")) if k in seen]
    size = (54, 30) if spec.has_body_axes else (30, 20)
    lanes = [Lane(name, *size) for name in names] + [Lane(name, 26, 10) for name in extra]
    rows = {lane.name: index for index, lane in enumerate(lanes)}
    marks = [
        Mark(name, f"c{k}", rows.get(of_class[k], 0), shift)
        for k, (name, shift) in enumerate(zip(class_names(spec), _shifts_px(spec), strict=True))
    ]
    marks += [
        Mark("upright", "upright", rows.get("upright", 0)),
        Mark("off the body", "off", rows.get("off body", 0)),
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
    """The torso angle against time and as a rose, and the table behind them, where it is known."""
    worn = (decisions.state == "worn") & np.isfinite(decisions.torso_angle_deg)
    if not spec.has_body_axes or not worn.any():
        return {"angle_chart": None, "angle_hours": [], "rose": None, "petals": []}
    angle = decisions.torso_angle_deg[worn]
    nominal = class_angles_deg(spec)
    names = class_names(spec)
    share = petals_percent(angle)
    centres = np.arange(PETALS) * 360.0 / PETALS
    petal_class = nearest_class(centres, nominal)
    most = int(share.argmax())
    return {
        "angle_chart": angle_chart(
            axis,
            decisions.start_s[worn],
            angle,
            spec.hop_s,
            [f"s{k}" for k in range(len(names))],
            nearest_class(angle, nominal),
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
    """None where movement was not measured."""
    on_body = decisions.state != "off"
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


def confusion_picture(found: Agreement | None, spec: Spec) -> Markup | None:
    if found is None:
        return None
    label = "Confusion of labels (rows) and smoothed decisions (columns), per cent of each row"
    return confusion_chart(found.confusion, class_names(spec), label)


def _shifts_px(spec: Spec) -> list[int]:
    """A class that leans towards the neighbouring lane is drawn nearer to it."""
    angles = class_angles_deg(spec)
    if not spec.has_body_axes:
        return [0] * len(angles)
    within = (angles + 45.0) % 90.0 - 45.0  # -30, 0 or 30 degrees from the group's middle
    return [round(-_SHIFT_PX * lean / 30.0) for lean in within]


def _by_hour(
    axis: TimeAxis, start_s: NDArray[np.float64], angle_deg: NDArray[np.float64], spec: Spec
) -> list[tuple[str, str, str]]:
    """Per hour of the wearer's clock: when, the angle most held (10 degrees wide), its posture."""
    offset_s = np.array([axis.utc_offsets.at(at_s) for at_s in start_s.tolist()], np.int64)
    hour = (
        np.asarray((start_s + offset_s) // 3600, np.int64) * 86400 + offset_s
    )  # 2 h may come twice
    rows = []
    for first, last in runs(hour):
        centre = float(petals_percent(angle_deg[first:last]).argmax()) * 360.0 / PETALS
        name = class_names(spec)[nearest_class([centre], class_angles_deg(spec))[0]]
        when = axis.interval(float(start_s[first]), float(start_s[last - 1]) + spec.hop_s)
        rows.append((when, f"{centre:.0f}°", name))
    return rows
