"""Flashing by a probe: pyocd gets the image, and never the right to erase what is locked."""

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from edgekit.errors import EdgekitError
from edgekit.firmware.build.board import Board, board
from edgekit.firmware.image import probe
from edgekit.firmware.image.image import Image
from edgekit.programs import run_program
from tests.helpers.command import REPOSITORY

IMAGE = Image(0x27000, bytes(range(256)) * 20)


@pytest.fixture
def xiao() -> Board:
    return board("xiao-nrf52840")


@pytest.fixture
def chip_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """pyocd as installed runs on a locked chip in software; what is written to its CTRL-AP."""
    log = tmp_path / "ctrl-ap"
    log.touch()
    paths = f"{REPOSITORY}{os.pathsep}{REPOSITORY / 'src'}"
    monkeypatch.setenv("PYTHONPATH", paths)

    def run(
        command: list[str], limit_s: float, late: str, folder: Path
    ) -> "subprocess.CompletedProcess[str]":
        python, _, module, *rest = command
        assert module == "pyocd"
        return run_program(
            [python, "-m", "tests.helpers.locked_probe", log, *rest], limit_s, late, folder
        )

    monkeypatch.setattr(probe, "run_program", run)
    return log


def test_a_locked_chip_is_left_as_it_is_and_the_way_out_is_said(
    xiao: Board, chip_log: Path
) -> None:
    with pytest.raises(EdgekitError) as refused:
        probe.by_pyocd(IMAGE, xiao)
    assert chip_log.read_text() == ""
    assert "locked against probes (APPROTECT), and nothing was written" in str(refused.value)
    assert "press reset twice" in str(refused.value)
    assert "every stored night" in str(refused.value)


def test_pyocd_without_that_option_would_have_erased_it(
    xiao: Board, chip_log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that the test above cannot pass by a chip that is not locked."""
    arranged = probe.run_program

    def without(command: list[str], *others: object) -> "subprocess.CompletedProcess[str]":
        at = command.index("-O")
        return arranged(command[:at] + command[at + 2 :], *others)

    monkeypatch.setattr(probe, "run_program", without)
    with pytest.raises(EdgekitError):
        probe.by_pyocd(IMAGE, xiao)
    assert chip_log.read_text().splitlines()[0] == "0x4 0x1"  # ERASEALL


def test_a_board_that_pyocd_does_not_know_is_refused() -> None:
    with pytest.raises(EdgekitError, match="pyocd does not know emulated"):
        probe.by_pyocd(IMAGE, board("emulated"))


def test_a_pyocd_that_is_not_installed_is_reported(
    xiao: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(EdgekitError, match=r"pip install 'edgekit-wearable\[firmware\]'"):
        probe.the_probes_target(xiao)


def test_pyocd_gets_the_target_and_the_image(xiao: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[list[str], str]] = []

    def run(command: list[str], *, cwd: Path, **_: object) -> "subprocess.CompletedProcess[str]":
        seen.append((command[1:], (cwd / "image.hex").read_text()))
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", run)
    expected = "pyocd flash --no-wait --target nrf52840 -O auto_unlock=false image.hex"
    assert expected in probe.by_pyocd(IMAGE, xiao, dry_run=True) and not seen
    probe.by_pyocd(IMAGE, xiao)
    ((command, hexadecimal),) = seen
    assert command == ["-m", *expected.split()]
    assert hexadecimal == IMAGE.as_hex()


def test_what_pyocd_complains_of_is_reported(xiao: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(command: list[str], **_: object) -> "subprocess.CompletedProcess[str]":
        return subprocess.CompletedProcess(
            command, 1, "", "x\n0000427 E No target device available [load_cmd]"
        )

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(EdgekitError, match=r"failed: No target device available\. Is the probe"):
        probe.by_pyocd(IMAGE, replace(xiao))
