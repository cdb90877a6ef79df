"""What the model of the Picos' USB block does not forgive: each wrong step, and its complaint."""

import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from edgekit.firmware.emulate.simulated_sensor import SimulatedSensor
from edgekit.firmware.emulate.system import System
from tests.helpers.chips.rp2 import Rp2, pico, pico2
from tests.helpers.chips.rp2_usb_memory import AVAILABLE, DATA1, ENABLE, FULL, STALL
from tests.helpers.usb.port import Handshake

ADDR_ENDP, MAIN_CTRL, SIE_CTRL, BUFF_STATUS, EP_STALL_ARM, MUXING, PWR = (
    *(0x00, 0x40, 0x4C, 0x58, 0x68, 0x74, 0x78),
)
CLR = 0x3000  # an alias
PULLUP, PULLDOWN, EP0_INT = 1 << 16, 1 << 15, 1 << 29
EP0_IN, EP2_IN, EP3_OUT = 0x80, 0x90, 0x9C  # buffer controls
EP2_IN_CONTROL, EP2_OUT_CONTROL = 0x10, 0x14
BULK_IN = ENABLE | 1 << 29 | 2 << 26 | 0x1C0
GET_DEVICE = struct.pack("<BBHHH", 0x80, 6, 0x100, 0, 18)
SET_ADDRESS_9 = struct.pack("<BBHHH", 0, 5, 9, 0, 0)

Board = Callable[[str, str], Path]


def attached(system: System[Rp2]) -> Rp2:
    """Run past the start, and plug the cable in; from here on the core is the test's."""
    system.run(500_000)
    chip = system.chip
    chip.usb.set_vbus(True)
    chip.usb.bus_reset()
    assert system.complaints == []
    return chip


@pytest.fixture
def chip(board_app: Board) -> Rp2:
    return attached(pico(board_app("pico", "cortex-m0plus"), SimulatedSensor()))


def complaints(chip: Rp2) -> list[str]:
    return chip.usb.around.complaints


def begin_anew(chip: Rp2, **registers: int) -> None:
    """Reset the block, set these registers by name, then the pull-up."""
    chip.usb.reset()
    names = {"muxing": MUXING, "pwr": PWR, "main": MAIN_CTRL, "sie": SIE_CTRL}
    for name, value in registers.items():
        chip.usb.write(names[name], value)
    sie = registers.get("sie", 0)
    chip.usb.write(SIE_CTRL, sie | PULLUP)


def arm(chip: Rp2, control: int, value: int) -> None:
    """Give a buffer to the block, as if the rest had settled."""
    chip.usb.memory.set_word(control, value | AVAILABLE)


def open_bulk_in(chip: Rp2) -> None:
    chip.usb.memory.write(EP2_IN_CONTROL, BULK_IN)


def in_reset(chip: Rp2) -> None:
    chip.usb.is_held = True
    chip.usb.read(MAIN_CTRL)


def memory_in_reset(chip: Rp2) -> None:
    chip.usb.is_held = True
    chip.usb.memory.read(EP0_IN)


def wrong_clock(chip: Rp2) -> None:
    chip.clocks.reset()
    chip.usb.write(MAIN_CTRL, 1)


def changed_while_sent(chip: Rp2) -> None:
    arm(chip, EP0_IN, FULL | DATA1 | 18)
    chip.usb.memory.write(0x104, 1)


def closed_while_sent(chip: Rp2) -> None:
    open_bulk_in(chip)
    arm(chip, EP2_IN, FULL | 5)
    chip.usb.memory.write(EP2_IN_CONTROL, 0)


def taken_while_sent(chip: Rp2) -> None:
    arm(chip, EP0_IN, FULL | DATA1 | 18)
    chip.usb.memory.write(EP0_IN, 0)


def shared_buffer(chip: Rp2) -> None:
    open_bulk_in(chip)
    chip.usb.memory.write(EP2_OUT_CONTROL, BULK_IN)


def stalled_while_sent(chip: Rp2) -> None:
    arm(chip, EP0_IN, FULL | DATA1 | 18)
    chip.usb.write(EP_STALL_ARM, 3)


def unseen(chip: Rp2) -> None:
    arm(chip, EP0_IN, FULL | DATA1 | 18)
    chip.usb.setup(0, 0, GET_DEVICE)
    assert chip.usb.in_(0, 0).handshake is Handshake.ACK
    chip.usb.memory.write(EP0_IN, FULL | AVAILABLE | 18)


