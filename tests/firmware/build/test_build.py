"""Building: every board from every compiler, whole or not at all, refused in one clear line."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from edgekit.bundle import Bundle, load_bundle
from edgekit.errors import EdgekitError, UsageError
from edgekit.files import sha256
from edgekit.firmware.build import toolchain
from edgekit.firmware.build.board import board, boards
from edgekit.firmware.build.build import (
    Built,
    LinkOptions,
    build,
)
from edgekit.firmware.build.bundle_header import bundle_header
from edgekit.firmware.build.toolchain import FOLDER, Compiler, CompilerError
from edgekit.firmware.cores import CORES
from edgekit.firmware.image.uf2 import read_uf2
from edgekit.spec import RECORD_LOGITS_MOST, RECORD_TEXT_BYTES, SLEEP, Spec, adxl345_rates

CHIPS = [(each.name, core) for each in boards() if each.flash for core in each.cores]


@pytest.fixture(scope="module")
def bundle(c_bundle: Callable[[Spec], Bundle]) -> Bundle:
    return c_bundle(SLEEP)


@pytest.fixture(scope="module", params=CHIPS, ids=lambda chip: "-".join(chip))
def built(request: pytest.FixtureRequest, image_of: Callable[..., Built]) -> Built:
    return image_of(*request.param)


@pytest.fixture
def emulated(image_of: Callable[..., Built]) -> Built:
    return image_of("emulated", "cortex-m4")


def test_an_image_lies_in_its_flash_and_begins_with_its_vectors(built: Built) -> None:
    flash, ram = built.board.flash, built.board.ram
    assert flash is not None and ram is not None
    image = built.image()
    assert image.origin == flash.origin and flash.holds(image.origin, len(image.data))
    vectors = image.data[built.board.boot2_bytes :]
    stack, reset = (int.from_bytes(vectors[at : at + 4], "little") for at in (0, 4))
    assert ram.origin < stack <= ram.end and stack % 8 == 0
    assert reset % 2 == 1 and flash.holds(reset - 1, 2)


def test_the_parts_are_the_image(built: Built) -> None:
    assert all(size >= 0 for size in (*built.size.flash.values(), *built.size.ram.values()))
    padding = len(built.image().data) - built.size.flash_bytes
    assert 0 <= padding < 600  # what aligns
    assert built.size.flash["application"] > 1000 and built.size.flash["kernels"] > 100
    assert built.size.ram["model"] > 0


def test_the_stack_has_room(built: Built) -> None:
    assert built.stack is not None
    assert 200 < built.stack.bytes <= built.size.stack_room
    assert built.stack.main.path[0][0] == "reset_handler"


def test_every_format_holds_the_same_image(built: Built) -> None:
    folder, image = built.elf.parent, built.image()
    assert {f"image.{kind}" for kind in (*built.board.formats, "elf", "map", "json")} == {
        path.name for path in folder.iterdir()
    }
    if "uf2" in built.board.formats:
        read = read_uf2((folder / "image.uf2").read_bytes())
        assert read.family_id == built.board.uf2_family_id
        assert read.image.data[: len(image.data)] == image.data
    if "bin" in built.board.formats:
        assert (folder / "image.bin").read_bytes() == image.data
    if "hex" in built.board.formats:
        assert (folder / "image.hex").read_text() == image.as_hex()


def test_an_image_describes_itself(built: Built, bundle: Bundle) -> None:
    folder = built.elf.parent
    description = json.loads((folder / "image.json").read_text())
    assert description["board"] == built.board.name and description["core"] == built.core
    assert description["bundle"] == {"name": bundle.name, "digest": bundle.digest}
    assert description["files"]["image.elf"] == sha256(folder / "image.elf")
    assert (
        bundle.digest.encode() in (folder / "image.elf").read_bytes()
        or bytes.fromhex(bundle.digest) in (folder / "image.elf").read_bytes()
    )
    assert " app_run" in (folder / "image.map").read_text()


# Each board once: its other cores are compiled in test_c_quality.py.
@pytest.mark.parametrize("name", [each.name for each in boards() if each.flash])
def test_gcc_builds_it_too(
    name: str, bundle: Bundle, tmp_path: Path, arm_gcc: dict[str, Compiler]
) -> None:
    chip = board(name)
    assert chip.cores[-1] in arm_gcc
    image = build(bundle, chip, tmp_path / "image", LinkOptions("gcc", chip.cores[-1]))
    assert image.stack is not None and image.stack.bytes <= image.size.stack_room


def test_the_same_bundle_makes_the_same_image(
    emulated: Built, bundle: Bundle, tmp_path: Path
) -> None:
    assert build(bundle, emulated.board, tmp_path / "again").image() == emulated.image()


def test_the_application_knows_its_bundle(bundle: Bundle) -> None:
    normal, low = (bundle_header(bundle, low_power=low) for low in (False, True))
    assert f'EDGEKIT_BUNDLE_NAME      "{bundle.name}"' in normal
    assert f'EDGEKIT_BUNDLE_DIGEST    "{bundle.digest}"' in normal
    assert "EDGEKIT_LOW_POWER        0" in normal and "EDGEKIT_LOW_POWER        1" in low


def changed(bundle: Bundle, folder: Path, change: Callable[[dict], None]) -> Bundle:
    """A copy of the bundle, its bundle.json changed."""
    folder.mkdir()
    for path in bundle.folder.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    fields = json.loads((folder / "bundle.json").read_text())
    change(fields)
    (folder / "bundle.json").write_text(json.dumps(fields))
    return load_bundle(folder)


def test_a_bundle_without_c_is_refused_with_the_next_command(
    bundle: Bundle, tmp_path: Path
) -> None:
    def older(fields: dict) -> None:
        del fields["files"]["model.c"], fields["files"]["model.h"]
        fields["run"] = {"name": "night"}

    with pytest.raises(EdgekitError, match=r"no model\.c: .*edgekit convert runs/night --out"):
        build(changed(bundle, tmp_path / "b", older), board("emulated"), tmp_path / "image")
    assert not (tmp_path / "image").exists()


def test_a_folder_of_something_else_is_not_replaced(bundle: Bundle, tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_text("mine")
    with pytest.raises(UsageError, match="give another --out"):
        build(bundle, board("emulated"), tmp_path)
    assert (tmp_path / "photo.jpg").read_text() == "mine"


def test_a_rate_that_the_sensor_cannot_give_is_refused(bundle: Bundle, tmp_path: Path) -> None:
    def at_30_hz(fields: dict) -> None:
        fields["spec"]["rate_hz"] = 30.0

    with pytest.raises(EdgekitError, match=r"is for 30 Hz, of which no rate of an ADXL345"):
        build(changed(bundle, tmp_path / "b", at_30_hz), board("emulated"), tmp_path / "image")


@pytest.mark.parametrize("label", ["", "upside down, with one arm beneath the head", "é" * 21])
def test_a_label_that_the_wearable_cannot_say_whole_is_refused(
    bundle: Bundle, tmp_path: Path, label: str
) -> None:
    def labelled(fields: dict) -> None:
        fields["spec"]["postures"][3] = label

    with pytest.raises(EdgekitError, match=r"says 1 to 40\. Rename it"):
        build(changed(bundle, tmp_path / "b", labelled), board("emulated"), tmp_path / "image")


def test_more_labels_than_a_decision_has_room_for_are_refused(
    bundle: Bundle, tmp_path: Path
) -> None:
    def labelled(fields: dict) -> None:
        fields["spec"]["postures"] = [f"posture {number}" for number in range(62)]

    with pytest.raises(EdgekitError, match="65 labels, and a wearable says 64"):
        build(changed(bundle, tmp_path / "b", labelled), board("emulated"), tmp_path / "image")


def test_those_limits_are_the_firmwares() -> None:
    record = (FOLDER / "src" / "record.h").read_text()
    assert re.search(rf"RECORD_TEXT_BYTES\s+{RECORD_TEXT_BYTES}u", record)
    assert re.search(rf"RECORD_LOGITS_MOST\s+{RECORD_LOGITS_MOST}u", record)


def test_a_bundles_folder_may_have_any_name(bundle: Bundle, tmp_path: Path) -> None:
    strange = replace(bundle, folder=tmp_path / 'a "b"\t\\ ??( é')
    assert r'"a \"b\"\?\\ \?\?( \?"' in bundle_header(strange, low_power=False)


def test_a_compiler_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toolchain, "LIMIT_S", 0.05)
    with pytest.raises(CompilerError, match="did not end within"):
        Compiler("gcc", CORES["host"], ("sleep", "9")).run([])


@pytest.mark.parametrize(
    ("net_hz", "chip_hz"), [(20, 100), (25, 25), (50, 50), (12.5, 25), (40, 200), (30, None)]
)
def test_the_chip_runs_at_the_lowest_of_its_rates_that_is_a_multiple(
    net_hz: float, chip_hz: int | None
) -> None:
    assert next(iter(adxl345_rates(net_hz)), None) == chip_hz


def test_a_board_or_a_core_that_there_is_not_is_refused_with_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"no board 'arduino'; there are emulated, host"):
        board("arduino")
    with pytest.raises(UsageError, match=r"no board '\.\./nn'"):
        board("../nn")
    with pytest.raises(UsageError, match=r"no core 'cortex-m7'; it has cortex-m4"):
        board("emulated").core("cortex-m7")


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    """command(word, ...) runs edgekit firmware as a user does."""
    monkeypatch.setenv("COLUMNS", "100")

    def run(*words: str | Path) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "edgekit", "firmware", *map(str, words)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    yield run


def test_a_build_that_is_ended_leaves_nothing_behind(bundle: Bundle, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "edgekit", "firmware", "build", str(bundle.folder)]
    (tmp_path / "temporary").mkdir()
    with subprocess.Popen(
        words,
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(tmp_path / "temporary")},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        while not any(path.is_dir() for path in (tmp_path / "temporary").iterdir()):
            assert process.poll() is None
            time.sleep(0.01)
        process.terminate()
        assert process.wait(60) == 143
    assert not list((tmp_path / "temporary").iterdir())
    assert not list((tmp_path / "images").iterdir())


def test_a_program_of_this_machine_has_no_size(command: Callable[..., str], bundle: Bundle) -> None:
    assert "program of this machine" in command("size", bundle.folder, "--board", "host")


def test_a_bundle_is_built_and_copied_to_a_boot_loaders_drive(
    command: Callable[..., str], bundle: Bundle, tmp_path: Path
) -> None:
    output = command("build", bundle.folder, "--board", "xiao-nrf52840")
    folder = tmp_path / "images" / f"{bundle.name}-xiao-nrf52840"
    assert (folder / "image.uf2").is_file()
    assert "weights" in output and "stack" in output and "of its" in output
    drive = tmp_path / "XIAO-BOOT"
    drive.mkdir()
    (drive / "INFO_UF2.TXT").write_text(
        "UF2 Bootloader 0.6.1\r\nBoard-ID: nRF52840-SeeedXiaoSense-v1\r\n"
        "SoftDevice: S140 version 7.3.0\r\n"
    )
    uf2 = folder / "image.uf2"
    output = command("flash", uf2, "--drive", drive, "--dry-run")
    assert "would copy" in output and [path.name for path in drive.iterdir()] == ["INFO_UF2.TXT"]
    command("flash", folder, "--drive", drive)
    assert (drive / "image.uf2").read_bytes() == uf2.read_bytes()
    assert "no UF2 file" in command("flash", folder / "image.elf", "--drive", drive)
