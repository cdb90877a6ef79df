"""A night over a board's own USB into `edgekit monitor --serial auto`, its cable pulled.

Short here, and of one board: EDGEKIT_USB_BOARDS names others, separated by commas, and
`python -m tests.helpers.usb night --hours 8` is a whole one (docs/boards.md).
"""

import os
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from edgekit.bundle import load_bundle
from edgekit.firmware.build.build import LinkOptions, build
from edgekit.recording import load_recording
from tests.helpers.command import REPOSITORY
from tests.helpers.usb.boards import BOARDS, UsbBoard
from tests.helpers.usb.usb_night import Pull, UsbNight

SAMPLES = REPOSITORY / "src" / "edgekit" / "samples"


@pytest.fixture(scope="module")
def counts() -> NDArray[np.int16]:
    recording = load_recording(SAMPLES / "simulated-night.npz")
    return np.rint(recording.xyz_g * 256).astype(np.int16)


@pytest.fixture(
    scope="module", params=os.environ.get("EDGEKIT_USB_BOARDS", "xiao-nrf52840").split(",")
)
def board_and_image(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[UsbBoard, Path]:
    usb_board = BOARDS[request.param]
    folder = tmp_path_factory.mktemp("image") / "image"
    bundle = load_bundle(SAMPLES / "sleep-micro")
    return usb_board, build(bundle, usb_board.board, folder, LinkOptions()).elf


def test_what_came_while_the_cable_was_out_is_in_a_gap_or_was_stored(
    board_and_image: tuple[UsbBoard, Path], counts: NDArray[np.int16], tmp_path: Path
) -> None:
    usb_board, elf = board_and_image
    night = UsbNight(tmp_path, elf, usb_board, counts)
    printed = night.record(22.0, [Pull(6.0, 7.0, "ttyACM1")])
    assert "line back" in printed and "that it stored fill the gap" in printed
    figures = night.figures(counts)
    assert figures.lost == 0 and figures.gaps == 1 and figures.in_gaps > 300
    assert figures.stored + figures.in_gaps == figures.measured
    assert (figures.missing_windows, figures.other_decisions) == (0, 0)
    assert figures.decisions >= figures.windows > 10
    assert (night.host.complaints, night.system.complaints) == ([], [])
    assert (night.computer.refused, night.system.resets, night.system.faults) == ([], [], [])
