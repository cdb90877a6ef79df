"""flash --serial: a running wearable is flashed without its button, and must speak afterwards.

The wearable is in Python, on a pseudo-terminal; its boot loader is a folder.
"""

import shutil
import termios
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from edgekit.cli import firmware_by_serial
from edgekit.cli.firmware_by_serial import flash_by_serial
from edgekit.device.sources.wearable.records import RESET_BOOT_LOADER, Reset
from edgekit.errors import EdgekitError, UsageError
from edgekit.firmware.build.board import board
from edgekit.firmware.image import drive
from edgekit.firmware.image.image import Image
from tests.helpers.fake_wearable import DIGEST, FakeWearable, hello
from tests.helpers.usb.sysfs import Plugged, Sysfs

PICO = board("pico")
IMAGE = Image(0x1000_0000, b"an image of the bundle " + DIGEST.hex().encode())
INFO = "UF2 Bootloader v3.0\nModel: Raspberry Pi RP2\nBoard-ID: RPI-RP2\n"


@dataclass
class Desk:
    """A computer with a Pico, whose program goes into the boot loader at 1200 baud."""

    tree: Sysfs
    wearable: FakeWearable
    drive: Path
    obeys: bool = True
    is_edgekit: bool = True  # else another's program, which knows the touch alone
    returns: bool = True
    port: Path | None = None
    runs: bytes = DIGEST  # after it was flashed
    is_over: bool = False

    def plug(self, name: str) -> None:
        self.wearable.plug_in()
        self.port = self.tree.plug(name, self.wearable.path.resolve(), Plugged())

    def live(self) -> None:
        """Be the board: program, boot loader, program."""
        while not self.is_over and not (self.obeys and self._is_asked()):
            time.sleep(0.01)
        if self.is_over:
            return
        self.tree.unplug("ttyACM0")
        self.wearable.unplug()
        self.drive.mkdir()
        (self.drive / "INFO_UF2.TXT").write_text(INFO)
        while not self.is_over and not (self.drive / "image.uf2").exists():
            time.sleep(0.01)
        time.sleep(0.1)
        shutil.rmtree(self.drive)
        if self.returns:
            self.wearable.hello = hello(board="pico", bundle_digest=self.runs)
            self.wearable.answers_greeting = True
            self.plug("ttyACM1")

    def _is_asked(self) -> bool:
        if self.is_edgekit:
            return Reset(RESET_BOOT_LOADER) in self.wearable.commands
        return self.wearable.baud == termios.B1200


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    tree = Sysfs(tmp_path / "computer")
    wearable = FakeWearable(tmp_path / "ttyWEARABLE", hello(board="pico"))
    made = Desk(tree, wearable, tmp_path / "RPI-RP2")
    monkeypatch.setattr(drive, "mounted_folders", lambda: [made.drive])
    for name, value in (
        ("LOOK_S", 0.02),
        ("TOUCH_S", 0.3),
        ("GREETS", 1),
        ("DRIVE_S", 1.0),
        ("SPEAKS_S", 2.0),
    ):
        monkeypatch.setattr(firmware_by_serial, name, value)
    made.plug("ttyACM0")
    board_itself = threading.Thread(target=made.live)
    with tree.in_use():
        board_itself.start()
        yield made
    made.is_over = True
    board_itself.join()
    if made.wearable.is_plugged_in:
        made.wearable.unplug()


def test_it_is_flashed_and_speaks_again_under_another_name(desk: Desk) -> None:
    done = flash_by_serial(IMAGE, PICO, str(desk.port))
    assert f"The wearable on {desk.tree.root}/dev/ttyACM1 speaks" in done
    assert "as flashed" in done


def test_another_program_is_touched_at_1200_baud(desk: Desk) -> None:
    desk.is_edgekit = False
    desk.wearable.answers_greeting = False
    assert "as flashed" in flash_by_serial(IMAGE, PICO, str(desk.port))


def test_another_boards_image_is_refused_before_anything_moves(desk: Desk) -> None:
    with pytest.raises(UsageError, match=r"is a pico, not a pico2: give --board pico,"):
        flash_by_serial(IMAGE, board("pico2"), str(desk.port))
    assert desk.wearable.is_plugged_in and not desk.drive.exists()


def test_another_board_in_its_boot_loader_does_not_get_the_image(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "RPI-RP2 of another"
    other.mkdir()
    (other / "INFO_UF2.TXT").write_text(INFO)
    monkeypatch.setattr(drive, "mounted_folders", lambda: [desk.drive, other])
    with pytest.raises(EdgekitError, match=r"in its boot loader already, at .*RPI-RP2 of another"):
        flash_by_serial(IMAGE, PICO, str(desk.port))
    assert desk.wearable.is_plugged_in and [file.name for file in other.iterdir()] == [drive.INFO]


def test_a_dry_run_leaves_the_wearable_as_it_is(desk: Desk) -> None:
    plan = flash_by_serial(IMAGE, PICO, str(desk.port), dry_run=True)
    assert plan.startswith("would start the boot loader of the Raspberry Pi Pico")
    time.sleep(0.1)
    assert desk.wearable.is_plugged_in and not desk.drive.exists()


def test_a_boot_loader_that_does_not_come_is_an_error_with_a_way_out(desk: Desk) -> None:
    desk.obeys = False
    with pytest.raises(
        EdgekitError, match=r"was asked to start its boot loader, but no boot-loader drive.*BOOTSEL"
    ):
        flash_by_serial(IMAGE, PICO, str(desk.port))


def test_a_board_that_says_nothing_afterwards_is_an_error(desk: Desk) -> None:
    desk.returns = False
    with pytest.raises(EdgekitError, match=r"was copied, but nothing spoke within 2 s.*BOOTSEL"):
        flash_by_serial(IMAGE, PICO, str(desk.port))


def test_an_old_program_that_runs_on_is_an_error(desk: Desk) -> None:
    desk.runs = bytes(32)
    with pytest.raises(EdgekitError, match="the old program still runs"):
        flash_by_serial(IMAGE, PICO, str(desk.port))


def test_a_board_without_a_drive_is_refused() -> None:
    with pytest.raises(UsageError, match="emulated has no boot-loader drive"):
        flash_by_serial(IMAGE, board("emulated"), "/dev/null")
