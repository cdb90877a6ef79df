"""The built wheel holds every stage, and what the stages need beside their code."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from edgekit import samples
from edgekit.bundle import load_bundle
from edgekit.recording import load_recording
from tests.helpers.command import REPOSITORY

FIRMWARE = {".c", ".h", ".S", ".ld", ".toml", ".cc", ".ino"}


@pytest.fixture(scope="module")
def wheel(wheel_path: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(wheel_path)


def test_every_stage_is_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    packed = {name for name in wheel.namelist() if name.endswith(".py")}
    for stage in ("train", "convert", "device", "firmware", "benchmarks"):
        for path in (REPOSITORY / stage).rglob("*.py"):
            assert f"edgekit/{path.relative_to(REPOSITORY).as_posix()}" in packed
    for path in (REPOSITORY / "src" / "edgekit").glob("*.py"):
        assert f"edgekit/{path.name}" in packed
    assert "edgekit/cli/train.py" in packed


def test_what_is_no_code_is_in_the_wheel_too(wheel: zipfile.ZipFile) -> None:
    packed = set(wheel.namelist())
    assert "edgekit/device/report/page.html" in packed
    assert {"edgekit/pages/base.html", "edgekit/pages/paper.css"} <= packed
    assert "edgekit/train/datasets/wisdm_sha256.txt" in packed
    assert "edgekit/device/record/protocols/sleep.toml" in packed
    assert "edgekit/benchmarks/energy/angle_posture.c" in packed
    assert "edgekit/benchmarks/inference/timed_loop.c" in packed
    assert "edgekit/benchmarks/firmware/page.md" in packed
    assert "edgekit/py.typed" in packed


def test_the_firmware_is_in_the_wheel_but_its_tests(wheel: zipfile.ZipFile) -> None:
    packed = set(wheel.namelist())
    folder = REPOSITORY / "firmware"
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.suffix in FIRMWARE and path.is_file():
            assert (f"edgekit/firmware/{name}" in packed) != name.startswith("tests/"), name
    for name in ("arduino/LICENSE", "arduino/keywords.txt", "tflm/Makefile", "tflm/README.md"):
        assert f"edgekit/firmware/{name}" in packed


BOARDS_ARE_WHOLE = """
from edgekit.firmware.build.board import boards
from edgekit.firmware.build.toolchain import BARE_FLAGS, COMMON_FLAGS, FOLDER, zig
for board in boards():
    scripts = [board.linker_script] if board.linker_script else []
    assert all(path.is_file() for path in (*board.sources, *scripts)), board
assert {"emulated", "host", "xiao-nrf52840"} <= {board.name for board in boards()}
flags = [*COMMON_FLAGS, *BARE_FLAGS]
zig("cortex-m4").run([*flags, "-c", FOLDER / "nn" / "nn_dense.c", "-o", "nn_dense.o"])
print(FOLDER)
"""


def test_the_wheels_boards_are_whole_and_its_kernels_compile(
    wheel: zipfile.ZipFile, tmp_path: Path
) -> None:
    wheel.extractall(tmp_path / "site")
    done = subprocess.run(
        [sys.executable, "-c", BOARDS_ARE_WHOLE],
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(tmp_path / "site"))
    assert (tmp_path / "nn_dense.o").is_file()


def test_the_samples_are_whole_in_the_wheel_and_under_half_a_megabyte(
    wheel: zipfile.ZipFile, tmp_path: Path
) -> None:
    shipped = "edgekit/samples/"
    wheel.extractall(tmp_path, [name for name in wheel.namelist() if name.startswith(shipped)])
    bundle = load_bundle(tmp_path / shipped / samples.BUNDLE_NAME)
    assert bundle.digest == load_bundle(samples.bundle()).digest
    assert len(load_recording(tmp_path / shipped / samples.NIGHT_NAME)) == 30_000
    sizes = [entry.file_size for entry in wheel.infolist() if entry.filename.startswith(shipped)]
    assert sum(sizes) < 500_000


def test_no_other_recording_is_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    names = [name for name in wheel.namelist() if not name.startswith("edgekit/samples/")]
    endings = {Path(name).suffix for name in names}
    expected = {".py", ".html", ".css", ".js", ".service", ".json", ".txt", ".typed", "", ".md"}
    assert endings <= expected | FIRMWARE
    # Unpacked 2.9 MB of code and pages and 0.24 MB of samples; a third of it as a download.
    assert sum(entry.file_size for entry in wheel.infolist()) < 4_000_000


def test_every_page_is_whole_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    packed = set(wheel.namelist())
    for folder in ("device/label/page", "device/monitor/views/dashboard"):
        files = (REPOSITORY / folder).iterdir()
        of_page = [path for path in files if path.suffix in (".js", ".css", ".html")]
        assert len(of_page) > 5
        assert {f"edgekit/{folder}/{path.name}" for path in of_page} <= packed


def test_the_device_extra_brings_no_torch(wheel: zipfile.ZipFile) -> None:
    (name,) = (name for name in wheel.namelist() if name.endswith("METADATA"))
    needs = [
        line.removeprefix("Requires-Dist: ").split(";")[0]
        for line in wheel.read(name).decode().splitlines()
        if line.startswith("Requires-Dist:") and ("extra" not in line or '"device"' in line)
    ]
    assert any(need.startswith("ai-edge-litert") for need in needs)
    assert not any(need.startswith(("torch", "tensorflow", "polars")) for need in needs)
