"""Time passes for what the core executes, so that a board that cannot keep up loses samples."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from unicorn import UC_HOOK_BLOCK, UC_HOOK_MEM_READ, Uc, arm_const

from edgekit import samples
from edgekit.bundle import load_bundle
from edgekit.device.sources.wearable.frames import Receiver, frame
from edgekit.device.sources.wearable.record_bytes import decode
from edgekit.device.sources.wearable.records import Decision, DeviceEvent, Record
from edgekit.firmware.build.board import board
from edgekit.firmware.build.build import Built, LinkOptions, link
from edgekit.firmware.cores.thumb.cycles import block_cycles
from edgekit.firmware.emulate.simulated_sensor import SimulatedSensor
from edgekit.firmware.emulate.system import System
from edgekit.firmware.timing.flash_reads import Accesses, flash_waits
from edgekit.firmware.timing.window import RUN
from tests.helpers.chips.rp2 import pico
from tests.helpers.device_under_test import HARDWARE

GREET, STREAM_ON = b"\x40", b"\x42\x01"
SECONDS = 10
OVERRUN = 8  # of edgekit_error_t


def records_of(system: System[Any]) -> list[Record]:
    system.run(500_000)
    system.receive(frame(GREET, 0) + frame(STREAM_ON, 1))
    system.run(SECONDS * 1_000_000)
    records = [decode(record) for record in Receiver().push(bytes(system.sent))]
    assert (system.faults, system.resets, system.complaints) == ([], [], [])
    return [record for record in records if record is not None]


def sleeping(system_of: Callable[[Path, SimulatedSensor], System[Any]], elf: Path) -> System[Any]:
    sensor = SimulatedSensor()
    noise = np.random.default_rng(1).normal(0, 4, (50 * (SECONDS + 2), 3))
    sensor.set_counts(np.rint(noise + np.array([0, 0, 256])).astype(int).tolist())
    return system_of(elf, sensor)


@pytest.mark.parametrize("name", list(HARDWARE))
def test_a_net_that_keeps_up_leaves_no_gap(name: str, image_of: Callable[..., Built]) -> None:
    system = sleeping(HARDWARE[name], image_of(name, None).elf)
    records = records_of(system)
    assert not [record for record in records if isinstance(record, DeviceEvent)]
    assert len([record for record in records if isinstance(record, Decision)]) >= 6
    assert system.core_time is not None
    assert 0 < system.core_time.window_ns < system.core_time.charged_ns


def test_a_net_that_is_too_slow_loses_samples_in_emulation_too(
    image_of: Callable[..., Built],
) -> None:
    built = image_of("pico", None)
    assert built.window is not None
    system = sleeping(pico, built.elf)
    assert system.core_time is not None
    system.core_time.window_ns = 800_000_000
    events = [record for record in records_of(system) if isinstance(record, DeviceEvent)]
    assert OVERRUN in {event.error for event in events}


def followed_ms(system: System[Any], seconds: float) -> float:
    """Return how long the last window took, every block and read of flash since the start summed.

    The cache then holds what the application left there, not nothing as build assumes.
    """
    memory, chip = system.memory, system.board
    assert chip.flash and chip.flash_reads and chip.clock_hz
    cycles_of, events, marks = block_cycles("cortex-m0plus"), [], []
    assert cycles_of is not None
    run = memory.symbols[RUN] & ~1
    back: list[int] = []

    def enter(_uc: Uc, at: int, size: int, _data: object) -> None:
        if at == run:
            marks.append(len(events))
            back.append(memory.uc.reg_read(arm_const.UC_ARM_REG_LR) & ~1)
        elif back and at == back[-1]:
            marks.append(len(events))
            back.clear()
        events.append((at, size))

    def read(_uc: Uc, _access: int, at: int, _size: int, _value: int, _data: object) -> None:
        events.append((at, 0))

    memory.uc.ctl_flush_tb()
    memory.uc.hook_add(UC_HOOK_BLOCK, enter)
    memory.uc.hook_add(UC_HOOK_MEM_READ, read, None, chip.flash.origin, chip.flash.end - 1)
    system.run(round(seconds * 1e6))
    begin, end = marks[-2:]
    waits = []
    for stop in (begin, end):
        at, size = np.array(events[:stop], np.int64).T
        here = (at >= chip.flash.origin) & (at < chip.flash.end)
        seen = Accesses(at[here], np.maximum(size[here], 1), size[here] == 0)
        waits.append(flash_waits(chip.flash_reads, seen).clocks)
    blocks = [event for event in events[begin : end + 1] if event[1]]
    cycles = 0
    for (at, size), (after, _) in pairwise(blocks):
        cost = cycles_of(memory.read(at, size))
        cycles += cost.cycles + (cost.if_taken if after != at + size else 0)
    return (cycles + waits[1] - waits[0]) / chip.clock_hz * 1000


def test_the_build_s_milliseconds_are_those_of_a_window_on_the_running_board(
    tmp_path: Path,
) -> None:
    bundle = load_bundle(samples.bundle())
    built = link(bundle, board("pico"), tmp_path / "image.elf", LinkOptions(), lambda _step: None)
    assert built.window is not None
    ms = followed_ms(sleeping(pico, built.elf), 2.6)
    assert built.window.ms == pytest.approx(ms, rel=0.15)
