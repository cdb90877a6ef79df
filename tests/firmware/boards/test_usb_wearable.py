"""The wearable itself over the Picos' modelled USB, with a host at the other end. No hardware."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from edgekit.device.sources.wearable.frames import Receiver, frame
from edgekit.device.sources.wearable.record_bytes import decode, encode
from edgekit.device.sources.wearable.records import (
    RESET_BOOT_LOADER,
    Decision,
    DeviceSamples,
    Dump,
    Dumped,
    Greet,
    Hello,
    Record,
    Reset,
    Stored,
    Stream,
)
from edgekit.firmware.build.build import Built
from edgekit.firmware.emulate.simulated_sensor import SimulatedSensor
from tests.helpers.chips.rp2_boot import DEVICE_ID
from tests.helpers.usb.plugged_pico import CORES, POWER_ON, Plugged, plug_in
from tests.helpers.usb.small_host import PACKET_BYTES, SmallHost

SECOND_US = 1_000_000
HAL_FEATURE_USB = 1 << 3


@pytest.fixture(params=list(CORES))
def wearable(request: pytest.FixtureRequest, image_of: Callable[..., Built]) -> Iterator[Plugged]:
    sensor = SimulatedSensor()
    noise = np.random.default_rng(1).normal(0, 4, (50 * 60, 3))
    sensor.set_counts(np.rint(noise + np.array([0, 0, 256])).astype(np.int16).tolist())
    plugged = plug_in(POWER_ON[request.param](image_of(request.param, None).elf, sensor))
    yield plugged
    assert plugged.system.complaints == []
    assert (plugged.system.faults, plugged.system.resets) == ([], [])


def send(host: SmallHost, *commands: Record) -> None:
    for number, command in enumerate(commands):
        host.write(frame(encode(command), number))


def test_the_application_greets_streams_and_dumps_over_usb_without_a_lost_frame(
    wearable: Plugged,
) -> None:
    host, receiver = wearable.host, Receiver()
    host.open()
    send(host, Greet(), Stream(1))
    records = [decode(r) for r in receiver.push(host.read(5 * SECOND_US, each_us=20_000))]
    send(host, Dump(0))
    for _ in range(20):
        records += [decode(r) for r in receiver.push(host.read(100_000, each_us=10_000))]
        if any(isinstance(record, Dumped) for record in records):
            break
    assert (receiver.lost, receiver.refused) == (0, 0)
    (hello,) = (record for record in records if isinstance(record, Hello))
    assert hello.device_id == DEVICE_ID and hello.features & HAL_FEATURE_USB
    samples = [record for record in records if isinstance(record, DeviceSamples)]
    ends = [record.first_sample + len(record.counts) for record in samples]
    assert [record.first_sample for record in samples[1:]] == ends[:-1]
    assert ends[-1] - samples[0].first_sample > 200
    assert sum(isinstance(record, Decision) for record in records) >= 2
    assert any(isinstance(record, Stored) for record in records)
    assert any(isinstance(record, Dumped) for record in records)


def test_the_stream_ends_when_the_port_is_closed_and_begins_by_a_greeting(
    wearable: Plugged,
) -> None:
    host = wearable.host
    host.open()
    send(host, Greet())
    assert len(host.read(SECOND_US, each_us=20_000)) > 300
    host.set_dtr(False)
    host.run(SECOND_US)
    host.open()
    assert len(host.read(SECOND_US, each_us=20_000)) <= PACKET_BYTES
    send(host, Greet())
    assert len(host.read(SECOND_US, each_us=20_000)) > 300


def test_the_application_starts_the_boot_loader_when_a_host_asks(
    wearable: Plugged,
) -> None:
    plugged = wearable
    plugged.host.open()
    send(plugged.host, Reset(RESET_BOOT_LOADER))
    plugged.system.run(SECOND_US)
    assert plugged.system.chip.rom.is_in_boot_loader
