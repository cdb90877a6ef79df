"""Every C file of the firmware, whoever wrote it: formatted, warned of nothing, and plain."""

import re
import subprocess
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path

import pytest

from edgekit.bundle import load_bundle
from edgekit.firmware.build.board import BOARDS, board
from edgekit.firmware.build.bundle_header import bundle_header
from edgekit.firmware.build.toolchain import (
    APPLICATION,
    BARE_FLAGS,
    COMMON_FLAGS,
    FOLDER,
    INCLUDES,
    Compiler,
    zig,
)
from edgekit.firmware.cores import CORES
from edgekit.spec import SLEEP, Spec

CompileAll = Callable[..., None]

GENERATED = FOLDER / "include" / "edgekit_spec.h"  # edgekit.spec_header lays it out
FILES = sorted(path for path in FOLDER.rglob("*.[ch]") if path != GENERATED)
DEVICE_SOURCES = [*APPLICATION, *sorted((FOLDER / "nn").glob("*.c"))]
ON_DEVICE = sorted(path for part in ("src", "nn") for path in (FOLDER / part).rglob("*.[ch]"))
BOARD_NAMES = sorted(path.parent.name for path in BOARDS.glob("*/board.toml"))

MAY_INCLUDE = {"stdint.h", "stdbool.h", "stddef.h", "string.h"}
# On a device all memory is named at build time, and numbers are whole.
MAY_NOT_NAME = re.compile(r"\b(malloc|calloc|realloc|free|alloca|float|double|printf)\b")
COMMENT_OR_TEXT = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\])*\"", re.DOTALL)


@pytest.mark.parametrize("folder", ["boards", "sim", "src", "nn", "include"])
def test_only_a_driver_includes_its_chips_headers_by_name(folder: str) -> None:
    """So that another driver can be linked in its place."""
    drivers = FOLDER / "src" / "adxl345"
    for path in (FOLDER / folder).rglob("*.[ch]"):
        if path.parent != drivers:
            assert '#include "adxl345_' not in path.read_text(), path


def test_c_is_formatted(clang_format: str) -> None:
    command = [clang_format, "--dry-run", "-Werror", *map(str, FILES)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"make format\n{done.stderr[:2000]}"


@pytest.fixture
def model(model_c: Callable[[Spec], Path]) -> Path:
    """A folder with a bundle's model.h and model.c."""
    return model_c(SLEEP)


def test_cppcheck_finds_nothing(cppcheck: str, model: Path) -> None:
    includes = [f"-I{folder}" for folder in (*INCLUDES, model, FOLDER / "tests", FOLDER / "sim")]
    command = [cppcheck, "--std=c11", "--enable=warning,performance,portability", "--quiet"]
    command += ["--inline-suppr", "--error-exitcode=1", *includes, str(FOLDER)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def compile_all(model: Path, tmp_path: Path) -> CompileAll:
    """compile_all(compiler, source, ...) beside a model and the header that a build makes."""
    header = bundle_header(load_bundle(model), low_power=False)
    (tmp_path / "edgekit_bundle.h").write_text(header)

    def compile_all(compiler: Compiler, *sources: Path) -> None:
        bare = () if compiler.core.name == "host" else BARE_FLAGS
        folders = (tmp_path, model, *{source.parent for source in sources}, *INCLUDES)
        includes = [f"-I{folder}" for folder in folders]
        with chdir(tmp_path):
            compiler.run([*COMMON_FLAGS, *bare, *includes, "-c", *sources])

    return compile_all


def test_gcc_warns_of_nothing(gcc_host: Compiler, model: Path, compile_all: CompileAll) -> None:
    compile_all(gcc_host, *DEVICE_SOURCES, model / "model.c")


@pytest.mark.parametrize("core", [name for name in CORES if name != "host"])
def test_arm_gcc_warns_of_nothing(
    arm_gcc: dict[str, Compiler], core: str, model: Path, compile_all: CompileAll
) -> None:
    compile_all(arm_gcc[core], *DEVICE_SOURCES, model / "model.c")


@pytest.mark.parametrize("core", CORES)
def test_zig_warns_of_nothing(core: str, model: Path, compile_all: CompileAll) -> None:
    compile_all(zig(core), *DEVICE_SOURCES, model / "model.c")


@pytest.mark.parametrize("name", BOARD_NAMES)
def test_neither_compiler_warns_of_a_board(
    name: str, gcc_host: Compiler, arm_gcc: dict[str, Compiler], compile_all: CompileAll
) -> None:
    described = board(name)
    for core in described.cores:
        for compiler in (zig(core), gcc_host if core == "host" else arm_gcc[core]):
            compile_all(compiler, *described.sources)


@pytest.mark.parametrize("path", ON_DEVICE, ids=lambda path: path.name)
def test_the_application_is_whole_numbers_without_a_heap(path: Path) -> None:
    text = path.read_text()
    named = MAY_NOT_NAME.search(COMMENT_OR_TEXT.sub("", text))
    assert named is None, f"{path.name} names {named and named.group()}"
    system = set(re.findall(r"#include <(.+)>", text))
    assert {name for name in system if not name.startswith("arm_")} <= MAY_INCLUDE
