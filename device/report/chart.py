"""Chart: a drawing of the report, as HTML in a page, or as one SVG that stands alone.

In a page its style comes from report.css. Alone, the same rules (chart.css) stand within the SVG,
with the colours of a light page written out, because drawing programs do not read variables.
"""

import re
import zlib
from html import escape
from pathlib import Path

from markupsafe import Markup

from edgekit.pages.templates import FOLDER as PAGES
from edgekit.spec import Spec

from .palette import class_colours

WIDTH_PX = 900
_MARGIN_PX = 20
_FONT = "'Segoe UI', 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif"
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")


class Chart(Markup):
    """Names at the left, and a field in which widths are per cent; both are safe markup."""

    gutter: str
    field: str
    letters: int  # of the longest name
    height_px: int
    label: str  # what the chart shows, for those who do not see it

    @classmethod
    def framed(cls, gutter: str, field: str, letters: int, height_px: int, label: str) -> "Chart":
        chart = cls(
            f'<div class="chart" style="--letters:{letters}" role="img" '
            f'aria-label="{escape(label)}">'
            f'<svg class="gutter" height="{height_px}" aria-hidden="true">{gutter}</svg>'
            f'<svg class="field" height="{height_px}" aria-hidden="true">{field}</svg></div>'
        )
        chart.gutter, chart.field, chart.letters = gutter, field, letters
        chart.height_px, chart.label = height_px, label
        return chart

    def svg(self, spec: Spec, width_px: int = WIDTH_PX) -> str:
        """Return the chart as one SVG that needs nothing beside it, on white paper."""
        rules = _rules(spec)
        name = f"edgekit-{zlib.crc32(rules.encode()):08x}"  # style within a page is the page's
        style = "".join(
            f"{', '.join(f'.{name} {each.strip()}' for each in selectors.split(','))}{{{values}}}"
            for selectors, values in _RULE.findall(rules)
        )
        gutter_px = round(7.6 * self.letters + 16)
        height_px = self.height_px + 2 * _MARGIN_PX
        field_px = width_px - gutter_px - 2 * _MARGIN_PX
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="{name}" width="{width_px}" '
            f'height="{height_px}" viewBox="0 0 {width_px} {height_px}" role="img" '
            f'aria-label="{escape(self.label)}" font-family="{_FONT}" '
            f'style="max-width:100%;height:auto"><style>{style}</style>'
            f'<rect width="{width_px}" height="{height_px}" rx="8" fill="{_variables()["paper"]}"/>'
            f'<svg x="{_MARGIN_PX}" y="{_MARGIN_PX}" width="{gutter_px}" '
            f'height="{self.height_px}" overflow="visible">{self.gutter}</svg>'
            f'<svg x="{_MARGIN_PX + gutter_px}" y="{_MARGIN_PX}" width="{field_px}" '
            f'height="{self.height_px}" overflow="visible">{self.field}</svg></svg>'
        )


def _rules(spec: Spec) -> str:
    """Return chart.css with its colours written out, and the colours of the classes."""
    variables = _variables()
    css = (Path(__file__).parent / "chart.css").read_text(encoding="utf-8")
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"var\(--(\w+)\)", lambda found: variables[found[1]], css)
    colours = "".join(
        f".c{k}{{fill:{colour.light}}}.s{k}{{stroke:{colour.light}}}"
        for k, colour in enumerate(class_colours(spec))
    )
    return " ".join(css.split()) + colours


def _variables() -> dict[str, str]:
    """Return the colours of a light page, by their names in paper.css."""
    light = (PAGES / "paper.css").read_text(encoding="utf-8").partition("}")[0]
    return dict(re.findall(r"--(\w+): (#\w+);", light))
