"""The rows of a cell: figures of what was answered, and nothing of what there is to answer."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from edgekit.posture_words import OF_PAPER
from edgekit.spec import SLEEP, WISDM, Spec
from edgekit.train.compare.engines.rows import as_table, figures
from edgekit.train.compare.grid import Grid
from edgekit.train.compare.results import SCHEMA, read_results, write_results
from edgekit.train.datasets.formats import training_defaults
from edgekit.windows import Windows

TRAINING = training_defaults("wisdm")
TEST = Windows(
    xyz_g=np.zeros((4, 100, 3), np.float32),
    posture=np.array([0, 0, 1, 2]),
    placement=np.array([0, 0, 0, 0]),
    subject=np.array(["a", "a", "b", "b"]),
)
ANSWER = np.array([0, 1, 1, 2])


def values(task: str, spec: Spec) -> dict[tuple[str, str], float]:
    rows = figures(task, TEST, ANSWER, spec)  # type: ignore[arg-type]
    return {(row["measure"], row.get("name", "")): row["value"] for row in rows}


def test_a_task_has_its_accuracy_over_all_by_person_and_by_placement() -> None:
    rows = values("posture", SLEEP)
    assert rows["accuracy", ""] == 0.75
    assert (rows["subject_accuracy", "a"], rows["subject_accuracy", "b"]) == (0.5, 1.0)
    assert rows["placement_accuracy", SLEEP.placements[0]] == 0.75
    assert rows["sensitivity", SLEEP.postures[0]] == 0.5


def test_where_a_sensor_is_worn_in_one_place_only_nobody_is_praised_for_naming_it() -> None:
    chest_only = replace(SLEEP, placements=("chest",))
    assert values("placement", chest_only) == {}
    assert values("posture", chest_only)["accuracy", ""] == 0.75


def test_a_row_says_which_input_its_net_read() -> None:
    grid = Grid(("mtl-net",), (), "mtl-net", studies=("methods", "baselines"), input="one-gain")
    for cell in grid.cells("wisdm", "digest", TRAINING):
        table = as_table(cell, [{"measure": "accuracy", "value": 0.5}])
        assert table.schema == SCHEMA
        assert table["input"].to_list() == ["g" if cell.method == "baseline" else "one-gain"]


def test_a_cell_in_the_papers_words_is_read_in_todays(tmp_path: Path) -> None:
    grid = Grid(("mtl-net",), (), "mtl-net", studies=("methods",))
    cell = grid.cells("synthetic", "digest", TRAINING)[0]

    def written(words: tuple[str, ...]) -> pl.DataFrame:
        rows = figures("posture", replace(TEST, subject=np.array(["up", "up", "b", "b"])),
                       ANSWER, replace(SLEEP, postures=words))  # fmt: skip
        return as_table(cell, rows)

    write_results(tmp_path / "older.parquet", written(tuple(OF_PAPER)))
    assert read_results(tmp_path / "older.parquet").equals(written(SLEEP.postures))
    own = written(("upright", *WISDM.postures))
    write_results(tmp_path / "own.parquet", own)
    assert read_results(tmp_path / "own.parquet").equals(own)
