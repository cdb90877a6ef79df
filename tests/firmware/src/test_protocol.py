"""Frames: the same in C and in Python, and found again after anything."""

import ctypes
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.device.sources.wearable.frames import Receiver, frame
from edgekit.device.sources.wearable.record_bytes import encode
from edgekit.device.sources.wearable.records import MOST_BYTES, Boot
from edgekit.firmware.build.toolchain import FOLDER, Compiler

SOURCES = FOLDER / "src" / "record.c", FOLDER / "src" / "protocol.c"
# Bytes as they are, and those that matter to COBS: none are zero for long, or many.
RECORD = st.one_of(
    st.binary(min_size=1, max_size=MOST_BYTES),
    st.lists(st.sampled_from([0, 1, 254, 255]), min_size=1, max_size=MOST_BYTES).map(bytes),
    st.integers(1, MOST_BYTES).map(lambda count: bytes(255 - i % 255 for i in range(count))),
)
FRAME_MOST = 262


class CReceiver(ctypes.Structure):
    _fields_ = (
        ("record", ctypes.c_uint8 * (MOST_BYTES + 3)),
        ("bytes", ctypes.c_uint32),
        ("counter", ctypes.c_uint8),
        ("refused", ctypes.c_uint32),
        ("held", ctypes.c_uint32),
        ("begun", ctypes.c_bool),
        ("too_long", ctypes.c_bool),
        ("cobs", ctypes.c_uint8 * 2),
    )


@pytest.fixture(scope="session")
def library(c_library: Callable[..., ctypes.CDLL]) -> ctypes.CDLL:
    built = c_library(*SOURCES[::-1])
    built.protocol_receive.restype = ctypes.c_bool
    return built


def c_frame(library: ctypes.CDLL, record: bytes, counter: int) -> bytes:
    out = (ctypes.c_uint8 * FRAME_MOST)()
    return bytes(out[: library.protocol_frame(record, len(record), counter, out)])


def c_records(library: ctypes.CDLL, stream: bytes) -> tuple[list[bytes], int]:
    receiver = CReceiver()
    received = [
        bytes(receiver.record[: receiver.bytes])
        for byte in stream
        if library.protocol_receive(ctypes.byref(receiver), byte)
    ]
    return received, receiver.refused


def py_records(stream: bytes, step: int) -> tuple[list[bytes], int]:
    receiver, received = Receiver(), []
    for at in range(0, len(stream), step):
        received += receiver.push(stream[at : at + step])
    return received, receiver.refused


@given(record=RECORD, counter=st.integers(0, 255))
def test_a_frame_is_the_same_bytes_in_c_and_in_python(
    library: ctypes.CDLL, record: bytes, counter: int
) -> None:
    framed = c_frame(library, record, counter)
    assert framed == frame(record, counter)
    assert len(framed) <= FRAME_MOST and 0 not in framed[1:-1]
    assert c_records(library, framed) == ([record], 0)
    assert py_records(framed, 7) == ([record], 0)


def test_the_checksum_is_crc_16_ccitt_false() -> None:
    assert frame(b"12345678", ord("9"))[-3:-1] == bytes([0xB1, 0x29])


@given(
    pieces=st.lists(
        st.one_of(
            RECORD.map(lambda record: frame(record, 3)),
            RECORD.map(lambda record: frame(record, 3)[:-4]),  # cut
            st.binary(max_size=600),
        ),
        max_size=6,
    ),
    step=st.integers(1, 400),
)
def test_c_and_python_take_the_same_records_from_any_bytes(
    library: ctypes.CDLL, pieces: list[bytes], step: int
) -> None:
    stream = b"".join(pieces)
    assert py_records(stream, step) == c_records(library, stream)


@given(garbage=st.binary(max_size=2000), record=RECORD)
def test_a_good_frame_is_found_whatever_came_before_it(
    library: ctypes.CDLL, garbage: bytes, record: bytes
) -> None:
    stream = garbage + frame(record, 0)
    assert c_records(library, stream)[0][-1:] == [record]
    assert py_records(stream, 97)[0][-1:] == [record]


@given(record=RECORD, data=st.data())
def test_a_frame_with_one_byte_changed_is_refused(record: bytes, data: st.DataObject) -> None:
    good = frame(record, 0)
    place = data.draw(st.integers(1, len(good) - 2))
    changed = bytearray(good)
    changed[place] ^= data.draw(st.integers(1, 255))
    assert record not in py_records(bytes(changed), 50)[0]


@given(records=st.lists(RECORD, min_size=3, max_size=20), data=st.data())
def test_the_counter_tells_how_many_frames_were_lost(
    records: list[bytes], data: st.DataObject
) -> None:
    arrived = data.draw(st.sets(st.integers(1, len(records) - 2)))
    receiver = Receiver()
    for place, record in enumerate(records):
        if place in {0, len(records) - 1} | arrived:
            receiver.push(frame(record, 1 + place))
    assert receiver.lost == len(records) - 2 - len(arrived)


def test_a_sender_that_starts_anew_counts_from_nought_and_has_lost_nothing() -> None:
    receiver = Receiver()
    for counter in (254, 255, 0, 1):
        receiver.push(frame(b"record", counter))
    receiver.push(frame(encode(Boot(8, 0, b"a bundle")), 0))
    receiver.push(frame(b"record", 1))
    assert receiver.lost == 0


def test_frames_lost_just_before_the_counter_is_nought_again_are_lost() -> None:
    receiver = Receiver()
    for counter in (250, 0):
        receiver.push(frame(b"record", counter))
    assert receiver.lost == 5


def test_a_flood_without_a_delimiter_takes_no_memory() -> None:
    receiver = Receiver()
    for _ in range(100):
        receiver.push(b"\x55" * 10_000)
        assert len(pickle.dumps(receiver)) < 300 + len(pickle.dumps(Receiver()))  # all it holds
    assert receiver.push(frame(b"hello", 0)) == [b"hello"]
    assert receiver.refused == 1


def test_the_receiver_is_fuzzed(fuzz: Callable[..., str]) -> None:
    report = fuzz(FOLDER / "tests" / "fuzz_protocol.c", *SOURCES, iterations=40_000)
    assert "none failed" in report


@pytest.mark.parametrize("core", ["cortex-m0plus", "cortex-m4", "cortex-m33"])
def test_it_compiles_for_a_core_without_a_warning(
    arm_gcc: dict[str, Compiler], tmp_path: Path, core: str
) -> None:
    from edgekit.firmware.build.toolchain import COMMON_FLAGS, INCLUDES

    includes = [f"-I{folder}" for folder in INCLUDES]
    for source in SOURCES:
        arm_gcc[core].run(
            [*COMMON_FLAGS, *includes, "-c", source, "-o", tmp_path / f"{source.stem}.o"]
        )


def test_cppcheck_finds_nothing(cppcheck: str) -> None:
    import subprocess

    done = subprocess.run(
        [cppcheck, "--std=c11", "--enable=warning,performance,portability", "--quiet",
         "--error-exitcode=1", f"-I{FOLDER / 'include'}", f"-I{FOLDER / 'src'}", *SOURCES],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
