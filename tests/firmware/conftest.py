"""Compilers and checkers of the C, and what is built with them for a test."""

import ctypes
import os
import subprocess
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from shutil import which

import pytest

from edgekit.bundle import MODEL, Bundle, load_bundle
from edgekit.convert.codegen.bundle_c import bundle_c
from edgekit.convert.model import parse
from edgekit.errors import EdgekitError
from edgekit.files import read_json, sha256, write_json
from edgekit.firmware.build.board import board
from edgekit.firmware.build.build import Built, LinkOptions, build
from edgekit.firmware.build.toolchain import COMMON_FLAGS, FOLDER, INCLUDES, Compiler, gcc
from edgekit.firmware.cores import THUMB
from edgekit.spec import SLEEP, Spec
from tests.helpers.bundles import make_bundle

SANITIZE = ("-fsanitize=address,undefined", "-fno-sanitize-recover", "-fno-omit-frame-pointer")
TESTS = FOLDER / "tests"
INCLUDE_FLAGS = tuple(f"-I{folder}" for folder in (*INCLUDES, TESTS))

Build = Callable[..., Path]
Fuzz = Callable[..., str]


@pytest.fixture(scope="session")
def gcc_host(absent: Callable[[str], None]) -> Compiler:
    """This machine's own gcc."""
    try:
        return gcc("host")
    except EdgekitError as error:
        absent(str(error))
        raise


@pytest.fixture(scope="session")
def arm_gcc(absent: Callable[[str], None]) -> dict[str, Compiler]:
    """arm-none-eabi-gcc for each core by name."""
    try:
        return {core.name: gcc(core.name) for core in THUMB.cores}
    except EdgekitError as error:
        absent(str(error))
        raise


@pytest.fixture(scope="session")
def cppcheck(absent: Callable[[str], None]) -> str:
    path = which("cppcheck")
    if path is None:
        absent("no cppcheck here (apt-get install cppcheck)")
    return str(path)


@pytest.fixture(scope="session")
def clang_format(absent: Callable[[str], None]) -> str:
    """Return the clang-format that pip brings, else any."""
    try:
        import clang_format as packaged
    except ImportError:
        path = which("clang-format")
    else:
        path = str(Path(packaged.__file__).parent / "data" / "bin" / "clang-format")
    if path is None:
        absent("no clang-format here (pip install 'edgekit[dev]')")
    return str(path)


@pytest.fixture(scope="session")
def c_library(
    gcc_host: Compiler, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., ctypes.CDLL]:
    """c_library(source, ...) compiles them as they are for a board, and loads them."""

    def build(*sources: Path, flags: Sequence[str] = ()) -> ctypes.CDLL:
        library = tmp_path_factory.mktemp("library") / f"{sources[0].stem}.so"
        gcc_host.run(
            [*COMMON_FLAGS, *INCLUDE_FLAGS, "-shared", "-fPIC", *flags, *sources, "-o", library]
        )
        return ctypes.CDLL(str(library))

    return build


@pytest.fixture(scope="session")
def c_program(gcc_host: Compiler, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """c_program(source, ...) is a program under the address and undefined-behaviour sanitizers."""

    def build(*sources: Path, flags: Sequence[str] = ()) -> Path:
        program = tmp_path_factory.mktemp("program") / sources[0].stem
        gcc_host.run([*COMMON_FLAGS, *INCLUDE_FLAGS, *SANITIZE, *flags, *sources, "-o", program])
        return program

    return build


@pytest.fixture(scope="session")
def fuzz(c_program: Build) -> Fuzz:
    """fuzz(target, source, ..., iterations=N) runs N inputs; with EDGEKIT_FUZZ_S, for that long.

    Returns the driver's last line; an input that fails is named in the assertion.
    """

    def run(target: Path, *sources: Path, iterations: int, seeds: Sequence[Path] = ()) -> str:
        program = c_program(target, *sources, TESTS / "fuzz_driver.c")
        seconds = os.environ.get("EDGEKIT_FUZZ_S")
        length = ["--seconds", seconds] if seconds else ["--iterations", str(iterations)]
        failing = program.with_suffix(".failing")
        done = subprocess.run(
            [program, "--seed", "1", "--failing", failing, *length, *seeds],
            capture_output=True,
            text=True,
            timeout=60 + float(seconds or 60),
            check=False,
        )
        assert done.returncode == 0, f"{done.stderr}\nrun again with: {program} {failing}"
        return done.stdout.strip()

    return run


@pytest.fixture(scope="session")
def model_c(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Spec], Path]:
    """model_c(spec) is a bundle with C beside it, whose net tells postures apart by gravity."""

    @cache
    def make(spec: Spec) -> Path:
        folder = make_bundle(tmp_path_factory.mktemp("model") / f"by-gravity-{spec.domain}", spec)
        code = bundle_c(parse((folder / MODEL).read_bytes()), spec)
        (folder / "model.c").write_text(code.source)
        (folder / "model.h").write_text(code.header)
        return folder

    return make


@pytest.fixture(scope="session")
def c_bundle(model_c: Callable[[Spec], Path]) -> Callable[[Spec], Bundle]:
    """c_bundle(spec) is the same as a whole bundle, its C under its digests."""

    def make(spec: Spec) -> Bundle:
        folder = model_c(spec)
        described = folder / "bundle.json"
        fields = read_json(described)
        for name in ("model.c", "model.h"):
            path = folder / name
            fields["files"][name] = {"sha256": sha256(path), "bytes": path.stat().st_size}
        write_json(described, fields)
        return load_bundle(folder)

    return make


@pytest.fixture(scope="session")
def qemu(absent: Callable[[str], None]) -> None:
    """The emulator of whole boards."""
    if which("qemu-system-arm") is None:
        absent("no qemu-system-arm here (apt-get install qemu-system-arm)")


@pytest.fixture(scope="session")
def image_of(
    c_bundle: Callable[[Spec], Bundle], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Built]:
    """image_of(board, core) is that bundle's image in its folder, built once by zig.

    The core is one of the board's by name; None for its first.
    """

    @cache
    def make(name: str, core: str) -> Built:
        folder = tmp_path_factory.mktemp(name) / "image"
        return build(c_bundle(SLEEP), board(name), folder, LinkOptions(core=core))

    return lambda name, core: make(name, board(name).core(core))
