"""run.json is read with every field checked, and without torch."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from edgekit.errors import EdgekitError
from edgekit.run import Outcome, read_run, write_description, write_outcome
from edgekit.spec import SLEEP

OUTCOME = Outcome(
    parameters=1000,
    windows={"train": 30, "validation": 10, "test": 10},
    subjects={"train": ["a"], "validation": ["b"], "test": ["c"]},
    shipped="teacher",
    validation_score={"teacher": 0.9, "student": 0.8},
    metrics={"teacher": {"test": {"posture": {"accuracy": 0.9}}}},
    posture_by_placement={"teacher": {"neck": 0.9}},
    baseline={"atan2": {"posture": {"accuracy": 0.7}}},
    cost={
        "wall_s": 2.0,
        "cpu_s": 3.0,
        "energy_kwh": 1e-6,
        "energy_kind": "modelled",
        "device": "cpu",
    },
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    config = {"net": "mtl-net-small", "recipe": {"int8_ready": True}}
    dataset = {"name": "synthetic", "summary": "", "digests": {}}
    run = write_description(tmp_path, "edgekit", "2026-01-01", config, SLEEP, dataset, None)
    write_outcome(run, OUTCOME)
    return tmp_path


def test_what_is_written_is_read_back(folder: Path) -> None:
    run = read_run(folder)
    assert (run.outcome, run.spec, run.net) == (OUTCOME, SLEEP, "mtl-net-small")
    assert run.finished


@pytest.mark.parametrize(
    "damage",
    [
        lambda fields: fields.update(parameters=-1),
        lambda fields: fields.update(shipped="a friend"),
        lambda fields: fields.update(state="almost"),
        lambda fields: fields.update(dataset=None),
        lambda fields: fields.pop("metrics"),
        lambda fields: fields["windows"].update(test=0.5),
        lambda fields: fields["subjects"].update(test="c"),
        lambda fields: fields["validation_score"].update(teacher="good"),
        lambda fields: fields["posture_by_placement"]["teacher"].update(neck=1.5),
        lambda fields: fields["metrics"]["teacher"]["test"]["posture"].update(accuracy=90),
        lambda fields: fields["baseline"]["atan2"]["posture"].update(accuracy=None),
        lambda fields: fields["cost"].update(wall_s="long"),
        lambda fields: fields["cost"].pop("energy_kind"),
        lambda fields: fields["config"].update(net=7),
        lambda fields: fields["config"]["recipe"].update(int8_ready="yes"),
    ],
)
def test_a_field_out_of_its_kind_or_range_is_refused_in_one_line(
    folder: Path, damage: Callable[[dict[str, Any]], None]
) -> None:
    fields = json.loads((folder / "run.json").read_text())
    damage(fields)
    (folder / "run.json").write_text(json.dumps(fields))
    with pytest.raises(EdgekitError, match=r"run\.json is damaged.*edgekit train") as refusal:
        read_run(folder)
    assert "\n" not in str(refusal.value)


def test_a_run_is_described_without_torch(folder: Path) -> None:
    script = (
        "import sys; sys.modules['torch'] = sys.modules['safetensors'] = None;"
        "from pathlib import Path; from edgekit.run import read_run;"
        "print(read_run(Path(sys.argv[1])).outcome.shipped)"
    )
    command = [sys.executable, "-c", script, str(folder)]
    assert subprocess.run(command, capture_output=True, check=True).stdout == b"teacher\n"
