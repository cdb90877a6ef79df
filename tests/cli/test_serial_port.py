"""--serial auto: the one wearable, a question where there are several, patience where none is."""

import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from edgekit.cli import serial_port
from edgekit.cli.serial_port import chosen_port
from edgekit.errors import EdgekitError, UsageError
from edgekit.firmware.image import drive
from tests.helpers.usb.sysfs import Plugged, Sysfs

FIRST = Plugged()
SECOND = replace(FIRST, serial_number="fedcba9876543210")
NULL = Path("/dev/null")


@pytest.fixture
def computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sysfs]:
    monkeypatch.setattr(drive, "mounted_folders", list)
    monkeypatch.setattr(serial_port, "LOOK_S", 0.02)
    tree = Sysfs(tmp_path / "computer")
    with tree.in_use():
        yield tree


def test_the_one_wearable_is_taken(computer: Sysfs) -> None:
    port = computer.plug("ttyACM3", NULL, FIRST)
    assert chosen_port("auto") == str(port)


def test_a_port_that_is_named_is_taken_as_it_is(computer: Sysfs) -> None:
    assert chosen_port("/dev/null") == "/dev/null"
    assert chosen_port("COM3") == "COM3"


def test_an_empty_name_is_an_unset_variable(computer: Sysfs) -> None:
    with pytest.raises(UsageError, match="--serial is empty: is a variable"):
        chosen_port("")


def test_of_several_a_script_is_told_all(computer: Sysfs) -> None:
    ports = [computer.plug("ttyACM0", NULL, FIRST), computer.plug("ttyACM1", NULL, SECOND, "1-2")]
    with pytest.raises(UsageError) as refused:
        chosen_port("auto")
    assert str(refused.value).startswith("2 wearables are plugged in: ")
    for port, device in zip(ports, (FIRST, SECOND), strict=True):
        assert f"{port} (edgekit wearable {device.serial_number})" in str(refused.value)


def test_of_several_a_person_is_asked_until_the_answer_is_one(
    computer: Sysfs, monkeypatch: pytest.MonkeyPatch
) -> None:
    computer.plug("ttyACM0", NULL, FIRST)
    second = computer.plug("ttyACM1", NULL, SECOND, "1-2")
    answers = iter(["", "0", "3", "two", "2"])
    for stream in (sys.stdin, sys.stderr):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda: next(answers))
    assert chosen_port("auto") == str(second)


def test_a_wearable_that_is_plugged_in_late_is_awaited(
    computer: Sysfs, capsys: pytest.CaptureFixture[str]
) -> None:
    later = threading.Timer(0.2, computer.plug, ("ttyACM0", NULL, FIRST))
    later.start()
    assert chosen_port("auto", wait_s=20) == str(computer.root / "dev/ttyACM0")
    later.join()


def test_patience_ends_with_what_to_do(computer: Sysfs) -> None:
    with pytest.raises(EdgekitError, match=r"no wearable came within 0 s\. Plug it in by a cable"):
        chosen_port("auto", wait_s=0.05)


def test_a_board_in_its_boot_loader_is_named(
    computer: Sysfs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "RPI-RP2"
    folder.mkdir()
    (folder / "INFO_UF2.TXT").write_text("UF2 Bootloader v3.0\nBoard-ID: RPI-RP2\n")
    monkeypatch.setattr(drive, "mounted_folders", lambda: [folder])
    for port in ("auto", "/dev/ttyABSENT"):
        with pytest.raises(EdgekitError, match=rf"in its boot loader \({folder}\).*press its"):
            chosen_port(port, wait_s=0.05)


def test_a_port_that_is_not_there_while_a_wearable_is(computer: Sysfs) -> None:
    port = computer.plug("ttyACM1", NULL, FIRST)
    with pytest.raises(UsageError, match=rf"no serial port at /dev/ttyABSENT\. There is {port}"):
        chosen_port("/dev/ttyABSENT")
