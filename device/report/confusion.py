"""Draw labels against decisions: the darker a cell, the larger its share of its row."""

import math
from collections.abc import Sequence
from html import escape

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from edgekit.text import grouped, short

_CELL = 26
_LETTER = 7.0  # px, on average
_SLANT_DEG = 55
_MOST_LETTERS = 26  # of a name; a cell's title has the whole


def confusion_chart(counts: NDArray[np.int64], names: Sequence[str], label: str) -> Markup:
    """Draw counts (K, K) of labels (rows) and decisions (columns), without absent classes."""
    occurs = np.flatnonzero(counts.sum(axis=0) + counts.sum(axis=1)).tolist()
    rows = counts.sum(axis=1)
    side = _CELL * len(occurs)
    shown = {k: short(names[k], _MOST_LETTERS) for k in occurs}
    longest = _LETTER * max(map(len, shown.values()))
    left, top = round(longest) + 14, round(longest * math.sin(math.radians(_SLANT_DEG))) + 22
    parts = [f'<rect class="plate" width="{side}" height="{side}"/>']
    for i, truth in enumerate(occurs):
        middle, name = (i + 0.5) * _CELL, escape(shown[truth])
        parts.append(
            f'<text class="row" x="-10" y="{middle + 4:g}">{name}</text><text '
            f'transform="translate({middle + 4:g} -10) rotate(-{_SLANT_DEG})">{name}</text>'
        )
        for j, decided in enumerate(occurs):
            count = int(counts[truth, decided])
            if count:
                title = f"labelled {names[truth]}, decided {names[decided]}: {grouped(count)}"
                parts.append(_cell(i, j, count / int(rows[truth]), title))
    width = left + side + round(longest * math.cos(math.radians(_SLANT_DEG)))
    return Markup(
        f'<svg class="confusion" viewBox="{-left} {-top} {width} {top + side}" '
        f'style="max-width:{width}px" role="img" aria-label="{escape(label)}">'
        f"{''.join(parts)}</svg>"
    )


def _cell(row: int, column: int, share: float, title: str) -> str:
    x, y = column * _CELL, row * _CELL
    kind = "right" if row == column else "wrong"
    text = (
        f'<text class="{"on-dark" if share > 0.55 else "on-light"} share" x="{x + _CELL / 2:g}" '
        f'y="{y + _CELL / 2 + 4:g}">{100 * share:.0f}</text>'
        if share >= 0.005
        else ""
    )
    return (
        f"<g><title>{escape(title)} ({100 * share:.1f} % of the row)</title>"
        f'<rect class="{kind}" x="{x + 1}" y="{y + 1}" width="{_CELL - 2}" height="{_CELL - 2}" '
        f'rx="3" fill-opacity="{0.08 + 0.92 * share:.2f}"/>{text}</g>'
    )
