"""What a comparison trains, and when a finished cell counts as done."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from edgekit.errors import EdgekitError, UsageError
from edgekit.names import pick
from edgekit.nets import AS_PUBLISHED, NETS
from edgekit.spec import WISDM
from edgekit.train.baselines import NAMES as BASELINES
from edgekit.train.compare.compare import cells_of
from edgekit.train.compare.grid import BASELINE, PRESETS, Cell, Grid, preset
from edgekit.train.compare.results import SCHEMA, gather, is_done, save_cell
from edgekit.train.datasets import Dataset
from edgekit.train.datasets.defaults import Augmentation
from edgekit.train.datasets.formats import training_defaults
from edgekit.train.methods import METHODS, SmoothDistill

TRAINING = training_defaults("wisdm")
ONE = Cell("wisdm", "digest", "mtl-net", "multitask", "subject", 0, 0, AS_PUBLISHED, "two-gains")


@pytest.mark.parametrize("name", PRESETS)
def test_no_cell_is_asked_for_twice(name: str) -> None:
    cells = preset(name).cells("wisdm", "digest", TRAINING)
    assert len({cell.key for cell in cells}) == len(cells)


def test_the_paper_preset_is_the_papers_protocol() -> None:
    cells = preset("paper").cells("wisdm", "digest", TRAINING)
    methods = [c for c in cells if c.net == "mtl-net" and c.method in METHODS]
    assert {c.split for c in cells} == {"random-window"}
    assert {(c.fold, c.seed) for c in methods} == {(f, s) for f in range(5) for s in range(5)}
    assert {(c.recipe.batch, c.recipe.epochs, c.recipe.learning_rate) for c in methods} == {
        (64, 300, 1e-3)
    }
    smooth = [c for c in methods if c.method == "smooth-distill"]
    assert {0.001, 0.1, 0.5, 1.0} <= {c.smooth.distill_weight for c in smooth}
    assert {c.train_share for c in smooth} == {k / 10 for k in range(1, 11)}
    assert {c.input for c in cells if c.method in METHODS} == {"one-gain"}


def test_each_net_reads_its_own_input_where_none_is_asked_for_and_a_baseline_reads_g() -> None:
    cells = preset("smoke").cells("wisdm", "digest", TRAINING)
    read = {net: {c.input for c in cells if c.net == net} for net in (*NETS, *BASELINES)}
    assert read.pop("mtl-net-published") == {"one-gain"}
    assert all(read[net] == {"g"} for net in BASELINES)
    assert all(read[net] == {"two-gains"} for net in NETS if net in read)


def test_an_input_that_is_asked_for_holds_for_every_net() -> None:
    grid = replace(preset("sound"), input="one-gain")
    cells = grid.cells("wisdm", "digest", TRAINING)
    assert {c.input for c in cells if c.method in METHODS} == {"one-gain"}
    assert {c.input for c in cells if c.method == BASELINE} == {"g"}


def test_the_smoke_preset_leaves_no_method_net_or_baseline_out() -> None:
    cells = preset("smoke").cells("wisdm", "digest", TRAINING)
    assert {c.method for c in cells} == {*METHODS, "baseline"}
    assert {c.net for c in cells} == {*NETS, *BASELINES}


@pytest.mark.parametrize(
    "changed",
    [
        {"fold": 1},
        {"seed": 1},
        {"data_digest": "other"},
        {"recipe": replace(AS_PUBLISHED, epochs=11)},
        {"input": "one-gain"},
        {"train_share": 0.5},
        {"windows": 100},
        {"smooth": SmoothDistill(decay=0.9)},
    ],
)
def test_whatever_decides_the_outcome_decides_the_key(changed: dict[str, object]) -> None:
    assert replace(ONE, **changed).key != ONE.key  # type: ignore[arg-type]
    assert replace(ONE).key == ONE.key


def test_a_cell_is_named_by_what_differs_from_its_neighbours() -> None:
    cells = preset("smoke").cells("wisdm", "digest", TRAINING)
    assert len({str(cell) for cell in cells}) == len(cells)
    swept = replace(ONE, method="smooth-distill", smooth=SmoothDistill(distill_weight=0.1))
    assert str(replace(swept, train_share=0.2)).endswith("distill_weight 0.1, 20% of the data")


def test_born_again_and_singletask_count_both_their_trainings() -> None:
    epochs = {method: replace(ONE, method=method).epochs for method in METHODS}
    once = AS_PUBLISHED.epochs
    assert epochs["singletask"] == epochs["born-again"] == 2 * once
    assert epochs["multitask"] == epochs["sd-dropout"] == epochs["smooth-distill"] == once


def test_a_kept_cell_is_done_and_gathered(tmp_path: Path) -> None:
    other = replace(ONE, fold=1)
    rows = pl.DataFrame([{**dict.fromkeys(SCHEMA), "cell": ONE.key, "value": 1.0}], schema=SCHEMA)
    with pytest.raises(EdgekitError, match="no finished cell"):
        gather(tmp_path, [ONE, other])
    save_cell(tmp_path, ONE, rows)
    assert is_done(tmp_path, ONE)
    assert not is_done(tmp_path, other)
    assert gather(tmp_path, [ONE, other])["cell"].to_list() == [ONE.key]


def test_a_damaged_cell_is_named_with_its_remedy(tmp_path: Path) -> None:
    rows = pl.DataFrame([{**dict.fromkeys(SCHEMA), "cell": ONE.key}], schema=SCHEMA)
    save_cell(tmp_path, ONE, rows)
    path = tmp_path / "cells" / f"{ONE.key}.parquet"
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(EdgekitError, match=r"Delete it and give the same command again"):
        gather(tmp_path, [ONE])


def test_unknown_names_are_answered_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="smoke, published, paper, sound"):
        preset("huge")
    with pytest.raises(UsageError, match="singletask, multitask"):
        pick("method", "magic", METHODS)
    assert pick("method", "multitask", METHODS) == "multitask"


def test_an_own_number_of_epochs_holds_for_every_net() -> None:
    grid = Grid(nets=("mtl-net", "mtl-net-small"), architectures=(), sweep_net="mtl-net", epochs=3)
    trained = [c for c in grid.cells("wisdm", "d", TRAINING) if c.method in METHODS]
    assert {cell.recipe.epochs for cell in trained} == {3}
    assert {cell.recipe.batch for cell in trained} == {64, 256}


def test_the_published_net_keeps_the_papers_input_whatever_is_asked() -> None:
    grid = replace(preset("smoke"), input="two-gains", studies=("methods",))
    read = {cell.net: cell.input for cell in grid.cells("wisdm", "digest", TRAINING)}
    assert read == {"mtl-net-published": "one-gain", "mtl-net-micro": "two-gains"}


def test_a_cell_of_ones_own_data_is_another_where_rate_labels_or_defaults_are_others() -> None:
    own = Dataset("kitchen", WISDM, [], {"a.npz": "digest"}, "made", TRAINING, Path("kitchen"))
    grid = replace(preset("smoke"), studies=("methods",))
    keys = [
        {cell.key for cell in cells_of(grid, dataset)}
        for dataset in (
            own,
            replace(own, spec=replace(WISDM, rate_hz=50.0)),
            replace(own, training=replace(TRAINING, augmentation=Augmentation())),
        )
    ]
    assert not keys[0] & keys[1]
    assert not keys[0] & keys[2]
    assert keys[0] == {cell.key for cell in cells_of(grid, own)}
