"""The USB serial port without a chip: what a host may ask, and what it may do at any moment."""

import ctypes
import struct
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.usb.port import Handshake
from tests.helpers.usb.rig import FLAGS, SERIAL_NUMBER, SOURCES, RigPort
from tests.helpers.usb.small_host import (
    BULK,
    CLASS,
    CLEAR_FEATURE,
    CONFIGURATION,
    DEVICE,
    ENDPOINT,
    GET_CONFIGURATION,
    GET_DESCRIPTOR,
    GET_INTERFACE,
    GET_LINE_CODING,
    GET_STATUS,
    INTERFACE,
    PACKET_BYTES,
    SET_ADDRESS,
    SET_CONFIGURATION,
    SET_CONTROL_LINE_STATE,
    SET_FEATURE,
    SET_INTERFACE,
    SET_LINE_CODING,
    STRING,
    TO_HOST,
    SmallHost,
    StalledError,
)

RING_BYTES = 2048
MANUFACTURER, PRODUCT, SERIAL = 1, 2, 3
BULK_OUT, BULK_IN = 0x02, 0x82


@pytest.fixture(scope="module")
def library(c_library: Callable[..., ctypes.CDLL]) -> ctypes.CDLL:
    return c_library(*SOURCES, flags=FLAGS)


def plugged_in(library: ctypes.CDLL) -> tuple[RigPort, SmallHost]:
    port = RigPort(library)
    host = SmallHost(port, lambda _us: None)
    host.enumerate()
    return port, host


@pytest.fixture
def port_and_host(library: ctypes.CDLL) -> Iterator[tuple[RigPort, SmallHost]]:
    port, host = plugged_in(library)
    yield port, host
    assert port.rig.misuses == 0


@pytest.fixture
def port(port_and_host: tuple[RigPort, SmallHost]) -> RigPort:
    return port_and_host[0]


@pytest.fixture
def host(port_and_host: tuple[RigPort, SmallHost]) -> SmallHost:
    return port_and_host[1]


def test_it_says_that_it_is_one_serial_port_of_two_interfaces(host: SmallHost) -> None:
    device = host.request(TO_HOST, GET_DESCRIPTOR, DEVICE, 0, 64)
    assert device.hex() == "12010002ef0201400912010000020102" + "0301"
    whole = host.request(TO_HOST, GET_DESCRIPTOR, CONFIGURATION, 0, 255)
    parts = []
    while whole:
        parts.append(whole[: whole[0]])
        whole = whole[whole[0] :]
    assert [part.hex() for part in parts] == [
        "09024b000201008064",
        "080b000202020000",
        "090400000102020000",
        "0524002001",
        "0524010001",
        "04240202",
        "0524060001",
        "0705810340" + "00ff",
        "09040100020a000000",
        "0705020240" + "0000",
        "0705820240" + "0000",
    ]


def test_it_has_names_and_its_chip_s_number(host: SmallHost) -> None:
    assert host.request(TO_HOST, GET_DESCRIPTOR, STRING, 0, 255) == b"\x04\x03\x09\x04"
    assert host.text(MANUFACTURER) == "edgekit"
    assert host.text(PRODUCT) == "edgekit wearable"
    assert host.text(SERIAL) == SERIAL_NUMBER


@given(
    which=st.sampled_from([DEVICE, CONFIGURATION, STRING, STRING + 1, STRING + 2, STRING + 3]),
    length=st.integers(0, 300),
)
def test_an_answer_is_never_longer_than_asked_for(
    library: ctypes.CDLL, which: int, length: int
) -> None:
    _, host = plugged_in(library)
    whole = host.request(TO_HOST, GET_DESCRIPTOR, which, 0, 255)
    assert host.request(TO_HOST, GET_DESCRIPTOR, which, 0, length) == whole[:length]


