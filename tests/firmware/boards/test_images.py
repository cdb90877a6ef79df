"""What is flashed, run as it is: `edgekit firmware build`'s images answer alike on every board."""

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from edgekit.device.sources.wearable.frames import Receiver, frame
from edgekit.device.sources.wearable.record_bytes import decode, encode
from edgekit.device.sources.wearable.records import (
    Decision,
    DeviceSamples,
    Hello,
    Record,
)
from edgekit.errors import EdgekitError
from edgekit.firmware.build.build import Built
from edgekit.firmware.build.toolchain import zig
from edgekit.firmware.emulate.alignment import refuse_unaligned
from edgekit.firmware.emulate.emulated import emulated
from edgekit.firmware.emulate.machine import Machine, MachineFaultError
from edgekit.firmware.emulate.simulated_sensor import SimulatedSensor
from edgekit.firmware.emulate.system import System
from edgekit.firmware.image.image import load_elf
from edgekit.firmware.image.uf2 import read_uf2
from tests.helpers.chips.rp2 import pico, pico2
from tests.helpers.device_under_test import HARDWARE

GREET, STREAM_ON = b"\x40", b"\x42\x01"
SECONDS = 8


@pytest.fixture(scope="module")
def counts() -> NDArray[np.int16]:
    """A sleeper who turns over after 4 seconds."""
    noise = np.random.default_rng(1).normal(0, 4, (50 * SECONDS, 3))
    gravity = np.where(np.arange(50 * SECONDS)[:, None] < 200, (0, 0, 256), (0, 250, 40))
    return np.rint(gravity + noise).astype(np.int16)


def records_of(system: System[Any], seconds: float = SECONDS) -> list[Record]:
    """Return the records that a host reads which greets the device and asks for the stream."""
    system.run(500_000)
    system.receive(frame(GREET, 0) + frame(STREAM_ON, 1))
    system.run(round(1e6 * seconds))
    receiver = Receiver()
    records = [decode(record) for record in receiver.push(bytes(system.sent))]
    assert (receiver.lost, receiver.refused) == (0, 0)
    return [record for record in records if record is not None]


def decisions_of(system: System[Any], counts: NDArray[np.int16]) -> list[bytes]:
    """Return the decisions, after checks of all other records."""
    records = records_of(system)
    assert (system.faults, system.resets) == ([], [])
    assert system.complaints == []
    (hello,) = (record for record in records if isinstance(record, Hello))
    assert hello.board == system.board.name
    samples = [record for record in records if isinstance(record, DeviceSamples)]
    streamed = np.concatenate([record.counts for record in samples])
    assert np.array_equal(streamed, counts[samples[0].first_sample :][: len(streamed)])
    return [encode(record) for record in records if isinstance(record, Decision)]


@pytest.fixture(scope="module")
def emulated_decisions(counts: NDArray[np.int16], image_of: Callable[..., Built]) -> list[bytes]:
    built, sensor = image_of("emulated", "cortex-m4"), SimulatedSensor()
    sensor.set_counts(counts.tolist())
    return decisions_of(emulated(built.elf, built.core, sensor), counts)


@pytest.mark.parametrize("name", list(HARDWARE))
def test_the_application_greets_streams_and_decides_as_it_does_on_the_emulated_board(
    name: str,
    counts: NDArray[np.int16],
    emulated_decisions: list[bytes],
    image_of: Callable[..., Built],
) -> None:
    sensor = SimulatedSensor()
    sensor.set_counts(counts.tolist())
    decisions = decisions_of(HARDWARE[name](image_of(name, None).elf, sensor), counts)
    assert len(decisions) >= 3
    assert decisions == emulated_decisions[: len(decisions)]


@pytest.mark.parametrize("name", list(HARDWARE))
def test_no_access_is_off_its_alignment_from_power_on_to_a_decision(
    name: str, counts: NDArray[np.int16], image_of: Callable[..., Built]
) -> None:
    sensor = SimulatedSensor()
    sensor.set_counts(counts.tolist())
    system = HARDWARE[name](image_of(name, None).elf, sensor)
    refuse_unaligned(system.memory)
    records = records_of(system, seconds=2.7)
    assert (system.faults, system.resets) == ([], [])
    assert any(isinstance(record, Decision) for record in records)


