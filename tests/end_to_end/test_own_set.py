"""A data set of one's own, from its folder to a bundle that runs: any labels, any rate."""

import json
import re
import shutil
from pathlib import Path

import pytest

from edgekit.bundle import load_bundle
from edgekit.dataset_folder import read_description
from edgekit.night.reader import open_night
from tests.helpers.command import refused, the
from tests.helpers.forked import ForkedCommand
from tests.helpers.own_sets import PEOPLE, write_set
from tests.helpers.planted_faults import changed, replace

# What a page, a table, C, Markdown and a terminal each take for something else.
ODD = (
    'coffee, "quick" <b>stirring</b> & on, until it is as dark as it will get',
    "läuft; {x} | *star* [bold] `code` \\n %d ??= $x$",
    "休息",
)
FIRST = (
    "--net",
    "mtl-net-micro",
    "--epochs",
    "2",
    "--augmentation",
    "light",
    "--input",
    "two-gains",
)


def ended(forked: ForkedCommand, *words: str | Path, cwd: Path) -> str:
    command = forked(*words, cwd=cwd)
    assert command.returncode == 0, command.stdout + command.stderr
    return command.stdout + command.stderr


def test_a_set_of_odd_labels_at_30_hz_is_trained_converted_run_and_reported(
    tmp_path: Path, forked: ForkedCommand
) -> None:
    folder = write_set(tmp_path / "odd", labels=ODD, seconds=24, rate_hz=30)
    description = folder / "dataset.toml"
    description.write_text(description.read_text().replace("rate_hz = 25", "rate_hz = 30"))
    assert "it can be trained on" in ended(forked, "data", "check", "odd", cwd=tmp_path)

    trained = ended(forked, "train", "--dataset", "odd", *FIRST, "--out", "run", cwd=tmp_path)
    assert "placement is always 'wrist' here: only the other head learns" in trained
    assert "100.00" not in trained
    assert re.search(r"only \d+ windows judge: by chance alone an accuracy may be \d+ ", trained)
    assert "edgekit convert run" in trained.splitlines()[-1]
    assert not (tmp_path / "run" / "confusion-placement.svg").exists()
    ended(forked, "convert", "run", "--out", "bundle", cwd=tmp_path)
    spec = load_bundle(tmp_path / "bundle").spec
    assert (spec.domain, spec.postures, spec.rate_hz) == ("odd", ODD, 30)
    assert str(tmp_path) not in (tmp_path / "bundle" / "bundle.json").read_text()
    card = (tmp_path / "bundle" / "card.md").read_text()
    assert "| placement |" not in card

    watched = ended(
        forked, "monitor", "--bundle", "bundle", "--replay", folder / "ann-wrist.npz",
        "--speed", "full", "--out", "a.night", cwd=tmp_path,
    )  # fmt: skip
    assert "% of 35 labelled windows decided as labelled" in watched
    ended(
        forked, "report", "a.night", "--csv", "--edf", "--parquet", "--out", "report", cwd=tmp_path
    )
    page = the(tmp_path / "report", "*.html").read_text()
    assert "<b>stirring</b>" not in page
    assert "&lt;b&gt;stirring&lt;/b&gt;" in page
    assert "the network knows one place alone, wrist" in page
    with open_night(tmp_path / "a.night") as night:
        assert night.spec == spec
    code, line = refused("firmware", "build", "bundle", "--board", "host", cwd=tmp_path, run=forked)
    assert code == 1
    assert "is for 30 Hz" in line
    assert "20, 25, 50 or 100 Hz" in line


def test_a_set_of_two_placements_at_50_hz_becomes_firmware(
    tmp_path: Path, forked: ForkedCommand
) -> None:
    labels = ("läuft ??= 50 %d", 'a "b" \\n', "休息")
    places = ["wrist, left", "ankle"]
    write_set(tmp_path / "kitchen", PEOPLE[:4], labels, places, seconds=20)
    trained = ended(forked, "train", "--dataset", "kitchen", *FIRST, "--out", "run", cwd=tmp_path)
    assert "posture by placement" in trained
    ended(forked, "convert", "run", "--out", "bundle", cwd=tmp_path)
    assert load_bundle(tmp_path / "bundle").spec.placements == ("ankle", "wrist, left")
    built = ended(forked, "firmware", "build", "bundle", "--board", "host", cwd=tmp_path)
    assert "image of" in built