def test_the_state_of_device_interfaces_and_endpoints_can_be_read(host: SmallHost) -> None:
    assert host.request(TO_HOST, GET_STATUS, 0, 0, 2) == b"\0\0"
    assert host.request(TO_HOST | INTERFACE, GET_STATUS, 0, 1, 2) == b"\0\0"
    assert host.request(TO_HOST | INTERFACE, GET_INTERFACE, 0, 0, 1) == b"\0"
    assert host.request(TO_HOST, GET_CONFIGURATION, 0, 0, 1) == b"\1"
    for endpoint in (0x00, 0x80, 0x81, BULK_OUT, BULK_IN):
        assert host.request(TO_HOST | ENDPOINT, GET_STATUS, 0, endpoint, 2) == b"\0\0"


def test_a_halted_endpoint_stalls_until_it_is_cleared_and_begins_at_data0(
    port: RigPort, host: SmallHost
) -> None:
    assert port.write(b"first")
    assert host.read(1000) == b"first"
    for endpoint in (BULK_IN, BULK_OUT):
        host.request(ENDPOINT, SET_FEATURE, 0, endpoint)
        assert host.request(TO_HOST | ENDPOINT, GET_STATUS, 0, endpoint, 2) == b"\1\0"
    assert port.in_(host.address, BULK).handshake is Handshake.STALL
    assert port.out(host.address, BULK, b"lost", 0) is Handshake.STALL
    for endpoint in (BULK_IN, BULK_OUT):
        host.request(ENDPOINT, CLEAR_FEATURE, 0, endpoint)
    host.toggles = {"in": 0, "out": 0}
    assert port.write(b"second")
    assert host.read(1000) == b"second"
    host.write(b"heard")
    assert port.read() == b"heard"


REFUSED = [
    (TO_HOST, GET_DESCRIPTOR, 0x0600, 0, 10),  # device qualifier: no high speed
    (TO_HOST, GET_DESCRIPTOR, 0x0F00, 0, 5),  # BOS
    (TO_HOST, GET_DESCRIPTOR, STRING + 0xEE, 0, 18),  # Microsoft's
    (TO_HOST, GET_DESCRIPTOR, CONFIGURATION + 1, 0, 9),
    (TO_HOST, SET_CONFIGURATION, 0, 0, 0),  # in the wrong direction
    (0, GET_DESCRIPTOR, DEVICE, 0, 0),
    (0, SET_ADDRESS, 128, 0, 0),
    (0, SET_CONFIGURATION, 2, 0, 0),
    (0, SET_FEATURE, 1, 0, 0),  # remote wake-up
    (INTERFACE, SET_INTERFACE, 1, 0, 0),
    (INTERFACE, SET_INTERFACE, 0, 2, 0),
    (TO_HOST | INTERFACE, GET_STATUS, 0, 2, 2),
    (TO_HOST | ENDPOINT, GET_STATUS, 0, 0x83, 2),
    (ENDPOINT, SET_FEATURE, 0, 0, 0),  # a halt of endpoint 0
    (ENDPOINT, CLEAR_FEATURE, 1, BULK_IN, 0),
    (CLASS | INTERFACE, SET_CONTROL_LINE_STATE, 1, 1, 0),  # of the data interface
    (CLASS | INTERFACE, 0x23, 0xFFFF, 0, 0),  # SEND_BREAK
    (0x40, 1, 0, 0, 0),  # a vendor's
]


@pytest.mark.parametrize("request_", REFUSED)
def test_what_it_does_not_have_is_refused_and_the_next_request_answered(
    host: SmallHost, request_: tuple[int, int, int, int, int]
) -> None:
    with pytest.raises(StalledError):
        host.request(*request_)
    assert host.request(TO_HOST, GET_CONFIGURATION, 0, 0, 1) == b"\1"


