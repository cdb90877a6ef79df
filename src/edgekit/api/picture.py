"""A night's timeline as a picture in a notebook or a file, drawn as in its report."""

from dataclasses import dataclass
from html import escape
from pathlib import Path

from edgekit.device.report.opening import opening
from edgekit.device.report.pictures import night_picture
from edgekit.device.report.summary import summarise
from edgekit.device.report.time_axis import TimeAxis
from edgekit.doubt import warning
from edgekit.errors import UsageError
from edgekit.files import write_text
from edgekit.night.meta import NightMeta
from edgekit.night.night import Decisions

from .arguments import path_of


@dataclass(frozen=True)
class Picture:
    """A picture that a notebook shows and `save` writes."""

    svg: str

    def __repr__(self) -> str:
        return f"<picture: {len(self.svg):,} characters of SVG; .save('night.svg') writes it>"

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str:
        return self.svg  # within the page, names appear where the pointer rests

    def save(self, path: str | Path) -> Path:
        """Write the picture as an SVG file, which browsers and drawing programs open."""
        where = path_of(path)
        if where.suffix.lower() != ".svg":
            raise UsageError(f"{where}: the picture is SVG, so its file's name ends in .svg")
        write_text(where, self.svg, mode=0o600)  # health data: for the wearer's eyes
        return where


def timeline(decisions: Decisions, meta: NightMeta) -> Picture:
    """Draw the decisions (at least one) along the night, in lanes."""
    summary = summarise(decisions, meta.spec)
    axis = TimeAxis(summary.span.start_s, summary.span.end_s, meta.utc_offsets)
    return Picture(night_picture(decisions, summary, meta.spec, axis).svg(meta.spec))


def night_html(decisions: Decisions, meta: NightMeta) -> str:
    """Return a night's warning, its first sentence and its timeline, for a notebook."""
    first = opening(summarise(decisions, meta.spec), (), is_synthetic=meta.is_synthetic)[0]
    warned = "<br>".join(map(escape, warning(meta.doubts)))
    return (
        "<div>"
        + (f'<p style="color:#8a5a00;font-weight:600">{warned}</p>' if warned else "")
        + f"<p><strong>{escape(first)}</strong></p>{timeline(decisions, meta).svg}</div>"
    )
