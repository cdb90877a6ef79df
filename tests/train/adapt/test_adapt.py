"""A net is adapted to its wearer: the wearer gains, other people are kept in sight."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from edgekit.adaptation import PARTS, Part
from edgekit.convert.run_input import load_run
from edgekit.errors import EdgekitError
from edgekit.run import Run, read_run, read_weights
from edgekit.train.adapt.adapt import Adapted, adapt, shipped_net
from edgekit.train.adapt.prepare import prepare
from edgekit.train.datasets import Dataset
from tests.helpers.own_sets import LABELS
from tests.helpers.wearer import trained_run, turned_recording, wearer

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return trained_run(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def zoe(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return wearer(tmp_path_factory.mktemp("zoe") / "zoe")


@pytest.fixture(scope="module")
def by_part(
    base: Run, zoe: Dataset, tmp_path_factory: pytest.TempPathFactory
) -> dict[Part, Adapted]:
    folder = tmp_path_factory.mktemp("adapted")
    return {part: adapted_to(zoe, base, folder / part, part) for part in PARTS}


def adapted_to(
    data: Dataset, base: Run, folder: Path, part: Part = "all", classes: str = "keep", seed: int = 0
) -> Adapted:
    return adapt(base, prepare(base, data, 30.0, classes), part, seed, CPU, folder)


@pytest.mark.parametrize("part", PARTS)
def test_a_turned_sensor_is_learned_and_other_people_are_not_forgotten(
    by_part: dict[Part, Adapted], part: Part
) -> None:
    found = by_part[part].run.adapted_from
    assert found is not None
    assert found.own["posture"].before < 0.7
    assert found.own["posture"].after > found.own["posture"].before + 0.25
    assert found.old["posture"].before > 0.9
    assert found.old["posture"].after > found.old["posture"].before - 0.1


def test_figures_are_those_of_the_nets_on_the_windows_that_did_not_train(
    by_part: dict[Part, Adapted],
) -> None:
    """What run.json says is what the written weights answer on the written windows."""
    run = by_part["all"].run
    assert run.adapted_from is not None and run.outcome is not None
    trained = load_run(run.folder)
    own, old = run.adapted_from.own_windows["judged"], run.adapted_from.old_windows
    assert len(trained.test) == own + old == run.outcome.windows["test"]
    x = torch.from_numpy(trained.float_input(trained.test.xyz_g)).permute(0, 2, 1).unsqueeze(2)
    right = shipped_net(run)(x).posture.argmax(1).numpy() == trained.test.posture
    assert right[:own].mean() == pytest.approx(run.adapted_from.own["posture"].after)
    assert right[own:].mean() == pytest.approx(run.adapted_from.old["posture"].after)
    accuracy = run.outcome.metrics["student"]["test"]["posture"]["accuracy"]
    assert right.mean() == pytest.approx(accuracy)


def test_heads_alone_leave_the_trunk_and_the_whole_net_does_not(
    base: Run, by_part: dict[Part, Adapted]
) -> None:
    assert base.outcome is not None
    before = read_weights(base.folder / f"{base.outcome.shipped}.safetensors")
    for part in PARTS:
        after = read_weights(by_part[part].run.folder / "student.safetensors")
        changed = {name for name in before if not torch.equal(before[name], after[name])}
        assert "posture.weight" in changed
        assert any(name.startswith("trunk") for name in changed) == (part == "all")
        # Batch norm's statistics stay: they are the old people's.
        assert not any("running" in name for name in changed)


def test_one_place_teaches_nothing_about_places(by_part: dict[Part, Adapted]) -> None:
    """The own minutes are all of the wrist: a head that learned that would answer it always."""
    found = by_part["all"].run.adapted_from
    assert found is not None and found.lacking["placement"] == ["ankle"]
    assert found.old["placement"].after > found.old["placement"].before - 0.1


def test_both_places_teach_placement_too(base: Run, tmp_path: Path) -> None:
    data = wearer(
        tmp_path / "zoe", turned_recording(), turned_recording(placement="ankle", place=1)
    )
    found = adapted_to(data, base, tmp_path / "run").run.adapted_from
    assert found is not None and found.lacking["placement"] == []
    assert found.own["placement"].after >= found.own["placement"].before


def test_weights_are_exact_in_int8_and_the_same_seed_gives_the_same(
    base: Run, zoe: Dataset, by_part: dict[Part, Adapted], tmp_path: Path
) -> None:
    runs = by_part["all"].run, adapted_to(zoe, base, tmp_path / "again").run
    first, second = (read_weights(run.folder / "student.safetensors") for run in runs)
    for name, weight in first.items():
        assert torch.equal(weight, second[name])
        if weight.dim() > 1:
            rows = weight.flatten(1)
            steps = rows / (rows.abs().amax(1, keepdim=True) / 127)
            assert float((steps - steps.round()).abs().max()) < 1e-3


def test_an_added_class_is_learned_and_the_old_ones_stay(base: Run, tmp_path: Path) -> None:
    labels = ("stirring", "chopping", "sieving")
    data = wearer(tmp_path / "zoe", turned_recording(labels))
    adapted = adapted_to(data, base, tmp_path / "run", classes="add")
    found = adapted.run.adapted_from
    assert adapted.run.spec.postures == (*base.spec.postures, "sieving")
    assert found is not None
    assert found.added == {"posture": ["sieving"], "placement": []}
    assert found.lacking["posture"] == ["resting"]
    sieving = adapted.own.by_class("posture")[adapted.run.spec.postures.index("sieving")]
    assert sieving.before == 0 and sieving.after > 0.5
    assert found.old["posture"].after > 0.8  # with resting, which the own minutes lack


def test_own_classes_alone_make_a_new_head(base: Run, tmp_path: Path) -> None:
    labels = ("kneading", "sieving", "resting")
    data = wearer(tmp_path / "zoe", turned_recording(labels))
    run = adapted_to(data, base, tmp_path / "run", classes="own").run
    assert set(run.spec.postures) == set(labels) and run.spec.placements == ("wrist",)
    found = run.adapted_from
    assert found is not None
    assert set(found.dropped["posture"]) == {"stirring", "chopping"}
    assert found.dropped["placement"] == ["ankle"]
    assert found.own["posture"].after > 0.8


def test_classes_that_are_all_new_leave_no_old_windows(base: Run, tmp_path: Path) -> None:
    data = wearer(tmp_path / "zoe", turned_recording(("kneading", "sieving"), "belt"))
    run = adapted_to(data, base, tmp_path / "run", "heads", classes="own").run
    assert run.adapted_from is not None
    assert run.adapted_from.old_windows == 0 and run.adapted_from.old == {}
    assert read_run(run.folder) == run


def test_an_adapted_run_is_adapted_again(
    zoe: Dataset, by_part: dict[Part, Adapted], tmp_path: Path
) -> None:
    first = by_part["heads"].run
    second = adapted_to(zoe, first, tmp_path / "second", "heads").run
    assert second.adapted_from is not None and second.adapted_from.run == first.name


def test_what_is_interrupted_leaves_nothing(base: Run, zoe: Dataset, tmp_path: Path) -> None:
    def stop(_: object) -> None:
        raise KeyboardInterrupt

    folder = tmp_path / "runs" / "adapted"
    with pytest.raises(KeyboardInterrupt):
        adapt(base, prepare(base, zoe, 30.0, "keep"), "all", 0, CPU, folder, stop)
    assert not folder.exists()
    assert not any(tmp_path.rglob("*.safetensors"))


@pytest.mark.parametrize(
    "damage",
    [
        lambda fields: fields.pop("run"),
        lambda fields: fields.update(part="trunk"),
        lambda fields: fields.update(seconds=-1),
        lambda fields: fields["own"].pop("posture"),
        lambda fields: fields["own"]["posture"].update(after=1.5),
        lambda fields: fields["own_windows"].update(judged=2.5),
        lambda fields: fields["added"].update(posture=["flying"]),
        lambda fields: fields.update(digests=[1]),
        lambda fields: fields.update(told=True),
        lambda fields: fields.update(old={}),
    ],
)
def test_a_damaged_adaptation_is_refused_in_one_line(
    by_part: dict[Part, Adapted], tmp_path: Path, damage: Callable[[dict[str, Any]], None]
) -> None:
    folder = tmp_path
    fields = json.loads((by_part["heads"].run.folder / "run.json").read_text())
    damage(fields["adapted_from"])
    (folder / "run.json").write_text(json.dumps(fields))
    with pytest.raises(EdgekitError, match=r"run\.json is damaged") as refusal:
        read_run(folder)
    assert "\n" not in str(refusal.value)


def test_names_decide_and_not_the_order_in_which_a_set_lists_them(
    base: Run, tmp_path: Path
) -> None:
    labels = tuple(reversed(LABELS))
    minutes = prepare(base, wearer(tmp_path / "zoe", turned_recording(labels)), 30.0, "keep")
    assert minutes.classes.after.postures == base.spec.postures
    names = np.array(base.spec.postures)[minutes.windows.posture]
    assert list(dict.fromkeys(names.tolist())) == list(labels)
