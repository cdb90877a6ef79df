"""Draw charts along the night as SVG: postures in lanes, the torso angle, movement.

Times are per cent of the width and heights are pixels, so that one drawing serves a wall, a sheet
of paper and a phone, with letters of the same size on each.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from edgekit.night.night import Alarm
from edgekit.spec import turn_deg
from edgekit.stretches import equal_stretches
from edgekit.text import seconds_or_minutes, short

from .chart import Chart
from .time_axis import Tick, TimeAxis

COLUMNS = 960  # finest division of a chart; keeps a page small however restless the night
_AXIS_PX = 26
_STRIP_PX = 34
ANGLE_PX = 208
_MOVEMENT_PX = 72
LEAST_SCALE_G = 0.05  # a night without movement shows none, not its noise; chosen
_MOST_LETTERS = 20  # of a name, the table has the whole
_LEAST_LETTERS = 10  # of the names at the left, so that the charts of a night align
_SWEEP_DEG = 5.0  # of turn within a column, above which a stroke shows it; chosen
_TOP_DEG, _BOTTOM_DEG = 225.0, -135.0  # the circle cut open where left turns to prone


@dataclass(frozen=True)
class Lane:
    """One row of the chart."""

    name: str
    height_px: int
    block_px: int


@dataclass(frozen=True)
class Mark:
    """How one code is drawn: in which lane, and by how much off its middle."""

    name: str
    css: str
    lane: int
    shift_px: int = 0


@dataclass(frozen=True)
class Block:
    """One code from begin_s up to end_s."""

    begin_s: float
    end_s: float
    code: int


def blocks(
    start_s: NDArray[np.float64], code: NDArray[np.int64], hop_s: float, axis: TimeAxis
) -> list[Block]:
    """Return at most COLUMNS blocks: the most frequent code of each column, equal ones merged.

    Decisions (N,) start at `start_s` and stand for `hop_s`; a negative code is left empty.
    """
    if len(code) == 0:
        return []
    edges, column = _columns(start_s, hop_s, axis)
    known = code >= 0
    counts = np.zeros((len(edges) - 1, int(code.max(initial=0)) + 1), np.int64)
    np.add.at(counts, (column[known], code[known]), 1)
    most = np.where(counts.any(axis=1), counts.argmax(axis=1), -1)
    return [
        Block(float(edges[first]), float(edges[last]), int(most[first]))
        for first, last in equal_stretches(most)
        if most[first] >= 0
    ]


def lane_chart(
    axis: TimeAxis,
    lanes: Sequence[Lane],
    marks: Sequence[Mark],
    decided: Sequence[Block],
    truth: Sequence[Block],
    gaps: Iterable[tuple[float, float]],
    label: str,
) -> Chart:
    """Draw blocks in lanes, joined where they follow each other; beneath, a strip of the labels."""
    tops = np.cumsum([0, *(lane.height_px for lane in lanes)])
    middles = [float(top) + lane.height_px / 2 for top, lane in zip(tops, lanes, strict=False)]
    strip_px = _STRIP_PX if truth else 0
    bottom = int(tops[-1]) + strip_px
    field = [_gap_rect(axis, gap, bottom) for gap in gaps]
    field += [f'<line class="rule" x2="100%" y1="{y}" y2="{y}"/>' for y in tops]
    field += tick_lines(axis.ticks(), bottom)
    field += [_joint(axis, marks, middles, *pair) for pair in pairwise(decided) if _touch(*pair)]
    field += [_lane_block(axis, lanes, marks, middles, block) for block in decided]
    field += [
        block_rect(axis, block, marks[block.code], int(tops[-1]) + 12, 14, "labelled ")
        for block in truth
    ]
    names = [(lane.name, middle) for lane, middle in zip(lanes, middles, strict=True)]
    if truth:
        names.append(("labels", int(tops[-1]) + 19.0))
    return framed(axis.ticks(), names, field, bottom, label)


def angle_chart(
    axis: TimeAxis,
    start_s: NDArray[np.float64],
    angle_deg: NDArray[np.float64],
    hop_s: float,
    css: Sequence[str],
    class_of: NDArray[np.int64],
    label: str,
) -> Chart:
    """Draw the torso angle (N,), all finite, against time, in the colour of its direction.

    `class_of` (N,) indexes `css`. Where it turns within a column a stroke spans the angles.
    """
    edges, column = _columns(start_s, hop_s, axis)
    lines: dict[int, list[str]] = {}
    sweeps = []
    for first, last in equal_stretches(column):
        centre = (first + last) // 2
        middle = float(angle_deg[centre])
        swing = turn_deg(angle_deg[first:last] - middle)
        x, y = int(column[first]), angle_y(middle)
        lines.setdefault(int(class_of[centre]), []).append(f"M{x} {y:.1f}h1")
        low, high = float(swing.min()), float(swing.max())
        if high - low > _SWEEP_DEG:
            above, below = y - high * _PX_PER_DEG, y - low * _PX_PER_DEG
            sweeps.append(f"M{x}.5 {max(above, 0):.1f}V{min(below, ANGLE_PX):.1f}")
    ruled = [(name, angle_y(deg)) for name, deg in RULED_DEG]
    field = [f'<line class="rule" x2="100%" y1="{y:.1f}" y2="{y:.1f}"/>' for _, y in ruled]
    field += tick_lines(axis.ticks(), ANGLE_PX)
    paths = {"sweep": "".join(sweeps)}
    paths |= {f"trace {css[k]}": "".join(path) for k, path in lines.items()}
    field.append(_by_column(len(edges) - 1, ANGLE_PX, paths))
    return framed(axis.ticks(), ruled, field, ANGLE_PX, label)


def movement_chart(
    axis: TimeAxis,
    start_s: NDArray[np.float64],
    movement_g: NDArray[np.float64],
    hop_s: float,
    alarms: Sequence[Alarm],
    label: str,
) -> Chart:
    """Draw an actogram: the most movement (N,) of each column as a bar, above it the alarms.

    Alarms that were held back are hollow. A bar's height goes with the square root, so that a
    twitch shows beside a turn; the tallest is the night's largest movement, or LEAST_SCALE_G.
    """
    known = np.isfinite(movement_g)
    edges, column = _columns(start_s, hop_s, axis)
    most = np.zeros(len(edges) - 1)
    np.maximum.at(most, column[known], movement_g[known])
    height = _MOVEMENT_PX * np.sqrt(most / max(float(most.max(initial=0)), LEAST_SCALE_G))
    bars = "".join(
        f"M{x}.5 {_MOVEMENT_PX}v{-pixels:.1f}"
        for x, pixels in enumerate(height.tolist())
        if pixels >= 0.5
    )
    field = tick_lines(axis.ticks(), _MOVEMENT_PX)
    field.append(_by_column(len(most), _MOVEMENT_PX, {"movement": bars}))
    field.append(f'<line class="rule" x2="100%" y1="{_MOVEMENT_PX}" y2="{_MOVEMENT_PX}"/>')
    field += [_alarm(alarm, axis) for alarm in alarms]
    names = [("movement", _MOVEMENT_PX / 2)] + ([("alarms", 4.0)] if alarms else [])
    return framed(axis.ticks(), names, field, _MOVEMENT_PX, label)


def _alarm(alarm: Alarm, axis: TimeAxis) -> str:
    css, name = ("alarm", "alarm") if alarm.strength > 0 else ("alarm held", "alarm held back")
    answer = "" if alarm.response_s is None else f", left after {alarm.response_s:.1f} s"
    return (
        f'<circle class="{css}" cx="{axis.percent(alarm.start_s):.2f}%" cy="5" r="3.5">'
        f"<title>{name}, {axis.clock(alarm.start_s)}, level {alarm.level}{answer}</title></circle>"
    )


_PX_PER_DEG = ANGLE_PX / (_TOP_DEG - _BOTTOM_DEG)
RULED_DEG = (("left 180°", 180.0), ("supine 90°", 90.0), ("right 0°", 0.0), ("prone 270°", 270.0))


def angle_y(angle_deg: float) -> float:
    """Return the pixels from a chart's top to an angle: left above supine, right and prone."""
    return (_TOP_DEG - ((angle_deg - _BOTTOM_DEG) % 360.0 + _BOTTOM_DEG)) * _PX_PER_DEG


