"""Draw several nights: a row a night on one clock, and a value a night along the evenings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

import numpy as np
from markupsafe import Markup

from edgekit.night.night import Decisions
from edgekit.night.utc_offsets import UtcOffsets
from edgekit.spec import Spec

from .states import class_codes, class_states
from .time_axis import Tick, TimeAxis
from .timeline import ANGLE_PX, RULED_DEG, Mark, angle_y, block_rect, blocks, framed, tick_lines

_ROW_PX, _BAR_PX = 30, 18
_TREND_PX = 84
_DAY_S = 86400.0
_TOPS_PERCENT = (5.0, 10.0, 25.0, 50.0, 100.0)
_MOST_DAY_TICKS = 10
_CLOCK = UtcOffsets((0.0,), (0,))  # seconds of these charts are already on the wearer's clock


@dataclass(frozen=True)
class NightStrip:
    """One row: a night's decisions, or None where that evening has no night."""

    evening: date
    name: str
    decisions: Decisions | None = None
    offset_s: int = 0  # from UTC, at the night's start


def nights_timeline(strips: Sequence[NightStrip], spec: Spec) -> Markup:
    """Draw the nights below each other on one clock, in the colours of their postures."""
    first = strips[0].evening
    starts = [_on_one_day(strip, first) for strip in strips]
    begin_s = min(float(at_s[0]) for at_s in starts if len(at_s))
    end_s = max(float(at_s[-1]) + spec.hop_s for at_s in starts if len(at_s))
    axis = TimeAxis(begin_s, end_s, _CLOCK)
    marks = [Mark(state.name, state.css, 0) for state in class_states(spec)]
    bottom = _ROW_PX * len(strips)
    field = tick_lines(axis.ticks(), bottom)
    for row, (strip, at_s) in enumerate(zip(strips, starts, strict=True)):
        y = row * _ROW_PX + (_ROW_PX - _BAR_PX) / 2
        if strip.decisions is None or not len(at_s):
            field.append(f'<text class="none" x="0" y="{y + 14:g}">no night</text>')
            continue
        x, end = axis.percent(float(at_s[0])), axis.percent(float(at_s[-1]) + spec.hop_s)
        field.append(
            f'<rect class="gap" x="{x:.2f}%" width="{end - x:.2f}%" y="{y:g}" height="{_BAR_PX}"/>'
        )
        drawn = blocks(at_s, class_codes(strip.decisions, spec), spec.hop_s, axis)
        field += [
            block_rect(axis, block, marks[block.code], y, _BAR_PX, f"{strip.name}: ")
            for block in drawn
        ]
    names = [(strip.name, row * _ROW_PX + _ROW_PX / 2) for row, strip in enumerate(strips)]
    label = (
        f"Postures of {len(strips)} evenings against the time of day; the table holds the shares"
    )
    return framed(axis.ticks(), names, field, bottom, label)


def share_trend(names: Sequence[str], percent: Sequence[float | None], label: str) -> Markup:
    """Draw a bar per evening; none where it has no value."""
    most = max((value for value in percent if value is not None), default=0.0)
    top = next(each for each in _TOPS_PERCENT if most <= each)
    ticks = _day_ticks(names)
    width = 100 / len(names)
    field = [
        f'<line class="rule" x2="100%" y1="{y}" y2="{y}"/>' for y in (0, _TREND_PX / 2, _TREND_PX)
    ]
    for k, (name, value) in enumerate(zip(names, percent, strict=True)):
        if value is None:
            continue
        height = _TREND_PX * value / top
        field.append(
            f'<rect class="value" x="{width * (k + 0.2):.2f}%" width="{0.6 * width:.2f}%" '
            f'y="{_TREND_PX - height:.1f}" height="{height:.1f}" rx="2">'
            f"<title>{escape(name)}: {value:.0f} %</title></rect>"
        )
    gutter = [(f"{top:g} %", 2.0), (f"{top / 2:g} %", _TREND_PX / 2), ("0 %", _TREND_PX - 2.0)]
    return framed(ticks, gutter, field, _TREND_PX, label)


def angle_trend(
    names: Sequence[str], angle_deg: Sequence[float | None], css: Sequence[str], label: str
) -> Markup:
    """Draw a dot per evening at the torso angle that was held most, in the colour of `css`."""
    ruled = [(name, angle_y(deg)) for name, deg in RULED_DEG]
    field = [f'<line class="rule" x2="100%" y1="{y:.1f}" y2="{y:.1f}"/>' for _, y in ruled]
    for k, (name, angle) in enumerate(zip(names, angle_deg, strict=True)):
        if angle is not None:
            field.append(
                f'<circle class="{css[k]}" cx="{100 * (k + 0.5) / len(names):.2f}%" '
                f'cy="{angle_y(angle):.1f}" r="6"><title>{escape(name)}: {angle:.0f}°</title>'
                "</circle>"
            )
    return framed(_day_ticks(names), ruled, field, ANGLE_PX, label)


def _on_one_day(strip: NightStrip, first: date) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the decisions' times on the wearer's clock, all nights moved to the first evening."""
    if strip.decisions is None:
        return np.zeros(0)
    return strip.decisions.start_s + strip.offset_s - _DAY_S * (strip.evening - first).days


def _day_ticks(names: Sequence[str]) -> list[Tick]:
    step = -(-len(names) // _MOST_DAY_TICKS)
    return [
        Tick(100 * (k + 0.5) / len(names), name, minor=len(names) > 4 and k // step % 2 == 1)
        for k, name in enumerate(names)
        if k % step == 0
    ]
