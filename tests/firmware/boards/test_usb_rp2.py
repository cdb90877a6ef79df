"""The Picos' USB: their images on the modelled block, and a host at the other end. No hardware."""

import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edgekit.firmware.emulate.simulated_sensor import SimulatedSensor
from edgekit.firmware.emulate.surroundings import PIN
from edgekit.firmware.emulate.system import System
from tests.helpers.chips.rp2 import Rp2
from tests.helpers.chips.rp2_boot import DEVICE_ID
from tests.helpers.device_under_test import SAMPLES
from tests.helpers.usb.plugged_pico import CORES, POWER_ON, Plugged, plug_in
from tests.helpers.usb.port import Handshake
from tests.helpers.usb.small_host import (
    BULK,
    CLEAR_FEATURE,
    DEVICE,
    ENDPOINT,
    GET_DESCRIPTOR,
    PACKET_BYTES,
    SET_FEATURE,
    TO_HOST,
    NoAnswerError,
    SmallHost,
    StalledError,
)

SECOND_US = 1_000_000
NOBODY = 1
BULK_IN, BULK_OUT = 0x82, 0x02


@pytest.fixture(params=list(CORES))
def plugged(
    request: pytest.FixtureRequest, board_app: Callable[[str, str], Path]
) -> Iterator[Plugged]:
    sensor = SimulatedSensor()
    sensor.set_counts(SAMPLES)
    board = plug_in(POWER_ON[request.param](board_app(request.param, CORES[request.param]), sensor))
    yield board
    assert board.system.complaints == []
    assert board.system.faults == []


@pytest.fixture
def system(plugged: Plugged) -> System[Rp2]:
    return plugged.system


@pytest.fixture
def host(plugged: Plugged) -> SmallHost:
    return plugged.host


def test_a_host_finds_the_serial_port_of_this_very_board(host: SmallHost) -> None:
    assert [host.text(index) for index in (1, 2, 3)] == [
        "edgekit",
        "edgekit wearable",
        DEVICE_ID.hex(),
    ]
    with pytest.raises(StalledError):
        host.request(TO_HOST, GET_DESCRIPTOR, 0x0600, 0, 10)
    assert len(host.request(TO_HOST, GET_DESCRIPTOR, DEVICE, 0, 18)) == 18


def test_it_obeys_over_usb_as_over_the_uart(plugged: Plugged) -> None:
    plugged.host.open()
    assert plugged.ask("I", 24)[:8] == DEVICE_ID
    assert plugged.ask("T", 33)[2] == 0xE5
    slept_us = struct.unpack("<I", plugged.ask("N", 4, 200_000))[0]
    assert 50_000 <= slept_us < 50_500


def test_a_flood_arrives_whole_and_in_order_and_only_whole_writes_are_dropped(
    host: SmallHost,
) -> None:
    host.open()
    host.write(b"F")
    heard = host.read(600_000)
    assert heard[-2:-1] == b"F"
    assert heard[:-2] == b"x" * 1024 * (8 - heard[-1])


def test_a_host_that_does_not_read_stops_nothing(plugged: Plugged) -> None:
    plugged.host.open()
    plugged.host.write(b"F")
    plugged.system.run(1_000_000)
    heard = plugged.host.read(100_000)
    assert heard == b"x" * 2048  # what the buffer holds; the answer found no room
    assert plugged.ask("I", 24)[:8] == DEVICE_ID


def test_without_anybody_a_write_is_refused_at_once(plugged: Plugged) -> None:
    plugged.host.open()
    plugged.host.write(b"C")
    plugged.host.set_dtr(False)
    plugged.host.run(50_000)
    plugged.host.open()
    answer = plugged.host.read(100_000)
    listener, is_sent, took_us = struct.unpack("<BBI", answer[1:])
    assert answer[:1] == b"C"
    assert (listener, is_sent) == (NOBODY, 0)
    assert took_us < 1000


