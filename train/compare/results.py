"""Read and write the results table: one tidy file of everything that a comparison measured.

A row is one figure of one cell (one method on one net, one fold of one split, one seed). Whoever
wants another table than the page's reads `results.parquet` with polars, pandas or R, and filters.

| column         | is                                                                              |
|----------------|---------------------------------------------------------------------------------|
| cell           | digest of all that decides the cell's outcome                                   |
| dataset, net   | names; where `method` is `baseline`, `net` is the baseline's name               |
| input          | `two-gains` or `one-gain` (the paper's); `g` of a baseline                      |
| method         | singletask, multitask, sd-dropout, born-again, smooth-distill or baseline       |
| split          | `subject` (people held out) or `random-window` (the paper's)                    |
| fold, seed     | which part judges, and what all random choices start from                       |
| train_share    | share of the fold's training windows that was used, 0..1                        |
| distill_weight | Smooth-Distill's lambda; as the next two, empty for other methods               |
| decay          | of Smooth-Distill's average                                                     |
| temperature    | Smooth-Distill's T                                                              |
| epochs         | of each of the method's trainings                                               |
| weights        | whose: `student`, or `teacher` where the method keeps an average                |
| task           | `posture`, `placement`, or empty where a row is about both                      |
| measure        | see below                                                                       |
| name           | what within the measure: a class, a subject, a placement, the kind of a figure  |
| answer         | the class that was answered (confusion only)                                    |
| epoch          | from 0 (curves only)                                                            |
| value          | the figure                                                                      |

| measure                               | name         | value                                     |
|---------------------------------------|--------------|-------------------------------------------|
| accuracy, macro_f1, balanced_accuracy |              | 0..1, on the windows that judge           |
| class_windows                         | class        | windows of that class that judge          |
| class_accuracy, sensitivity, ppv, npv | class        | 0..1; no row where it is not defined      |
| confusion                             | true class   | windows; no row where there are none      |
| subject_accuracy                      | subject      | 0..1                                      |
| placement_accuracy                    | placement    | 0..1, posture's on windows worn there     |
| train_loss, train_accuracy            |              | per epoch; mean loss, and 0..1            |
| validation_accuracy                   |              | per epoch, 0..1                           |
| wall_s, cpu_s                         | measured     | s, all epochs; CPU over all threads       |
| peak_memory_mb                        | measured     | MB                                        |
| energy_kwh                            | its kind     | kWh                                       |
| parameters, macs                      | counted      | of all nets that answer; a window         |

Costs with an empty task are the whole method's. Single-task trains a net for each task: its rows
with a task are that one training's.
"""

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import polars as pl

from edgekit.errors import EdgekitError
from edgekit.files import whole_file
from edgekit.posture_words import OF_PAPER, has_all_of_paper
from edgekit.spec import TASKS, Task

from ..methods import SmoothDistill
from .grid import Cell

SCHEMA = pl.Schema(
    {
        "cell": pl.String,
        "dataset": pl.String,
        "net": pl.String,
        "input": pl.String,
        "method": pl.String,
        "split": pl.String,
        "fold": pl.Int32,
        "seed": pl.Int32,
        "train_share": pl.Float64,
        "distill_weight": pl.Float64,
        "decay": pl.Float64,
        "temperature": pl.Float64,
        "epochs": pl.Int32,
        "weights": pl.String,
        "task": pl.String,
        "measure": pl.String,
        "name": pl.String,
        "answer": pl.String,
        "epoch": pl.Int32,
        "value": pl.Float64,
    }
)

STUDENT, TEACHER = "smooth-distill student", "smooth-distill teacher"
OF_CLASSES = ("class_windows", "class_accuracy", "sensitivity", "ppv", "npv", "confusion")
CONSTANTS = ("distill_weight", "decay", "temperature")  # of Smooth-Distill


def is_done(folder: Path, cell: Cell) -> bool:
    """Tell whether the folder of a comparison holds the cell's rows: a Parquet file a cell."""
    return _cell_path(folder, cell).is_file()


def save_cell(folder: Path, cell: Cell, rows: pl.DataFrame) -> None:
    """Write the rows of a finished cell, whole or not at all, so that it is never done twice."""
    write_results(_cell_path(folder, cell), rows)


def gather(folder: Path, cells: Iterable[Cell]) -> pl.DataFrame:
    """Read the rows of the cells that are done.

    Raises EdgekitError where none is done, or one is damaged.
    """
    done = [_cell_path(folder, cell) for cell in cells if is_done(folder, cell)]
    if not done:
        raise EdgekitError(f"{folder} holds no finished cell of this comparison")
    return pl.concat([read_results(path) for path in done])