def _columns(
    start_s: NDArray[np.float64], hop_s: float, axis: TimeAxis
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return edges (C + 1,) in UTC s, a hop or more apart, and each decision's column (N,)."""
    count = int(min(COLUMNS, max(axis.span_s // hop_s, 1)))
    edges = np.linspace(axis.begin_s, axis.end_s, count + 1)
    column = np.floor((start_s + hop_s / 2 - axis.begin_s) / axis.span_s * count)
    return edges, np.clip(column, 0, count - 1).astype(np.int64)


def _touch(before: Block, after: Block) -> bool:
    return after.begin_s - before.end_s < 1e-6


def _lane_block(
    axis: TimeAxis,
    lanes: Sequence[Lane],
    marks: Sequence[Mark],
    middles: Sequence[float],
    block: Block,
) -> str:
    mark = marks[block.code]
    height = lanes[mark.lane].block_px
    return block_rect(axis, block, mark, middles[mark.lane] + mark.shift_px - height / 2, height)


def block_rect(
    axis: TimeAxis, block: Block, mark: Mark, y: float, height: int, prefix: str = ""
) -> str:
    """Draw one block at `y` pixels; its name appears when the pointer rests on it."""
    x = axis.percent(block.begin_s)
    width = axis.percent(block.end_s) - x
    when = axis.interval(block.begin_s, block.end_s)
    title = f"{prefix}{mark.name}, {when} ({seconds_or_minutes(block.end_s - block.begin_s)})"
    return (
        f'<rect class="{mark.css}" x="{x:.2f}%" y="{y:g}" width="{width:.2f}%" height="{height}" '
        f'rx="2.5"><title>{escape(title)}</title></rect>'
    )


def _joint(
    axis: TimeAxis, marks: Sequence[Mark], middles: Sequence[float], before: Block, after: Block
) -> str:
    begin, end = (
        middles[mark.lane] + mark.shift_px for mark in (marks[before.code], marks[after.code])
    )
    x = axis.percent(after.begin_s)
    return f'<line class="joint" x1="{x:.2f}%" x2="{x:.2f}%" y1="{begin:g}" y2="{end:g}"/>'


def _gap_rect(axis: TimeAxis, gap: tuple[float, float], height: int) -> str:
    x, end = axis.percent(gap[0]), axis.percent(gap[1])
    return (
        f'<rect class="gap" x="{x:.2f}%" width="{max(end - x, 0.1):.2f}%" height="{height}">'
        f"<title>no data, {axis.interval(*gap)}</title></rect>"
    )


def tick_lines(ticks: Sequence[Tick], height: int) -> list[str]:
    """Draw a dotted line at each tick."""
    places = [f"{tick.percent:.2f}%" for tick in ticks]
    return [f'<line class="tick" x1="{x}" x2="{x}" y2="{height}"/>' for x in places]


def _by_column(columns: int, height: int, paths: dict[str, str]) -> str:
    """Draw paths, by their CSS class, whose x is a column of the chart and y pixels."""
    drawn = "".join(f'<path class="{css}" d="{path}"/>' for css, path in paths.items())
    return (
        f'<svg width="100%" height="{height}" viewBox="0 0 {columns} {height}" '
        f'preserveAspectRatio="none">{drawn}</svg>'
    )


def framed(
    ticks: Sequence[Tick],
    gutter: Sequence[tuple[str, float]],
    field: Sequence[str],
    bottom: int,
    label: str,
) -> Chart:
    """Put names (text, y) beside a field that is `bottom` pixels high, and ticks beneath it."""
    gutter = [(short(name, _MOST_LETTERS), middle) for name, middle in gutter]
    letters = max(_LEAST_LETTERS, *(len(name) for name, _ in gutter))
    names = "".join(
        f'<text class="lane" x="0" y="{middle + 4:g}">{escape(name)}</text>'
        for name, middle in gutter
    )
    times = "".join(
        f'<text class="{"minor " if tick.minor else ""}hour" x="{tick.percent:.2f}%" '
        f'y="{bottom + 18}">{tick.text}</text>'
        for tick in ticks
    )
    height = bottom + _AXIS_PX
    field_svg = f"{''.join(field)}{times}"  # every text within is escaped above
    return Chart.framed(names, field_svg, letters, height, label)
