"""A run is continued as it was begun; what cannot be is refused with what to do."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from edgekit.errors import EdgekitError, UsageError
from edgekit.front_end import INPUTS, in_counts, with_input
from edgekit.nets import NETS
from edgekit.spec import SLEEP, Spec
from edgekit.train.config import Config, augmentation_for, trained_through
from edgekit.train.datasets import Dataset
from edgekit.train.datasets.formats import training_defaults
from edgekit.train.loop import Watch
from edgekit.train.run import open_run, start_run
from edgekit.train.splits import split
from edgekit.train.train_run import Prepared, train
from edgekit.windows import Windows

TRAINING = training_defaults(SLEEP.domain)
Change = Callable[[dict[str, Any]], None]


def config_for(net: str, spec: Spec) -> Config:
    recipe = replace(NETS[net].recipe, epochs=1)
    worn = augmentation_for(recipe, TRAINING)
    through = trained_through(recipe, spec)
    return Config("synthetic", net, "subject", 3, recipe, through, augmentation=worn)


def begun(folder: Path, net: str = "mtl-net-micro", spec: Spec = SLEEP) -> Path:
    """A run folder whose training has just begun."""
    start_run(folder, config_for(net, spec), Dataset("synthetic", spec, [], {}, "made", TRAINING))
    return folder


def change(folder: Path, change: Change) -> None:
    fields = json.loads((folder / "run.json").read_text())
    change(fields)
    (folder / "run.json").write_text(json.dumps(fields))


@pytest.mark.parametrize("input", INPUTS)
@pytest.mark.parametrize("net", NETS)
def test_a_run_is_continued_with_the_input_and_the_recipe_it_was_begun_with(
    tmp_path: Path, net: str, input: str
) -> None:
    spec = with_input(SLEEP, input)
    training = open_run(begun(tmp_path / "run", net, spec))
    assert training.run.spec == spec
    assert training.config == config_for(net, spec)
    assert not training.run.finished


@pytest.mark.parametrize(
    ("net", "input", "is_kept_in_counts"),
    [("mtl-net-micro", "two-gains", True), ("mtl-net-published", "one-gain", False)],
)
def test_a_finished_run_keeps_its_windows_as_its_net_was_judged_on(
    tmp_path: Path, net: str, input: str, is_kept_in_counts: bool
) -> None:
    """Whole counts, from which every front end reads the same; in g where the net read g."""
    random = np.random.default_rng(0)
    windows = Windows(
        random.normal(0, 0.5, (240, 100, 3)).astype(np.float32),
        random.integers(12, size=240),
        random.integers(3, size=240),
        np.repeat([f"s{k}" for k in range(12)], 20),
    )
    spec = with_input(SLEEP, input)
    parts = split(windows, "subject", 3)
    run = open_run(begun(tmp_path / "run", net, spec))
    assert train(run, Prepared(windows, parts), torch.device("cpu"), Watch()).finished
    with np.load(tmp_path / "run" / "windows.npz") as kept:
        found = kept["test_xyz_g"]
    expected = windows.xyz_g[parts.test]
    assert np.array_equal(found, in_counts(expected) if is_kept_in_counts else expected)


def test_only_one_gain_without_a_thought_of_int8_is_read_in_g() -> None:
    """The paper's own way: every other net trains through its front end."""
    one_gain = with_input(SLEEP, "one-gain")
    for name, recipe in ((name, net.recipe) for name, net in NETS.items()):
        assert trained_through(recipe, SLEEP) == SLEEP.front_end, name
        through = trained_through(recipe, one_gain)
        assert through == (one_gain.front_end if recipe.int8_ready else None), name
    assert not NETS["mtl-net-published"].recipe.int8_ready


def test_a_run_of_version_1_is_refused_with_the_command_that_makes_it_anew(
    tmp_path: Path,
) -> None:
    change(begun(tmp_path / "run"), lambda fields: fields.update(version=1))
    with pytest.raises(EdgekitError, match=r"run\.json.*version 1;.*edgekit train") as refusal:
        open_run(tmp_path / "run")
    assert "\n" not in str(refusal.value)


def test_no_run_at_all_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="edgekit train"):
        open_run(tmp_path)


@pytest.mark.parametrize(
    "damage",
    [
        lambda fields: fields.pop("spec"),
        lambda fields: fields["spec"].pop("front_end"),
        lambda fields: fields["spec"]["front_end"].update(gravity_steps_per_g=48),
        lambda fields: fields.pop("config"),
        lambda fields: fields["config"].pop("recipe"),
        lambda fields: fields["dataset"].update(digests=3),
        lambda fields: fields["dataset"].update(digests={"a.npz": [1]}),
        lambda fields: fields["config"].update(seed="three"),
        lambda fields: fields["config"].update(objective=[]),
        lambda fields: fields["config"]["augmentation"].update(rotation_deg=2.0),
        lambda fields: fields["config"]["augmentation"].update(rotation_deg=[2.0, 2.0]),
        lambda fields: fields["config"]["augmentation"].update(rotation_deg=["a", "b", "c"]),
        lambda fields: fields["config"]["augmentation"].update(tilt_deg=2.0),
    ],
)
def test_a_damaged_description_is_refused_in_one_line(tmp_path: Path, damage: Change) -> None:
    change(begun(tmp_path / "run"), damage)
    with pytest.raises(EdgekitError) as refusal:
        open_run(tmp_path / "run")
    assert "\n" not in str(refusal.value)
