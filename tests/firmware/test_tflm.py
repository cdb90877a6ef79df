"""TFLM stays an export: what main.cc is given holds in tflite-micro's own interpreter."""

import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

from edgekit.convert.arena import smallest_arena_bytes
from edgekit.convert.carray import array_header, array_source, resolver_header
from edgekit.convert.model import parse
from edgekit.convert.runtimes import tflm_interpreter
from edgekit.firmware.build.toolchain import FOLDER
from edgekit.spec import SLEEP
from tests.helpers.bundles import make_bundle

TFLM = FOLDER / "tflm"
STUB = Path(__file__).parent / "tflm_stub"
STRICT = ["-std=c++17", "-Wall", "-Wextra", "-Werror", "-Wconversion", "-DTF_LITE_STATIC_MEMORY"]


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle with TFLM's three files, as edgekit convert writes them."""
    folder = make_bundle(tmp_path_factory.mktemp("tflm") / "bundle", SLEEP)
    model = parse((folder / "model.tflite").read_bytes())
    header = array_header(model, smallest_arena_bytes(model.data), SLEEP)
    (folder / "model_data.h").write_text(header)
    (folder / "model_data.cc").write_text(array_source(model.data))
    (folder / "model_ops.h").write_text(resolver_header(model.operator_names))
    return folder


def test_main_compiles_against_tflms_interface_and_gives_it_the_window(
    exported: Path, tmp_path: Path, cxx: str
) -> None:
    program = tmp_path / "main"
    sources = [TFLM / "main.cc", exported / "model_data.cc"]
    command = [
        cxx,
        *STRICT,
        f"-I{STUB}",
        f"-I{exported}",
        f"-I{FOLDER / 'nn'}",
        *sources,
        "-o",
        program,
    ]
    subprocess.run(command, check=True)
    done = subprocess.run([program], capture_output=True, text=True, check=True)
    assert done.stdout == "posture 7, placement 2\n"


def test_tflite_micro_runs_the_model_in_the_arena_that_the_header_names(exported: Path) -> None:
    model = (exported / "model.tflite").read_bytes()
    named = re.search(r"kEdgekitArenaBytes = (\d+);", (exported / "model_data.h").read_text())
    assert named is not None
    interpreter = tflm_interpreter(model, int(named.group(1)))
    interpreter.set_input(np.zeros((1, 1, 100, 6), np.int8), 0)
    interpreter.invoke()
    assert interpreter.get_output(0).shape == (1, len(SLEEP.postures))
    assert interpreter.get_output(1).shape == (1, len(SLEEP.placements))


def test_the_resolver_holds_the_models_operators_and_no_others(exported: Path) -> None:
    added = re.findall(r"resolver\.Add(\w+)\(\)", (exported / "model_ops.h").read_text())
    names = {name.replace("_", "").lower() for name in parse(_model(exported)).operator_names}
    assert {name.lower() for name in added} == names and len(added) == len(names)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "give a tree of tflite-micro"),
        (["TFLM={tree}"], "give a bundle's folder"),
        (["TFLM={tree}", "BUNDLE={bundle}", "-n"], "microlite"),
    ],
)
def test_make_says_what_it_needs(
    words: list[str], message: str, exported: Path, tmp_path: Path
) -> None:
    (tmp_path / "tensorflow" / "lite" / "micro").mkdir(parents=True)
    filled = [word.format(tree=tmp_path, bundle=exported) for word in words]
    done = subprocess.run(
        ["make", "-C", TFLM, f"BUILD={tmp_path / 'build'}", *filled],
        capture_output=True,
        text=True,
        check=False,
    )
    assert message in done.stdout + done.stderr


def _model(folder: Path) -> bytes:
    return (folder / "model.tflite").read_bytes()
