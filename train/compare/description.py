"""What a comparison is: by which command, on which data, how long each net was trained.

compare.json, beside the results, holds it; a page begins with it.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from edgekit.errors import EdgekitError
from edgekit.files import read_json, write_json

from ..datasets import Dataset
from .grid import BASELINE, PRESETS, Cell

FILE = "compare.json"
# At most so much training proves that everything runs, and no more.
SMOKE_EPOCHS, SMOKE_WINDOWS = 3, 1000


@dataclass(frozen=True)
class Description:
    preset: str  # empty where compare.json does not say
    command: str
    day: str  # YYYY-MM-DD, of the last call that trained
    dataset: str
    summary: str  # of the data
    epochs: tuple[int, ...]  # that nets are trained for; empty of baselines alone
    windows: int | None  # a random choice of the data set's windows; None of all
    folds: tuple[int, ...]
    seeds: tuple[int, ...]
    splits: tuple[str, ...]
    cells: int

    @property
    def is_smoke(self) -> bool:
        """Whether the training is too short for any conclusion."""
        too_few = self.windows is not None and self.windows <= SMOKE_WINDOWS
        return bool(self.epochs) and (max(self.epochs) <= SMOKE_EPOCHS or too_few)

    @property
    def _data(self) -> str:
        named = self.summary.startswith(f"{self.dataset}: ")
        return self.summary if named else ": ".join(filter(None, (self.dataset, self.summary)))

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """The head of the page: names and what they are here."""
        epochs = " or ".join(f"{count:,}" for count in self.epochs)
        lines = (
            ("command", self.command),
            ("preset", self.preset),
            ("date", self.day),
            ("data set", self._data),
            ("epochs of each training", epochs or "no net was trained"),
            ("windows", "all" if self.windows is None else f"{self.windows:,}, chosen at random"),
            ("folds", ", ".join(map(str, self.folds))),
            ("seeds", ", ".join(map(str, self.seeds))),
            ("splits", ", ".join(self.splits)),
            ("cells (trainings and baselines)", f"{self.cells:,}"),
        )
        return tuple((name, text) for name, text in lines if text)


def describe(folder: Path, preset: str, command: str, dataset: Dataset, cells: list[Cell]) -> None:
    """Write compare.json beside the results."""
    write_json(
        folder / FILE,
        {
            "format": "edgekit comparison",
            "preset": preset,
            "asked": command,
            "day": time.strftime("%Y-%m-%d"),
            "dataset": {
                "name": dataset.name,
                "summary": dataset.summary,
                "digests": dataset.digests,
            },
            "cells": {cell.key: str(cell) for cell in cells},
        },
    )


def description_of(folder: Path, cells: Sequence[Cell]) -> Description:
    """Return what the cells are, with the command and the day where compare.json has them.

    Raises EdgekitError when compare.json is damaged.
    """
    fields = read_json(folder / FILE) if (folder / FILE).is_file() else {}
    data = fields.get("dataset", {})
    if not isinstance(data, dict):
        raise EdgekitError(f"{folder / FILE} is damaged: its data set is no table. Delete it")
    trained = [cell for cell in cells if cell.method != BASELINE]
    preset = str(fields.get("preset", ""))
    return Description(
        preset=preset if preset in PRESETS else "",
        command=str(fields.get("asked", "")),
        day=str(fields.get("day", "")),
        dataset=cells[0].dataset if cells else str(data.get("name", "")),
        summary=str(data.get("summary", "")),
        epochs=tuple(sorted({cell.recipe.epochs for cell in trained})),
        windows=min((cell.windows for cell in cells if cell.windows is not None), default=None),
        folds=tuple(sorted({cell.fold for cell in cells})),
        seeds=tuple(sorted({cell.seed for cell in cells})),
        splits=tuple(dict.fromkeys(cell.split for cell in cells)),
        cells=len(cells),
    )