def wrong_toggle(chip: Rp2) -> None:
    chip.usb.setup(0, 0, GET_DEVICE)
    arm(chip, EP0_IN, FULL | 18)
    chip.usb.in_(0, 0)


def wrong_toggle_of_status(chip: Rp2) -> None:
    chip.usb.setup(0, 0, SET_ADDRESS_9)
    arm(chip, EP0_IN, FULL)
    chip.usb.in_(0, 0)


def early_address(chip: Rp2) -> None:
    chip.usb.setup(0, 0, SET_ADDRESS_9)
    chip.usb.write(ADDR_ENDP, 9)


def late_in_a_frame(chip: Rp2) -> None:
    open_bulk_in(chip)
    around = chip.usb.around
    around.now_ns += 900_000 - around.now_ns % 1_000_000
    chip.usb.memory.write(EP2_IN, FULL | AVAILABLE | 5)


WRONG: dict[Callable[[Rp2], object], str] = {
    in_reset: "usb is used while it is in reset",
    memory_in_reset: "memory is used while the block is in reset",
    wrong_clock: "not 48 MHz",
    lambda chip: chip.usb.write(MAIN_CTRL, 3): "is a host",
    lambda chip: begin_anew(chip, muxing=9, pwr=12): "before the USB block is enabled",
    lambda chip: begin_anew(chip, pwr=12, main=1): "has its pins and VBUS",
    lambda chip: begin_anew(chip, muxing=9, main=1): "has its pins and VBUS",
    lambda chip: begin_anew(chip, muxing=9, pwr=12, main=1, sie=PULLDOWN): "pull-down",
    lambda chip: chip.usb.write(CLR + BUFF_STATUS, 1): "written by an alias",
    lambda chip: chip.usb.memory.write(EP0_IN, FULL | AVAILABLE | 18): "has settled",
    lambda chip: chip.usb.memory.write(EP0_IN, AVAILABLE | 18): "FULL must be 1",
    lambda chip: chip.usb.memory.write(EP0_IN, FULL | AVAILABLE | 65): "65 bytes",
    lambda chip: chip.usb.memory.write(EP3_OUT, AVAILABLE | 64): "is not open",
    lambda chip: chip.usb.memory.write(EP2_IN_CONTROL, ENABLE | 0x1A0): "no buffer can be",
    lambda chip: chip.usb.memory.write(EP2_IN_CONTROL, ENABLE | 0x100): "no buffer can be",
    changed_while_sent: "changed while the block may send it",
    closed_while_sent: "while the block has a buffer",
    taken_while_sent: "written while the block has the buffer",
    shared_buffer: "another endpoint has the buffer",
    stalled_while_sent: "a stall of endpoint 0 while",
    unseen: "before the last packet was looked at",
    wrong_toggle: "DATA0 at the wrong time",
    wrong_toggle_of_status: "DATA0 at the wrong time",
    early_address: "before the status stage has ended",
    late_in_a_frame: "RP2040-E15",
}


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_each_wrong_step_is_complained_of(chip: Rp2, number: int) -> None:
    step, complaint = list(WRONG.items())[number]
    step(chip)
    assert any(complaint in told for told in complaints(chip)), complaints(chip)


def test_the_right_steps_are_not(chip: Rp2) -> None:
    begin_anew(chip, muxing=9, pwr=12, main=1, sie=EP0_INT)
    assert complaints(chip) == []


def test_the_pico2_s_isolated_phy_is_complained_of_and_late_packets_are_not(
    board_app: Board,
) -> None:
    chip = attached(pico2(board_app("pico2", "cortex-m33"), SimulatedSensor()))
    begin_anew(chip, muxing=9, pwr=12, main=5)
    assert any("isolated" in told for told in complaints(chip))
    complaints(chip).clear()
    late_in_a_frame(chip)
    assert not any("E15" in told for told in complaints(chip))


def test_a_stall_of_endpoint_0_needs_both_registers_and_ends_at_the_next_setup(chip: Rp2) -> None:
    chip.usb.memory.write(EP0_IN, STALL)
    assert chip.usb.in_(0, 0).handshake is Handshake.NAK
    chip.usb.write(EP_STALL_ARM, 3)
    assert chip.usb.in_(0, 0).handshake is Handshake.STALL
    chip.usb.setup(0, 0, GET_DEVICE)
    assert chip.usb.in_(0, 0).handshake is Handshake.NAK
