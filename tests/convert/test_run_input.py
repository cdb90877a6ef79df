"""A run that cannot be converted is refused by what it lacks, with the command that helps."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from edgekit.convert.export import float_net
from edgekit.convert.run_input import load_run
from edgekit.errors import EdgekitError, UsageError
from edgekit.front_end import counts_of, int8_input
from edgekit.nets import CONVERTIBLE, NETS


@pytest.fixture
def run(micro_run: Path, tmp_path: Path) -> Path:
    return shutil.copytree(micro_run, tmp_path / "run")


def describe(run: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    """Write run.json anew with a change."""
    fields = json.loads((run / "run.json").read_text())
    change(fields)
    (run / "run.json").write_text(json.dumps(fields))


def test_no_run_at_all(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="edgekit train"):
        load_run(tmp_path)


@pytest.mark.parametrize("lost", ["teacher.safetensors", "windows.npz"])
def test_a_run_whose_training_did_not_finish(run: Path, lost: str) -> None:
    (run / lost).unlink()
    with pytest.raises(EdgekitError, match=rf"no {lost}: training did not finish.*--resume"):
        load_run(run)


def test_a_run_that_was_stopped_before_its_last_word(run: Path) -> None:
    describe(run, lambda fields: fields.update(state="training"))
    describe(run, lambda fields: fields.pop("shipped"))
    with pytest.raises(EdgekitError, match="training did not finish"):
        load_run(run)


def _cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:200])


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [_cut_short, _emptied])
@pytest.mark.parametrize("name", ["teacher.safetensors", "windows.npz", "run.json"])
def test_a_damaged_file_is_named(run: Path, name: str, damage: Callable[[Path], None]) -> None:
    damage(run / name)
    with pytest.raises(EdgekitError, match=name):
        load_run(run)


def test_a_label_outside_the_classes_is_damage(run: Path) -> None:
    with np.load(run / "windows.npz") as arrays:
        changed = dict(arrays)
    changed["test_posture"] = changed["test_posture"] + 18
    np.savez(run / "windows.npz", **changed)
    with pytest.raises(EdgekitError, match="18 classes"):
        load_run(run)


def test_the_shipped_weights_are_the_ones_that_are_read(run: Path) -> None:
    describe(run, lambda fields: fields.update(shipped="student"))
    (run / "teacher.safetensors").unlink()
    assert set(load_run(run).digests) == {"run.json", "student.safetensors"}


def test_weights_of_another_net_are_named(run: Path) -> None:
    describe(run, lambda fields: fields["config"].update(net="mtl-net"))
    with pytest.raises(EdgekitError, match="does not fit the net 'mtl-net'"):
        float_net(load_run(run))


@pytest.mark.parametrize("net", [name for name in NETS if name not in CONVERTIBLE])
def test_a_net_that_has_no_int8_kernel_is_refused_with_those_that_have(run: Path, net: str) -> None:
    describe(run, lambda fields: fields["config"].update(net=net))
    with pytest.raises(UsageError, match=f"{net} is for comparison only.*mtl-net-small"):
        float_net(load_run(run))


@pytest.mark.parametrize("version", [1, 3])
def test_a_run_of_another_version_is_refused_with_the_command_that_makes_it_anew(
    run: Path, version: int
) -> None:
    describe(run, lambda fields: fields.update(version=version))
    with pytest.raises(EdgekitError, match=rf"version {version};.*edgekit train") as refusal:
        load_run(run)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "damage",
    [
        lambda fields: fields["spec"].pop("front_end"),
        lambda fields: fields["spec"]["front_end"].update(motion_steps_per_g=300),
        lambda fields: fields["config"].pop("recipe"),
        lambda fields: fields["config"]["recipe"].pop("int8_ready"),
    ],
)
def test_a_run_that_does_not_say_how_its_net_reads_is_refused(
    run: Path, damage: Callable[[dict[str, Any]], None]
) -> None:
    describe(run, damage)
    with pytest.raises(EdgekitError):
        load_run(run)


@pytest.mark.parametrize("which", ["micro_run", "even_run"])
def test_both_nets_read_what_the_front_end_makes_of_the_windows(
    which: str, request: pytest.FixtureRequest
) -> None:
    trained = load_run(request.getfixturevalue(which))
    xyz_g = trained.test.xyz_g
    expected = int8_input(counts_of(xyz_g), trained.run.spec.front_end)
    assert np.array_equal(trained.int8_input(xyz_g), expected)
    assert trained.float_input(xyz_g).dtype == np.float32
    assert np.array_equal(trained.float_input(xyz_g), expected / 64)


def test_a_float_net_that_was_trained_in_g_reads_g(in_g_run: Path) -> None:
    trained = load_run(in_g_run)
    xyz_g = trained.test.xyz_g
    assert np.array_equal(trained.float_input(xyz_g), xyz_g)
    read_g = trained.int8_input(xyz_g) / 64
    assert np.abs(read_g - xyz_g).max() <= 1 / 128 + 1 / 512, "a half step, and half a count"
