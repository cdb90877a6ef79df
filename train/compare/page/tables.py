"""Make the tables of a comparison: rows of text for Markdown and HTML, and their wording."""

from dataclasses import dataclass
from itertools import groupby
from statistics import fmean, stdev

import polars as pl

from edgekit.pages.markdown import table as markdown_table

from ...methods import METHODS
from ...splits import SPLITS
from ..results import STUDENT, TEACHER

NOTHING = "-"
SPLIT_NAMES = {"subject": "people held out", "random-window": "random windows"}
METHOD_NAMES = {
    **{name: method.title for name, method in METHODS.items()},
    STUDENT: "Smooth-Distill (student)",
    TEACHER: "Smooth-Distill (teacher)",
}
SPREAD = "Per cent, mean ± standard deviation over folds and seeds, measured"


@dataclass(frozen=True)
class Column:
    name: str
    group: str = ""  # a heading over this column and its neighbours of the same group


@dataclass(frozen=True)
class Table:
    title: str
    note: str  # what the figures are: unit, kind, over how many cells
    columns: tuple[Column, ...]  # the first names the rows
    rows: tuple[tuple[str, ...], ...]

    @property
    def groups(self) -> list[tuple[str, int]]:
        """Return headings over the columns, each with its width; empty where no column has one."""
        spans = [
            (group, len(list(columns)))
            for group, columns in groupby(self.columns, key=lambda column: column.group)
        ]
        return spans if any(group for group, _ in spans) else []

    def to_markdown(self) -> str:
        heads = [": ".join(filter(None, (column.group, column.name))) for column in self.columns]
        return "\n\n".join([f"**{self.title}**", markdown_table(heads, self.rows), self.note])


Values = dict[tuple[object, ...], list[float]]


def values_by(rows: pl.DataFrame, *columns: str) -> Values:
    """Group the values of rows that agree in `columns`, by what they agree in."""
    grouped = rows.group_by(*columns, maintain_order=True).agg("value")
    return {row[:-1]: row[-1] for row in grouped.iter_rows()}


def spread(values: list[float] | None, scale: float = 100, digits: int = 1) -> str:
    """Format mean ± standard deviation; a single value by itself; a dash for none."""
    if not values or len(values) < 2:
        return mean(values, scale, digits)
    return f"{mean(values, scale, digits)} ± {scale * stdev(values):.{digits}f}"


def mean(values: list[float] | None, scale: float = 100, digits: int = 1) -> str:
    return f"{scale * fmean(values):,.{digits}f}" if values else NOTHING


def splits_of(rows: pl.DataFrame) -> list[str]:
    return [split for split in SPLITS if split in rows["split"]]


def whose(rows: pl.DataFrame) -> list[str]:
    """List who answers in the rows: methods in the paper's order, then the baselines."""
    present = rows["who"].unique(maintain_order=True).to_list()
    methods = [who for who in METHOD_NAMES if who in present]
    return methods + [who for who in present if who not in methods]


def name_of(who: str) -> str:
    return METHOD_NAMES.get(who, f"{who} (no net)")


def on_net(rows: pl.DataFrame, net: str) -> pl.DataFrame:
    """Select a net's rows, and the baselines' to stand beside them."""
    return rows.filter((pl.col("net") == net) | (pl.col("method") == "baseline"))


def cells_text(rows: pl.DataFrame, *apart: str) -> str:
    """Word how many cells a figure is over, where figures differ in method, split and `apart`.

    "5 cells", or "3 to 5 cells" where not all have as many.
    """
    keys = ("net", "method", "split", *apart)
    counts = rows.group_by(*keys).agg(pl.col("cell").n_unique())["cell"].to_list()
    low, high = min(counts, default=0), max(counts, default=0)
    several = f"{low} to {high}" if low < high else f"{high}"
    return f"{several} cell{'' if high == 1 else 's'}"
