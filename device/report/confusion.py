"""Labels against decisions as a picture: the darker a cell, the more of its row lies there."""

from collections.abc import Sequence
from html import escape

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

_CELL, _LEFT, _TOP = 26, 108, 92


def confusion_chart(counts: NDArray[np.int64], names: Sequence[str], label: str) -> Markup:
    """Counts (K, K) of labelled (rows) and decided (columns), without classes that never occur."""
    occurs = np.flatnonzero(counts.sum(axis=0) + counts.sum(axis=1)).tolist()
    rows = counts.sum(axis=1)
    side = _CELL * len(occurs)
    parts = [f'<rect class="plate" x="{_LEFT}" y="{_TOP}" width="{side}" height="{side}"/>']
    for i, truth in enumerate(occurs):
        middle = i * _CELL + _CELL / 2
        parts.append(
            f'<text class="row" x="{_LEFT - 10}" y="{_TOP + middle + 4:g}">{escape(names[truth])}'
            f'</text><text class="column" transform="translate({_LEFT + middle + 4:g} {_TOP - 10}) '
            f'rotate(-55)">{escape(names[truth])}</text>'
        )
        for j, decided in enumerate(occurs):
            count = int(counts[truth, decided])
            if count:
                share = count / int(rows[truth])
                title = f"labelled {names[truth]}, decided {names[decided]}: {count}"
                parts.append(_cell(i, j, share, title))
    width, height = _LEFT + side + 56, _TOP + side + 6
    return Markup(
        f'<svg class="confusion" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'
    )


def _cell(row: int, column: int, share: float, title: str) -> str:
    x, y = _LEFT + column * _CELL, _TOP + row * _CELL
    kind = "right" if row == column else "wrong"
    number = (
        f'<text class="{"on-dark" if share > 0.55 else "on-light"} share" x="{x + _CELL / 2:g}" '
        f'y="{y + _CELL / 2 + 4:g}">{100 * share:.0f}</text>'
        if share >= 0.005
        else ""
    )
    return (
        f"<g><title>{escape(title)} ({100 * share:.1f} % of the row)</title>"
        f'<rect class="{kind}" x="{x + 1}" y="{y + 1}" width="{_CELL - 2}" height="{_CELL - 2}" '
        f'rx="3" fill-opacity="{0.08 + 0.92 * share:.2f}"/>{number}</g>'
    )