def test_data_that_no_request_takes_is_refused(port: RigPort, host: SmallHost) -> None:
    for kind, request, value, data in (
        (0, SET_CONFIGURATION, 0, b"?"),
        (CLASS | INTERFACE, SET_CONTROL_LINE_STATE, 1, b"?"),
        (CLASS | INTERFACE, SET_LINE_CODING, 0, b"short"),
    ):
        with pytest.raises(StalledError):
            host.send(kind, request, value, 0, data)
    assert not port.library.usb_cdc_has_dtr()
    assert host.request(TO_HOST, GET_CONFIGURATION, 0, 0, 1) == b"\1"


def test_before_it_is_configured_it_is_no_serial_port(port: RigPort, host: SmallHost) -> None:
    host.request(0, SET_CONFIGURATION, 0)
    assert not port.write(b"nobody")
    for kind, request, index, length in (
        (TO_HOST | CLASS | INTERFACE, GET_LINE_CODING, 0, 7),
        (TO_HOST | INTERFACE, GET_INTERFACE, 0, 1),
        (TO_HOST | ENDPOINT, GET_STATUS, BULK_IN, 2),
    ):
        with pytest.raises(StalledError):
            host.request(kind, request, 0, index, length)


def test_line_coding_is_kept_and_a_damaged_one_is_not(port: RigPort, host: SmallHost) -> None:
    host.set_line_coding(9600)
    host.setup(CLASS | INTERFACE, SET_LINE_CODING, 0, 0, 7)
    assert port.out(host.address, 0, b"\xff" * 6, 1) is Handshake.ACK
    assert port.in_(host.address, 0).handshake is Handshake.STALL
    kept = host.request(TO_HOST | CLASS | INTERFACE, GET_LINE_CODING, 0, 0, 7)
    assert struct.unpack("<I3B", kept) == (9600, 0, 0, 8)


def test_dtr_says_whether_a_program_has_the_port_open(port: RigPort, host: SmallHost) -> None:
    assert not port.library.usb_cdc_has_dtr()
    host.open()
    assert port.library.usb_cdc_has_dtr()
    port.suspend()
    assert not port.library.usb_cdc_has_dtr()
    port.resume()
    assert port.library.usb_cdc_has_dtr()
    host.set_dtr(False)
    assert not port.library.usb_cdc_has_dtr()
    host.open()
    port.set_vbus(False)
    assert not port.library.usb_cdc_has_dtr()


def test_a_write_to_a_port_that_is_not_ready_is_refused_at_once(
    port: RigPort, host: SmallHost
) -> None:
    host.open()
    port.suspend()
    assert not port.write(b"asleep")
    port.resume()
    port.bus_reset()
    assert not port.write(b"reset")


def test_a_full_buffer_refuses_whole_writes_and_loses_nothing_of_others(
    port: RigPort, host: SmallHost
) -> None:
    host.open()
    blocks = [bytes([number]) * 500 for number in range(6)]
    assert [port.write(block) for block in blocks] == [True] * 4 + [False] * 2
    assert host.read(1000) == b"".join(blocks[:4])


def test_when_dtr_drops_what_nobody_read_is_forgotten(port: RigPort, host: SmallHost) -> None:
    host.open()
    assert port.write(b"x" * 1000)
    host.set_dtr(False)
    host.open()
    assert port.write(b"new")
    heard = host.read(1000)
    assert heard.lstrip(b"x") == b"new"
    assert len(heard) <= PACKET_BYTES + len(b"new")  # one packet was under way


def test_a_packet_whose_acknowledgement_is_lost_comes_again(port: RigPort, host: SmallHost) -> None:
    host.open()
    assert port.write(b"once")
    assert host.read_packet(is_acknowledged=False) == b"once"
    assert host.read(1000) == b"once"


def test_a_whole_packet_is_followed_by_an_empty_one_so_that_the_host_s_read_ends(
    port: RigPort, host: SmallHost
) -> None:
    host.open()
    assert port.write(b"x" * PACKET_BYTES)
    assert [host.read_packet() for _ in range(3)] == [b"x" * PACKET_BYTES, b"", None]