def test_the_uart_has_the_line_when_it_speaks_and_no_program_has_the_port_open(
    plugged: Plugged,
) -> None:
    system, host = plugged.system, plugged.host
    start = len(system.sent)
    system.receive(b"I")
    system.run(100_000)
    assert bytes(system.sent[start:])[1:9] == DEVICE_ID
    host.open()
    start = len(system.sent)
    assert plugged.ask("I", 24)[:8] == DEVICE_ID
    system.receive(b"I")  # dropped: a program has the port open
    assert host.read(100_000) == b""
    assert len(system.sent) == start
    host.set_dtr(False)
    system.receive(b"I")
    system.run(100_000)
    assert bytes(system.sent[start:])[1:9] == DEVICE_ID


def test_a_program_that_sets_no_dtr_is_answered_where_it_spoke(plugged: Plugged) -> None:
    assert plugged.ask("I", 24)[:8] == DEVICE_ID
    start = len(plugged.system.sent)
    plugged.system.run(100_000)
    assert len(plugged.system.sent) == start


def test_the_core_sleeps_while_usb_is_idle_and_while_it_is_open(plugged: Plugged) -> None:
    for prepare in (lambda: None, plugged.host.open, lambda: plugged.system.receive(b"zz")):
        prepare()
        plugged.system.run(100_000)
        slept = plugged.system.sleeps
        plugged.system.run(5 * SECOND_US)
        assert plugged.system.sleeps - slept < 20


def test_a_setup_in_the_middle_of_an_erasure_waits_and_is_then_answered(
    plugged: Plugged,
) -> None:
    host, port, rom = plugged.host, plugged.system.chip.usb, plugged.system.chip.rom
    host.open()
    seen: list[Handshake] = []

    def ask() -> None:
        request = struct.pack("<BBHHH", TO_HOST, GET_DESCRIPTOR, DEVICE, 0, 18)
        seen.append(port.setup(host.address, 0, request))
        seen.append(port.in_(host.address, 0).handshake)

    rom.while_erasing = ask
    host.write(b"E")
    host.run(100_000)
    assert seen == [Handshake.ACK, Handshake.NAK]
    answer = port.in_(host.address, 0)
    assert (answer.handshake, len(answer.data), answer.toggle) == (Handshake.ACK, 18, 1)
    host.run(1000)
    assert port.out(host.address, 0, b"", 1) is Handshake.ACK
    assert host.read(100_000)[:4] == b"E\0\0\0"


def test_a_reset_in_the_middle_of_transfers_is_followed_by_a_new_beginning(
    plugged: Plugged,
) -> None:
    host, port = plugged.host, plugged.system.chip.usb
    host.open()
    for break_off in (
        lambda: host.setup(TO_HOST, GET_DESCRIPTOR, 0x0200, 0, 255),
        lambda: host.setup(0x21, 0x20, 0, 0, 7),
        lambda: host.write(b"I"),
        lambda: port.setup(host.address, 0, struct.pack("<BBHHH", 0, 5, 9, 0, 0)),
    ):
        break_off()
        host.enumerate()
        host.open()
        assert plugged.ask("I", 24)[:8] == DEVICE_ID


def test_a_new_setup_ends_the_transfer_before_it(host: SmallHost) -> None:
    host.setup(TO_HOST, GET_DESCRIPTOR, 0x0200, 0, 255)  # its 75 bytes are two packets
    assert len(host.port.in_(host.address, 0).data) == PACKET_BYTES
    host.run(1000)
    assert len(host.request(TO_HOST, GET_DESCRIPTOR, DEVICE, 0, 18)) == 18


def test_suspended_it_hears_nothing_and_after_resume_it_goes_on(plugged: Plugged) -> None:
    host, port = plugged.host, plugged.system.chip.usb
    host.open()
    host.write(b"C")
    host.run(10_000)
    port.suspend()
    host.run(50_000)
    with pytest.raises(NoAnswerError):
        host.request(TO_HOST, GET_DESCRIPTOR, DEVICE, 0, 18)
    port.resume()
    answer = host.read(100_000)
    assert answer[:2] == bytes((ord("C"), NOBODY))
    assert plugged.ask("I", 24)[:8] == DEVICE_ID


def test_a_cable_that_is_pulled_and_plugged_in_again(plugged: Plugged) -> None:
    host, port = plugged.host, plugged.system.chip.usb
    for _ in range(3):
        host.open()
        host.write(b"F")
        host.run(10_000)
        port.set_vbus(False)
        assert not port.is_attached
        plugged.system.run(700_000)
        port.set_vbus(True)
        host.enumerate()
        host.open()
        host.read(50_000)
        assert plugged.ask("I", 24)[:8] == DEVICE_ID