def scratch_of(folder: Path, cell: Cell) -> Path:
    """Return the folder of a cell's checkpoints while it is trained."""
    return folder / "scratch" / cell.key


def _cell_path(folder: Path, cell: Cell) -> Path:
    return folder / "cells" / f"{cell.key}.parquet"


def write_results(path: Path, results: pl.DataFrame) -> None:
    """Write a table as Parquet, whole or not at all."""
    content = BytesIO()
    results.write_parquet(content, compression="zstd")
    with whole_file(path) as file:
        file.write(content.getvalue())


def read_results(path: Path) -> pl.DataFrame:
    """Read a table; one that names the sleep postures in the paper's words gets today's.

    Raises EdgekitError when it is missing, damaged or of another schema.
    """
    remedy = "Delete it and give the same command again."
    try:
        results = pl.read_parquet(path)
    except FileNotFoundError:
        raise EdgekitError(f"{path} is missing: give the same command again.") from None
    except (OSError, pl.exceptions.PolarsError):
        raise EdgekitError(f"{path} is damaged: it cannot be read as Parquet. {remedy}") from None
    if results.schema != SCHEMA:
        raise EdgekitError(f"{path} was not written by this version of edgekit. {remedy}")
    return _in_todays_words(results)


def _in_todays_words(results: pl.DataFrame) -> pl.DataFrame:
    of_postures = (pl.col("task") == "posture") & pl.col("measure").is_in(OF_CLASSES)
    if not has_all_of_paper(results.filter(of_postures)["name"]):
        return results
    return results.with_columns(
        pl.when(of_postures)
        .then(pl.col(column).replace(OF_PAPER))
        .otherwise(pl.col(column))
        .alias(column)
        for column in ("name", "answer")
    )


def answers(results: pl.DataFrame) -> pl.DataFrame:
    """Add a column `who`: whose answer a row judges.

    A method's name, or STUDENT or TEACHER for Smooth-Distill's two sets of weights (the teacher is
    what ships, the student is what the paper reports), or a baseline's own name.
    """
    return results.with_columns(
        pl.when(pl.col("method") == "smooth-distill")
        .then(pl.format("{} {}", "method", "weights"))
        .when(pl.col("method") == "baseline")
        .then("net")
        .otherwise("method")
        .alias("who")
    )


def judged_tasks(results: pl.DataFrame) -> tuple[Task, ...]:
    """Return the tasks whose answers were judged: none of a single class is. All without rows."""
    with_figures = set(results.filter(measure="accuracy")["task"])
    return tuple(task for task in TASKS if task in with_figures) or TASKS


def methods_study(results: pl.DataFrame) -> pl.DataFrame:
    """Select all training windows and Smooth-Distill's own constants, baselines included."""
    return results.filter(pl.col("train_share") == 1, _own_constants())


def shares_study(results: pl.DataFrame) -> pl.DataFrame:
    """Select Smooth-Distill with its own constants, at any share.

    Empty unless shares or nets differ.
    """
    rows = results.filter(pl.col("method") == "smooth-distill", _own_constants())
    several = rows["net"].n_unique() > 1 or rows["train_share"].n_unique() > 1
    return rows if several else rows.clear()


def sweep_study(results: pl.DataFrame, constant: str) -> pl.DataFrame:
    """Select one of CONSTANTS varied, the others Smooth-Distill's own; empty unless it varies."""
    rows = results.filter(
        pl.col("method") == "smooth-distill",
        pl.col("train_share") == 1,
        _own_constants(besides=constant),
    )
    swept = rows.filter(pl.col(constant) != getattr(SmoothDistill(), constant))["net"].unique()
    return rows.filter(pl.col("net").is_in(swept.to_list()))


def compared_nets(results: pl.DataFrame) -> list[str]:
    """List the nets on which several methods were trained; all nets where none has two."""
    trained = results.filter(pl.col("method") != "baseline")
    methods = trained.group_by("net", maintain_order=True).agg(pl.col("method").n_unique())
    several = methods.filter(pl.col("method") > 1)
    return (methods if several.is_empty() else several)["net"].to_list()


def _own_constants(besides: str = "") -> pl.Expr:
    """Match rows with the defaults of Smooth-Distill, or of a method without such constants."""
    own = SmoothDistill()
    constants = [constant for constant in CONSTANTS if constant != besides]
    return (pl.col("method") != "smooth-distill") | pl.all_horizontal(
        pl.col(constant) == getattr(own, constant) for constant in constants
    )
