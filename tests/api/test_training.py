"""Training from Python: the folders and packages are the command line's own."""

import inspect
import pydoc
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import edgekit
from edgekit.errors import EdgekitError, UsageError
from edgekit.recording import Recording
from tests.helpers.own_sets import recording_of

TINY = {"net": "mtl-net-micro", "epochs": 1, "input": "two-gains", "augmentation": "none"}


def test_labelled_recordings_in_memory_are_trained_on(tmp_path: Path) -> None:
    people = [
        recording_of(person, ("still", "shaking"), seed=seed, seconds=24.0, rate_hz=25.0)
        for seed, person in enumerate(("ann", "bob", "cleo", "dora"))
    ]
    lines: list[str] = []
    run = edgekit.train(people, str(tmp_path / "run"), **TINY, progress=lines.append)
    assert run.finished and run.folder == tmp_path / "run"
    assert run.spec.postures == ("still", "shaking")
    assert lines[0].startswith("epoch 1 of 1: loss ")
    assert edgekit.read_run(tmp_path / "run").name == "run"
    assert "folder" not in run.dataset  # a copy in memory leaves no path behind
    with pytest.raises(UsageError, match="is there already"):
        edgekit.train(people, tmp_path / "run", **TINY)


def test_without_labels_nothing_is_learned(tmp_path: Path) -> None:
    still = Recording(np.ones((500, 3), np.float32) / 2, 50.0, "ann", "chest")
    with pytest.raises(EdgekitError, match="none of these recordings has a label"):
        edgekit.train([still], tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("choice", "word"),
    [({"net": "mtl-net-smal"}, "mtl-net-small"), ({"split": "people"}, "split"),
     ({"device": "tpu"}, "device"), ({"input": "three"}, "input"), ({"net": 3}, "mtl-net-small"),
     ({"epochs": 0}, "epochs"), ({"epochs": 2.5}, "epochs"), ({"seed": -1}, "seed"),
     ({"seed": 2**64}, "seed"), ({"seed": "one"}, "seed"), ({"data_dir": "x"}, "data_dir")],
)  # fmt: skip
def test_a_slip_is_refused_before_anything_is_read(
    choice: dict[str, Any], word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=word):
        edgekit.train("synthetic", **choice)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("data", [None, 3, ["a"], "no-such-folder", "./no-such-folder", ""])
def test_what_is_no_data_is_refused(data: Any) -> None:
    with pytest.raises(UsageError):
        edgekit.train(data)


def test_a_missing_run_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no run at"):
        edgekit.convert(tmp_path / "none")


def test_the_stages_are_packages_and_functions() -> None:
    for name in ("train", "convert"):
        stage = getattr(edgekit, name)
        assert stage is sys.modules[f"edgekit.{name}"]
        assert callable(stage)
        function = getattr(edgekit.api.training, name)
        assert inspect.signature(stage) == inspect.signature(function)
        (named,) = re.findall(r'help\("(.*)"\)', stage.__doc__)
        assert pydoc.locate(named) is function


@pytest.mark.parametrize(
    ("library", "call", "extra"),
    [("torch", "train()", "train"), ("torch", "convert('run')", "train"),
     ("jinja2", "read_night('a.night')", "device")],
)  # fmt: skip
def test_a_library_that_is_not_installed_is_named_with_the_command(
    library: str, call: str, extra: str
) -> None:
    script = (
        f"import sys; sys.modules[{library!r}] = None; import edgekit\n"
        f"try: edgekit.{call}\n"
        "except (edgekit.EdgekitError, ModuleNotFoundError) as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    line = f"{library} is not installed: pip install 'edgekit-wearable[{extra}]'"
    assert (done.stdout, done.stderr) == (f"{line}\n", "")