def test_a_halted_endpoint_keeps_its_packet_and_begins_at_data0(plugged: Plugged) -> None:
    host, port = plugged.host, plugged.system.chip.usb
    host.open()
    host.write(b"I")
    host.run(10_000)
    for endpoint in (BULK_IN, BULK_OUT):
        host.request(ENDPOINT, SET_FEATURE, 0, endpoint)
    assert port.in_(host.address, BULK).handshake is Handshake.STALL
    assert port.out(host.address, BULK, b"I", 1) is Handshake.STALL
    for endpoint in (BULK_IN, BULK_OUT):
        host.request(ENDPOINT, CLEAR_FEATURE, 0, endpoint)
    host.toggles = {"in": 0, "out": 0}
    assert host.read(10_000)[1:9] == DEVICE_ID
    assert plugged.ask("I", 24)[:8] == DEVICE_ID


def test_a_packet_whose_acknowledgement_is_lost_comes_again(plugged: Plugged) -> None:
    host = plugged.host
    host.open()
    host.write(b"I")
    host.run(10_000)
    lost = host.read_packet(is_acknowledged=False)
    assert host.read(10_000) == lost


@pytest.mark.parametrize("way", ["command", "touch"])
def test_it_leaves_the_bus_and_starts_its_boot_loader(plugged: Plugged, way: str) -> None:
    host, system = plugged.host, plugged.system
    host.open(1200 if way == "touch" else 115200)
    if way == "touch":
        host.set_dtr(False)
    else:
        host.write(b"x")
    system.run(2 * SECOND_US)
    assert system.chip.rom.is_in_boot_loader
    assert not system.chip.usb.is_attached
    system.run(20 * SECOND_US)  # no watchdog ends it
    assert system.resets == []
    system.reset(PIN)
    system.run(SECOND_US)
    assert system.chip.usb.is_attached


ACTIONS = st.lists(
    st.one_of(
        st.tuples(
            st.just("setup"),
            st.sampled_from([0x00, 0x02, 0x80, 0x81, 0x21, 0xA1]),
            st.sampled_from([0, 1, 3, 5, 6, 9, 11, 0x20, 0x21, 0x22]),
            st.sampled_from([0, 1, 7, 0x100, 0x200, 0x302]),
            st.sampled_from([0, 1, BULK_OUT, BULK_IN]),
            st.sampled_from([0, 2, 7, 64, 255]),
        ),
        st.tuples(st.just("in"), st.sampled_from([0, 1, 2]), st.booleans()),
        st.tuples(st.just("out"), st.sampled_from([0, 2]), st.sampled_from([0, 7, 64])),
        st.tuples(st.sampled_from(["reset", "suspend", "resume", "unplug", "plug"])),
        st.tuples(st.just("run"), st.sampled_from([100, 2000, 100_000])),
    ),
    max_size=40,
)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=ACTIONS)
def test_after_anything_a_host_does_it_enumerates_and_obeys(
    plugged: Plugged, actions: list[tuple[object, ...]]
) -> None:
    host, port = plugged.host, plugged.system.chip.usb
    for action in actions:
        act(plugged, *action)
    port.set_vbus(True)
    plugged.system.run(100_000)
    host.enumerate()
    host.open()
    host.read(50_000)
    assert plugged.ask("I", 24)[:8] == DEVICE_ID
    assert plugged.system.complaints == []


def act(plugged: Plugged, what: object, *given: object) -> None:
    port, address = plugged.system.chip.usb, plugged.host.address
    match what, *given:
        case "setup", *fields:
            port.setup(address, 0, struct.pack("<BBHHH", *fields))
        case "in", int() as endpoint, bool() as acknowledged:
            port.in_(address, endpoint, acknowledged)
        case "out", int() as endpoint, int() as count:
            port.out(address, endpoint, b"?" * count, 0)
        case ("reset",):
            port.bus_reset()
        case ("suspend",):
            port.suspend()
        case ("resume",):
            port.resume()
        case ("unplug",) | ("plug",):
            port.set_vbus(what == "plug")
        case "run", int() as us:
            plugged.system.run(us)