def test_a_training_is_resumed_on_the_same_data_alone(
    tmp_path: Path, forked: ForkedCommand
) -> None:
    folder = write_set(tmp_path / "kitchen", seconds=8)
    ended(forked, "train", "--dataset", "kitchen", *FIRST, "--out", "run", cwd=tmp_path)
    run = tmp_path / "run" / "run.json"
    begun = json.loads(run.read_text())
    assert begun["dataset"]["folder"] == str(folder)
    run.write_text(json.dumps({**begun, "state": "training"}))

    shutil.move(folder, tmp_path / "moved")
    line = refused("train", "--resume", "run", cwd=tmp_path, run=forked)[1]
    assert f"begun on {folder}, which is gone or moved: resume it with" in line
    line = refused("train", "--resume", "run", "--epochs", "9", cwd=tmp_path, run=forked)[1]
    assert "--epochs cannot go with --resume" in line
    changed(tmp_path / "moved" / "ann-wrist.npz", lambda r: replace(r, subject="zoe"))
    line = refused("train", "--resume", "run", "--dataset", "moved", cwd=tmp_path, run=forked)[1]
    assert "begun on other data than is here now (ann-wrist.npz differs)" in line
    changed(tmp_path / "moved" / "ann-wrist.npz", lambda r: replace(r, subject="ann"))
    description = tmp_path / "moved" / "dataset.toml"
    description.write_text(description.read_text().replace("rate_hz = 50", "rate_hz = 25"))
    line = refused("train", "--resume", "run", "--dataset", "moved", cwd=tmp_path, run=forked)[1]
    assert "begun with another rate or other labels" in line
    description.write_text(description.read_text().replace("rate_hz = 25", "rate_hz = 50"))
    ended(forked, "train", "--resume", "run", "--dataset", "moved", cwd=tmp_path)


def test_what_cannot_be_trained_on_is_answered_in_a_line(
    tmp_path: Path, forked: ForkedCommand
) -> None:
    write_set(tmp_path / "two", PEOPLE[:2], seconds=8)
    line = refused("train", "--dataset", "two", *FIRST, cwd=tmp_path, run=forked)[1]
    assert "needs 3 subjects or more; here are 2" in line
    assert "--split random-window" in line
    code, line = refused(
        "compare", "--dataset", "two", "--split", "subject", cwd=tmp_path, run=forked
    )
    assert code == 1 and "5 folds by subject need as many subjects; here are 2" in line
    assert (
        "edgekit data check FOLDER" in refused("data", "verify", "two", cwd=tmp_path, run=forked)[1]
    )


def test_an_import_that_was_stopped_describes_the_set_when_it_is_given_again(
    tmp_path: Path, forked: ForkedCommand
) -> None:
    folder = write_set(tmp_path / "kitchen", PEOPLE[:1], seconds=8)
    shutil.copytree(folder, tmp_path / "files")
    (folder / "dataset.toml").unlink()
    files = tmp_path / "files" / "ann-wrist.npz"
    line = refused("data", "import", files, "--out", "kitchen", cwd=tmp_path, run=forked)[1]
    assert "stay as they are" in line
    assert read_description(folder).name == "kitchen"


def test_recordings_labelled_after_their_import_become_a_data_set(
    tmp_path: Path, forked: ForkedCommand
) -> None:
    folder = write_set(tmp_path / "kitchen", PEOPLE[:1], seconds=8)
    (folder / "dataset.toml").unlink()
    changed(folder / "ann-wrist.npz", lambda r: replace(r, label=None, label_names=()))
    assert (
        "edgekit label FILE" in refused("data", "describe", "kitchen", cwd=tmp_path, run=forked)[1]
    )
    (folder / "ann-wrist.labels.csv").write_text("start,end,posture\n0,9,cutting\n9,20,resting\n")
    ended(forked, "data", "describe", "kitchen", cwd=tmp_path)
    assert read_description(folder).postures == ("cutting", "resting")


@pytest.mark.parametrize("plant", ["nothing", "a label"])
def test_a_check_ends_with_what_it_means(tmp_path: Path, forked: ForkedCommand, plant: str) -> None:
    folder = write_set(tmp_path / "kitchen", seconds=60)
    if plant == "a label":
        changed(folder / "ann-wrist.npz", lambda r: replace(r, label_names=("a", "b", "resting")))
        code, line = refused("data", "check", "kitchen", cwd=tmp_path, run=forked)
        assert code == 1
        assert "kitchen cannot be trained on: 2 errors, 0 warnings" in line
    else:
        assert ended(forked, "data", "check", "kitchen", cwd=tmp_path).splitlines()[-1] == (
            "no fault found: edgekit train --dataset kitchen"
        )
