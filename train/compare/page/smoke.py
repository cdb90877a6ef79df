"""Word a smoke run: what it shows, how far its nets are from guessing, and what to run instead."""

import polars as pl

from ..description import Description
from ..results import answers, methods_study
from .tables import name_of


def smoke_sentences(results: pl.DataFrame, about: Description) -> list[str]:
    """Return what a reader needs to know instead of findings."""
    epochs = " or ".join(f"{count}" for count in about.epochs)
    of_windows = "" if about.windows is None else f" on at most {about.windows:,} windows"
    lines = [
        "It shows that everything runs, and nothing else. Each net was trained for "
        f"{epochs} epoch{'s' * (epochs != '1')}{of_windows}, far too little to learn: no method, "
        "net or constant can be preferred from these figures, so no statistics are shown."
    ]
    return [*lines, *_guessing(results), _instead(about)]


def _guessing(results: pl.DataFrame) -> list[str]:
    """Word the best net's accuracy and that of guessing among the classes."""
    rows = answers(methods_study(results)).filter(task="posture")
    classes = rows.filter(measure="class_windows")["name"].n_unique()
    means = (
        rows.filter(pl.col("method") != "baseline", measure="accuracy")
        .group_by("net", "who")
        .agg(pl.col("value").mean())
        .sort("value", descending=True)
    )
    if means.is_empty() or classes == 0:
        return []
    net, who, share = means.row(0)
    return [
        f"The best net here ({name_of(who)} on {net}) is right in {100 * share:.1f} % of windows; "
        f"guessing among {classes} classes would be right in {100 / classes:.1f} %."
    ]


def _instead(about: Description) -> str:
    return (
        "For figures to rely on, which take hours: edgekit compare --preset sound --dataset "
        f"{about.dataset}"
    )
