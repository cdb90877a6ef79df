"""docs/api.md and the notebooks: their code runs, and what they list is what there is."""

import inspect
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import edgekit
from edgekit import samples
from edgekit.bundle import Bundle
from edgekit.device.sources.source import FULL_SPEED, Replay
from edgekit.spec import SLEEP
from tests.helpers.bundles import make_bundle
from tests.helpers.command import REPOSITORY
from tests.helpers.doc_commands import snippets
from tests.helpers.lying import make_lying
from tests.helpers.monitored import monitor
from tests.helpers.notebooks import cells, program, sources

PAGE = REPOSITORY / "docs" / "api.md"
NOTEBOOKS = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))
OWN_DATA = REPOSITORY / "notebooks" / "own_data.ipynb"
TAKES_LONG = ("edgekit.train(", "edgekit.convert(")  # these blocks are run by OWN_DATA's test


def run_alone(code: str, folder: Path) -> str:
    """Run a program in a fresh interpreter that has a home of its own; return what it prints."""
    places = {"HOME": folder / "home", "TMPDIR": folder / "tmp"}
    for place in (*places.values(), folder / "desk"):
        place.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder / "desk", env=os.environ | {name: str(place) for name, place in places.items()},
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    left = [path.name for path in places["TMPDIR"].iterdir()]
    assert all(name.startswith("torchinductor_") for name in left)  # torch keeps a cache there
    return done.stdout


def test_the_python_of_the_page_runs(bundle: Bundle, tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    desk.mkdir()
    xyz = 9.80665 * np.random.default_rng(0).normal((0, 0, 1), 0.01, (3000, 3))
    rows = [f"{k / 50:.2f},{x:.3f},{y:.3f},{z:.3f}" for k, (x, y, z) in enumerate(xyz.tolist())]
    (desk / "anna.csv").write_text("\n".join(["time,x,y,z", *rows]) + "\n")
    lying = make_lying(*SLEEP.postures[::9], seconds=1200, start_s=1_795_469_400.0)
    monitor(Replay([lying], FULL_SPEED), bundle, desk / "nights" / "2026-11-23-anna.night")
    make_bundle(desk / "bundles" / "mine")
    blocks = [each.code for each in snippets(PAGE)]
    quick = [code for code in blocks if not any(word in code for word in TAKES_LONG)]
    assert len(quick) == len(blocks) - 2
    printed = run_alone("\n".join(quick), tmp_path)
    assert "<night of sleeper-night-0: 10 min, 499 decisions by sleep-micro>\n" in printed
    assert "60 s, 50 Hz, 1.00 g at rest, no gap, read from m/s2 (option)\n" in printed
    errors = re.findall(r"^```text\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)[0]
    assert printed.endswith(errors)


def test_blocks_of_the_page_that_take_long_are_the_notebooks_own() -> None:
    notebook = "\n".join(sources(OWN_DATA))
    blocks = [code for each in snippets(PAGE) if any(w in (code := each.code) for w in TAKES_LONG)]
    assert len(blocks) == 2
    for line in "\n".join(blocks).splitlines():
        assert line in notebook.splitlines()


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_its_first_cell_to_its_last(notebook: Path, tmp_path: Path) -> None:
    printed = run_alone(program(notebook), tmp_path)
    assert "<svg xmlns" in printed
    if notebook == OWN_DATA:
        right = re.search(r"^(\d+)% of Eve's labelled windows right$", printed, re.MULTILINE)
        assert right and int(right[1]) > 80


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_committed_without_what_it_printed(notebook: Path) -> None:
    assert json.loads(notebook.read_text())["nbformat"] == 4
    code = cells(notebook, "code")
    assert len(code) > 5
    for cell in code:
        assert cell["outputs"] == [] and cell["execution_count"] is None


def signature(path: str) -> str:
    """Return a function's signature as the page has it: defaults, no types but the returned one."""
    function = edgekit
    for name in path.split("."):
        function = getattr(function, name)
    found = inspect.signature(function)  # type: ignore[arg-type]
    shown, star = [], False
    for each in found.parameters.values():
        if each.name == "self":
            continue
        if each.kind is each.KEYWORD_ONLY and not star:
            shown.append("*")
            star = True
        default = "..." if callable(each.default) else json.dumps(each.default, default=str)
        default = default.replace("null", "None")
        shown.append(each.name if each.default is each.empty else f"{each.name}={default}")
    returned = found.return_annotation
    word = returned if isinstance(returned, str) else getattr(returned, "__name__", str(returned))
    return f"{path}({', '.join(shown)}) -> {'list[str]' if word == 'list' else word}"


def test_the_signatures_of_the_page_are_the_codes() -> None:
    listed = re.findall(r"^([\w.]+)\(.*\) -> .*$", PAGE.read_text(), re.MULTILINE)
    lines = [line for line in PAGE.read_text().splitlines() if re.match(r"[\w.]+\(.*\) -> ", line)]
    assert lines == [signature(path) for path in listed]
    functions = {name for name in edgekit.__all__ if name[0].islower() and name in dir(edgekit)}
    assert functions <= {*listed}


def test_the_columns_of_the_page_are_the_tables(bundle: Bundle) -> None:
    night = edgekit.decide(make_lying("supine", seconds=60), bundle)
    model = edgekit.load_model(bundle)
    tables = {
        "night.decisions": night.decisions, "night.bouts": night.bouts,
        "night.events": night.events, "night.alarms": night.alarms,
        "night.samples()": night.samples(),
        "recordings.table()": edgekit.read_recording(samples.night()).table(),
        "answers.table()": model.classify(np.tile([0.0, 0.0, 1.0], (100, 1))).table(),
    }  # fmt: skip
    rows = dict(re.findall(r"^\| `([\w.()]+)` \| (`.*`) \|$", PAGE.read_text(), re.MULTILINE))
    assert tables.keys() == rows.keys()
    for name, table in tables.items():
        assert re.findall(r"`(\w+)`", rows[name]) == table.columns