def test_the_picos_boot_stage_carries_the_checksum_that_its_boot_rom_wants(
    image_of: Callable[..., Built],
) -> None:
    built = image_of("pico", None)
    image = read_uf2(built.elf.with_suffix(".uf2").read_bytes()).image
    (checksum,) = struct.unpack_from("<I", image.data, 252)
    assert checksum == crc32_msb_first(image.data[:252])


def crc32_msb_first(data: bytes) -> int:
    """RP2040 data sheet, 2.8.1.3.1, bit by bit."""
    remainder = 0xFFFFFFFF
    for byte in data:
        remainder ^= byte << 24
        for _ in range(8):
            remainder = remainder << 1 ^ (0x04C11DB7 if remainder >> 31 else 0)
            remainder &= 0xFFFFFFFF
    return remainder


def test_a_pico2_image_without_its_block_of_metadata_does_not_start(
    image_of: Callable[..., Built], tmp_path: Path
) -> None:
    whole = image_of("pico2", None).elf.read_bytes()
    elf = tmp_path / "image.elf"
    elf.write_bytes(whole.replace(bytes.fromhex("d3deffff"), bytes(4)))
    with pytest.raises(EdgekitError, match="IMAGE_DEF"):
        pico2(elf, SimulatedSensor())


def test_an_image_without_a_boot_stage_cannot_read_its_flash(
    image_of: Callable[..., Built], tmp_path: Path
) -> None:
    built = image_of("pico", None)
    code, elf = load_elf(built.elf).data[:64], tmp_path / "image.elf"
    elf.write_bytes(built.elf.read_bytes().replace(code, bytes(2) * 16 + b"\x70\x47" * 16))
    system = pico(elf, SimulatedSensor())
    with pytest.raises(MachineFaultError, match="before it had a vector table"):
        system.run(1_000_000)


SMALL = """
int sum(const signed char *a, int n, int b, int c, int d, int e)
{
    int s = b - c;
    for (int i = 0; i < n; i++) s += a[i];
    return s + d * e;
}
int wrong(void) { return *(volatile int *)0xA0000000u; }
void start(void) {}
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    (folder / "small.c").write_text(SMALL)
    (folder / "small.ld").write_text("SECTIONS { . = 0x8000; .text : { *(.text*) } }\n")
    link = [f"-Wl,-T,{folder / 'small.ld'}", "-Wl,-e,start", "-ffreestanding", "-O2"]
    zig("cortex-m4").run([*link, folder / "small.c", "-o", folder / "small.elf"])
    return folder / "small.elf"


def test_a_function_is_called_with_arguments_in_registers_memory_and_on_the_stack(
    small: Path,
) -> None:
    machine = Machine.from_elf(small, "cortex-m4")
    at = machine.place(bytes([1, 2, 0xFF]))
    assert machine.call("sum", at, 3, 10, 4, 5, 6) == 2 + 6 + 30


def test_counted_instructions_grow_by_the_loops_own_for_each_turn(small: Path) -> None:
    machine = Machine.from_elf(small, "cortex-m4")
    at, counted = machine.place(bytes(4096)), []
    for turns in (1024, 2048, 3072, 2048):
        machine.call("sum", at, turns, 0, 0, 0, 0, count=True)
        counted.append(machine.instructions)
    assert counted[1] == counted[3]
    assert counted[1] - counted[0] == counted[2] - counted[1] > 0


def test_a_wrong_access_says_what_where_and_in_which_function(small: Path) -> None:
    with pytest.raises(MachineFaultError, match=r"\(wrong\+.*read of 4 bytes at 0xa0000000"):
        Machine.from_elf(small, "cortex-m4").call("wrong")


def test_an_image_for_another_core_is_refused(small: Path) -> None:
    with pytest.raises(EdgekitError, match="built for another core"):
        Machine.from_elf(small, "cortex-m0plus")
