"""edgekit train --from: from a run and a wearer's minutes to a bundle that decides on a replay."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from edgekit.bundle import load_bundle
from edgekit.errors import UsageError
from edgekit.night.reader import open_night
from edgekit.run import read_run
from tests.helpers.typer_app import app
from tests.helpers.wearer import trained_run, turned_recording, write_wearer


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a finished run of two places and the data set of a wearer."""
    folder = tmp_path_factory.mktemp("adapt")
    trained_run(folder)
    write_wearer(folder / "zoe")
    unfinished = folder / "runs" / "unfinished"
    unfinished.mkdir()
    fields = json.loads((folder / "runs" / "base" / "run.json").read_text())
    (unfinished / "run.json").write_text(json.dumps({**fields, "state": "training"}))
    return folder


@pytest.fixture(autouse=True)
def inside(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)


def edgekit(*words: str) -> str:
    """Run a command in this process, where torch is imported once; returns what it prints."""
    ended = CliRunner().invoke(app, words, catch_exceptions=False)
    assert ended.exit_code == 0, ended.output
    return ended.output


def test_an_adapted_run_is_converted_and_decides_on_the_wearers_recording(place: Path) -> None:
    printed = edgekit("train", "--from", "runs/base", "--dataset", "./zoe", "--seconds", "30")
    assert "not in the own minutes: ankle" in printed
    assert "edgekit convert runs/base-zoe" in printed
    run = read_run(place / "runs" / "base-zoe")
    assert run.finished and run.adapted_from is not None
    assert (run.folder / "adaptation.svg").read_text().startswith("<svg")
    edgekit("convert", "--int8", "runs/base-zoe")
    bundle = load_bundle(place / "bundles" / "base-zoe")
    assert bundle.fields["adapted_from"] == run.adapted_from.to_json()
    assert "## Adapted to its wearer" in (bundle.folder / "card.md").read_text()
    edgekit("monitor", "--replay", "zoe/zoe-0.npz", "--speed", "full", "--out", "zoe.night")
    with open_night(place / "zoe.night") as night:
        decisions = night.decisions()
    assert np.mean(decisions.posture == decisions.truth) > 0.85


def test_what_is_forgotten_is_named(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the old windows a net forgets the posture that the own minutes lack."""
    monkeypatch.setattr("edgekit.train.adapt.fine_tune.REHEARSAL_WEIGHT", 0.0)
    write_wearer(place / "two", turned_recording(("stirring", "chopping")))
    printed = edgekit("train", "--from", "runs/base", "--dataset", "./two", "--out", "two-run")
    assert "posture, not in the own minutes: resting" in printed
    warned = next(line for line in printed.splitlines() if "warning: posture is worse" in line)
    assert "resting" in warned


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--from", "runs/base"), "--from needs --dataset FOLDER"),
        (("--from", "runs/none", "--dataset", "./zoe"), "no run at runs/none"),
        (("--from", "runs/unfinished", "--dataset", "./zoe"), "--resume runs/unfinished"),
        (("--from", "runs/base", "--dataset", "./nowhere"), "no data set folder at nowhere"),
        (("--from", "runs/base", "--dataset", "./zoe", "--net", "mtl-net-micro"), "--net cannot"),
        (
            ("--from", "runs/base", "--dataset", "./zoe", "--epochs", "3", "--method", "multitask"),
            "--epochs, --method cannot",
        ),
        (("--from", "runs/base", "--dataset", "./zoe", "--resume", "x"), "--resume cannot"),
        (("--from", "runs/base", "--dataset", "./zoe", "--adapt", "trunk"), "heads, all"),
        (("--from", "runs/base", "--dataset", "./zoe", "--out", "zoe"), "zoe is there already"),
        (("--from", "runs/base", "--dataset", "./zoe", "--device", "tpu"), "tpu"),
        (("--adapt", "heads", "--seconds", "9"), "--adapt, --seconds is for adapting"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(
    place: Path, words: tuple[str, ...], message: str
) -> None:
    before = sorted(place.rglob("*"))
    with pytest.raises(UsageError) as refusal:
        edgekit("train", *words)
    assert message in str(refusal.value) and "\n" not in str(refusal.value)
    assert sorted(place.rglob("*")) == before