def test_a_host_that_sends_faster_than_the_device_reads_has_to_wait(
    port: RigPort, host: SmallHost
) -> None:
    host.write(b"a" * PACKET_BYTES)
    assert port.out(host.address, BULK, b"b", 1) is Handshake.NAK
    assert port.read(10) == b"a" * 10
    assert port.out(host.address, BULK, b"b", 1) is Handshake.NAK
    assert port.read() == b"a" * 54
    host.write(b"b")
    assert port.read() == b"b"


@pytest.mark.parametrize(("baud", "opened", "wants"), [(1200, 1, 1), (115200, 1, 0), (1200, 0, 0)])
def test_a_touch_of_1200_baud_asks_for_the_boot_loader(
    c_library: Callable[..., ctypes.CDLL], baud: int, opened: int, wants: int
) -> None:
    port, host = plugged_in(c_library(*SOURCES, flags=FLAGS))  # a wish is never taken back
    host.set_line_coding(baud)
    if opened:
        host.set_dtr(True)
    assert not port.library.usb_cdc_wants_boot_loader()
    host.set_dtr(False)
    assert port.library.usb_cdc_wants_boot_loader() == bool(wants)


def test_a_cable_pulled_at_1200_baud_does_not_ask_for_the_boot_loader(
    library: ctypes.CDLL,
) -> None:
    port, host = plugged_in(library)
    host.open(1200)
    port.set_vbus(False)
    assert not port.library.usb_cdc_wants_boot_loader()


SETUPS = st.tuples(
    st.sampled_from([0x00, 0x01, 0x02, 0x80, 0x81, 0x82, 0x21, 0xA1, 0x40, 0xFF]),
    st.one_of(st.integers(0, 12), st.integers(0x1F, 0x24), st.integers(0, 255)),
    st.one_of(st.integers(0, 3), st.sampled_from([0x100, 0x200, 0x300, 0x303]), st.just(0xFFFF)),
    st.sampled_from([0, 1, 2, 0x02, 0x81, 0x82, 0x409, 0xFFFF]),
    st.sampled_from([0, 1, 2, 7, 8, 64, 255, 0xFFFF]),
)
ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("setup"), SETUPS),
        st.tuples(st.just("in"), st.sampled_from([0, 1, 2, 3]), st.booleans()),
        st.tuples(st.just("out"), st.sampled_from([0, 2]), st.binary(max_size=64), st.booleans()),
        st.tuples(st.just("write"), st.integers(0, 300)),
        st.tuples(st.just("read"), st.integers(0, 64)),
        st.tuples(st.sampled_from(["reset", "suspend", "resume", "unplug", "plug"])),
    ),
    max_size=60,
)


@given(actions=ACTIONS)
def test_after_anything_a_host_does_it_enumerates_and_speaks(
    library: ctypes.CDLL, actions: list[tuple[object, ...]]
) -> None:
    port, host = plugged_in(library)
    for action in actions:
        act(port, host.address, *action)
    port.set_vbus(True)
    port.resume()
    host.enumerate()
    host.open()
    assert port.write(b"to the host")
    assert host.read(1000) == b"to the host"
    host.write(b"from the host")
    assert port.read() == b"from the host"
    assert port.rig.misuses == 0


def act(port: RigPort, address: int, what: object, *given: object) -> None:
    match what, *given:
        case "setup", tuple() as fields:
            port.setup(address, 0, struct.pack("<BBHHH", *fields))
        case "in", int() as endpoint, bool() as acknowledged:
            port.in_(address, endpoint, acknowledged)
        case "out", int() as endpoint, bytes() as data, bool() as toggle:
            port.out(address, endpoint, data, int(toggle))
        case "write", int() as count:
            port.write(b"w" * count)
        case "read", int() as count:
            port.read(count)
        case ("reset",):
            port.bus_reset()
        case ("suspend",):
            port.suspend()
        case ("resume",):
            port.resume()
        case "unplug" | "plug", *_:
            port.set_vbus(what == "plug")
