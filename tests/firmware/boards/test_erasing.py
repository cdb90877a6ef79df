"""Pages of flash are erased when the sensor can wait: no sample is lost to the longest erasure."""

import struct
from collections.abc import Callable

import numpy as np
import pytest

from edgekit.device.sources.wearable.frames import Receiver, frame
from edgekit.device.sources.wearable.record_bytes import decode
from edgekit.device.sources.wearable.records import ERASE_MAGIC, Decision, DeviceEvent
from edgekit.firmware.build.board import PAGE_BYTES, board
from edgekit.firmware.build.build import Built
from edgekit.firmware.emulate.simulated_sensor import SimulatedSensor
from tests.helpers.chips.rp2 import pico

GREET, STREAM_ON, ERASE = b"\x40", b"\x42\x01", b"\x44" + struct.pack("<I", ERASE_MAGIC)
OVERRUN = 8  # of edgekit_error_t
SECONDS = 9


@pytest.mark.parametrize("window_ms", [1, 180])
def test_a_sector_that_takes_as_long_as_its_data_sheet_allows_costs_no_sample(
    window_ms: int, image_of: Callable[..., Built]
) -> None:
    """While a host's erasure goes on page by page, also beside the default net."""
    longest_ms = board("pico").longest_erase_ms
    assert longest_ms is not None
    sensor = SimulatedSensor()
    noise = np.random.default_rng(1).normal(0, 4, (50 * (SECONDS + 2), 3))
    sensor.set_counts(np.rint(noise + np.array([0, 0, 256])).astype(int).tolist())
    system = pico(image_of("pico", None).elf, sensor)
    assert system.core_time is not None
    system.core_time.window_ns = window_ms * 1_000_000
    system.chip.boot.rom.erase_ns = round(longest_ms * 1e6)
    records, written = system.around.records, b"\x0f" * PAGE_BYTES
    system.memory.write(records.origin, written * (records.bytes // PAGE_BYTES))
    system.run(500_000)
    system.receive(frame(GREET, 0) + frame(STREAM_ON, 1))
    system.run(2_000_000)
    system.receive(frame(ERASE, 2))
    system.run((SECONDS - 2) * 1_000_000)
    told = [decode(record) for record in Receiver().push(bytes(system.sent))]
    assert (system.faults, system.resets, system.complaints) == ([], [], [])
    assert OVERRUN not in [event.error for event in told if isinstance(event, DeviceEvent)]
    assert len([record for record in told if isinstance(record, Decision)]) >= 5
    left = system.memory.read(records.origin, records.bytes)
    wiped = [at for at in range(0, len(left), PAGE_BYTES) if left[at : at + PAGE_BYTES] != written]
    assert len(wiped) >= 8
