"""Draw a night's torso angles as a rose: where the stomach pointed, and how long."""

import math
from collections.abc import Sequence
from html import escape

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

PETALS = 36
_INNER, _OUTER = 34.0, 138.0
_NAMES = (("right", 0.0), ("supine", 90.0), ("left", 180.0), ("prone", 270.0))


def petals_percent(angle_deg: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the percentage (PETALS,) of angles (N,) in each bin; the first is about 0 degrees."""
    width = 360.0 / PETALS
    index = np.floor((angle_deg + width / 2) / width).astype(np.int64) % PETALS
    return 100 * np.bincount(index, minlength=PETALS) / max(len(angle_deg), 1)


def rose_chart(percent: NDArray[np.float64], css: Sequence[str], label: str) -> Markup:
    """Draw petals (PETALS,) whose area grows with their share, in the colour of their `css` class.

    Seen from the head of the bed: 0 degrees (right) at the right hand, 90 (supine) at the top.
    """
    most = max(float(percent.max()), 1e-9)
    parts = [_ring(share, most) for share in _ring_shares(most)]
    parts += [_border(angle) for angle in (45.0, 135.0, 225.0, 315.0)]
    parts += [
        _petal(index, _radius(float(share), most), css[index], float(share))
        for index, share in enumerate(percent)
        if share > 0
    ]
    parts.append(_body())
    for name, angle in _NAMES:
        x, y = _point(angle, _OUTER + 26)
        parts.append(f'<text class="side" x="{x:.1f}" y="{y + 4:.1f}">{name}</text>')
    return Markup(
        f'<svg class="rose" viewBox="-190 -178 380 356" role="img" aria-label="{escape(label)}">'
        f"{''.join(parts)}</svg>"
    )


def _radius(share: float, most: float) -> float:
    """Return the radius at which the ring from the inner circle has an area of its share."""
    return math.sqrt(_INNER**2 + (_OUTER**2 - _INNER**2) * share / most)


def _ring_shares(most: float) -> list[float]:
    step = next((step for step in (1.0, 2.0, 5.0, 10.0, 20.0) if most / step <= 3.5), 50.0)
    return [step * k for k in range(1, int(most / step) + 1)]


def _ring(share: float, most: float) -> str:
    radius = _radius(share, most)
    x, y = _point(52.0, radius)
    return (
        f'<circle class="ring" r="{radius:.1f}"/>'
        f'<text class="ring-name" x="{x + 3:.1f}" y="{y - 3:.1f}">{share:g} %</text>'
    )


def _border(angle_deg: float) -> str:
    """Draw the border between two groups of postures."""
    (ax, ay), (bx, by) = _point(angle_deg, _INNER), _point(angle_deg, _OUTER)
    return f'<line class="border" x1="{ax:.1f}" y1="{ay:.1f}" x2="{bx:.1f}" y2="{by:.1f}"/>'


def _petal(index: int, radius: float, css: str, share: float) -> str:
    width = 360.0 / PETALS
    begin, end = (index - 0.46) * width, (index + 0.46) * width
    (ax, ay), (bx, by) = _point(begin, _INNER), _point(begin, radius)
    (cx, cy), (dx, dy) = _point(end, radius), _point(end, _INNER)
    return (
        f'<path class="{css}" d="M{ax:.1f} {ay:.1f}L{bx:.1f} {by:.1f}'
        f"A{radius:.1f} {radius:.1f} 0 0 0 {cx:.1f} {cy:.1f}L{dx:.1f} {dy:.1f}"
        f'A{_INNER} {_INNER} 0 0 1 {ax:.1f} {ay:.1f}Z">'
        f"<title>{index * width:.0f}°: {share:.1f} %</title></path>"
    )


def _body() -> str:
    """Draw a sleeper on the back, seen from the head: shoulders, head, nose upwards."""
    return (
        '<g class="body"><ellipse rx="21" ry="8.5" cy="5"/><circle r="8.5" cy="1"/>'
        '<path d="M-2.6 -6.6L0 -11.4L2.6 -6.6Z"/></g>'
    )


def _point(angle_deg: float, radius: float) -> tuple[float, float]:
    angle = math.radians(angle_deg)
    return radius * math.cos(angle), -radius * math.sin(angle)
