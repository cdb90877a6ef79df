"""Processes, a cluster and a stack: whichever does the cells, the table is the same."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import torch
from polars.testing import assert_frame_equal

from edgekit.nets import AS_PUBLISHED
from edgekit.spec import SLEEP
from edgekit.train.compare.engines.cell import run_cell
from edgekit.train.compare.engines.cluster import run_on_ray
from edgekit.train.compare.engines.phases import Data
from edgekit.train.compare.engines.pool import run_in_processes
from edgekit.train.compare.engines.stacked_cells import run_in_stacks, stacks
from edgekit.train.compare.grid import BASELINE, Cell, Grid
from edgekit.train.datasets.formats import training_defaults
from edgekit.windows import Windows

CPU = torch.device("cpu")
COSTS = ("wall_s", "cpu_s", "peak_memory_mb", "energy_kwh")


def data(count: int = 600) -> Data:
    """Gravity at the posture's angle, ten people."""
    random = np.random.default_rng(0)
    posture = random.integers(0, 12, count)
    angle = posture * np.pi / 6
    gravity = np.stack([np.cos(angle), np.zeros(count), np.sin(angle)], axis=1)
    xyz_g = gravity[:, None, :] + random.normal(0, 0.1, (count, 100, 3))
    windows = Windows(
        xyz_g.astype(np.float32),
        posture,
        random.integers(0, 3, count),
        np.array([f"person {k}" for k in random.integers(0, 10, count)]),
    )
    return Data(windows, SLEEP, training_defaults(SLEEP.domain))


def cells(methods: tuple[str, ...], folds: int = 2, epochs: int = 2) -> list[Cell]:
    grid = Grid(
        nets=("mtl-net-micro",),
        architectures=(),
        sweep_net="mtl-net-micro",
        methods=methods,
        splits=("random-window",),
        folds=tuple(range(folds)),
        studies=("methods",),
        recipe=replace(AS_PUBLISHED, epochs=epochs),
    )
    return grid.cells("made", "digest", training_defaults(SLEEP.domain))


def outcome(rows: pl.DataFrame) -> pl.DataFrame:
    """All but what it cost."""
    return rows.filter(~pl.col("measure").is_in(COSTS))


def one_by_one(wanted: list[Cell], windows: Data, scratch: Path) -> dict[Cell, pl.DataFrame]:
    return {cell: run_cell(cell, windows, CPU, scratch / cell.key) for cell in wanted}


def assert_same(
    engine: Iterator[tuple[Cell, pl.DataFrame]], alone: dict[Cell, pl.DataFrame], within: float
) -> None:
    done = dict(engine)
    assert done.keys() == alone.keys()
    for cell, rows in done.items():
        assert_frame_equal(outcome(rows), outcome(alone[cell]), abs_tol=within, rel_tol=0)


def test_processes_give_the_table_of_one_by_one(tmp_path: Path) -> None:
    wanted, windows = cells(("multitask", "sd-dropout")), data()
    torch.set_num_threads(1)
    alone = one_by_one(wanted, windows, tmp_path / "alone")
    counts: list[int] = []
    engine = run_in_processes(wanted, windows, tmp_path, 2, counts.append)
    assert_same(engine, alone, within=1e-6)
    assert counts[-1] == sum(cell.epochs for cell in wanted)


def test_a_stack_holds_what_differs_in_fold_and_seed_alone() -> None:
    wanted = cells(("multitask", "smooth-distill"), folds=5)
    wanted += [replace(cell, seed=1) for cell in wanted]
    wanted += [replace(cell, input="one-gain") for cell in wanted if cell.method == "multitask"]
    wanted += [replace(wanted[0], net="atan2", method=BASELINE), replace(wanted[0], net="lstm")]
    groups = stacks(wanted)
    assert sorted(len(group) for group in groups) == [1, 1, 10, 10, 10]
    assert sorted(str(cell) for group in groups for cell in group) == sorted(map(str, wanted))


def test_a_stack_gives_the_rows_of_every_cell(tmp_path: Path) -> None:
    wanted, windows = cells(("born-again", "smooth-distill")), data()
    counts: list[int] = []
    done = dict(run_in_stacks(wanted, windows, tmp_path, CPU, counts.append))
    assert done.keys() == set(wanted)
    alone = one_by_one(wanted[:1], windows, tmp_path)[wanted[0]]
    keys = ["weights", "task", "measure", "name", "answer", "epoch"]
    curves, expected = (
        rows.filter(measure="validation_accuracy").select(keys) for rows in (done[wanted[0]], alone)
    )
    assert_frame_equal(curves, expected)
    assert counts[-1] == sum(cell.epochs for cell in wanted)


def test_a_cell_reads_the_input_that_it_asks_for_alone_and_in_a_stack(tmp_path: Path) -> None:
    """Its first layer, of 16 filters of nine taps, then multiplies three channels or six."""
    six = cells(("multitask",), epochs=1)
    three = [replace(cell, input="one-gain") for cell in six]
    alone = one_by_one([six[0], three[0]], data(), tmp_path)
    stacked = dict(run_in_stacks([*six, *three], data(), tmp_path, CPU, lambda _: None))
    for done in (alone, stacked):
        rows = pl.concat([done[six[0]], done[three[0]]]).filter(measure="macs")
        counted = dict(zip(rows["input"], rows["value"], strict=True))
        assert counted["two-gains"] - counted["one-gain"] == 50 * 16 * 9 * 3


def test_a_cluster_that_loses_a_worker_gives_the_same_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two workers; one is killed while it holds a cell, which is then done by the other."""
    from ray.cluster_utils import Cluster

    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("RAY_worker_niceness", "0")  # else a busy machine leaves them no time
    wanted, windows = cells(("multitask", "smooth-distill"), folds=3, epochs=4), data(1200)
    torch.set_num_threads(1)
    alone = one_by_one(wanted, windows, tmp_path)
    cluster = Cluster(
        initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False}
    )
    try:
        workers = [cluster.add_node(num_cpus=1) for _ in range(2)]
        killed = threading.Event()
        engine = run_on_ray(wanted, windows, cluster.address)

        def killing() -> Iterator[tuple[Cell, pl.DataFrame]]:
            for number, ended in enumerate(engine):
                yield ended
                if number == 0:
                    cluster.remove_node(workers[0], allow_graceful=False)
                    killed.set()

        assert_same(killing(), alone, within=1e-6)
        assert killed.is_set()
    finally:
        cluster.shutdown()
