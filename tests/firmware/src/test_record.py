"""Records in C and in Python are the same bytes."""

import ctypes
import re
import struct
from collections.abc import Callable
from dataclasses import fields
from typing import Any, get_type_hints

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.device.sources.wearable import records
from edgekit.device.sources.wearable.record_bytes import decode, encode
from edgekit.device.sources.wearable.records import (
    KINDS,
    Decision,
    DeviceSamples,
    Record,
    Stored,
)
from edgekit.errors import EdgekitError
from edgekit.firmware.build.toolchain import FOLDER
from edgekit.spec import RECORD_LOGITS_MOST, RECORD_TEXT_BYTES

C_TYPES = {
    "B": ctypes.c_uint8,
    "H": ctypes.c_uint16,
    "I": ctypes.c_uint32,
    "Q": ctypes.c_uint64,
    "b": ctypes.c_int8,
    "h": ctypes.c_int16,
    "i": ctypes.c_int32,
    "8s": ctypes.c_uint8 * 8,
    "32s": ctypes.c_uint8 * 32,
    "text": ctypes.c_char * (RECORD_TEXT_BYTES + 1),
}
WORDS = {
    "DeviceSamples": "samples",
    "DeviceEvent": "event",
    "DeviceHealth": "health",
    "DeviceClock": "clock",
    "DeviceMounting": "mounting",
    "DeviceAlarm": "alarm",
    "DeviceTherapy": "therapy",
}
BY_HAND = {DeviceSamples, Decision, Stored}
FIXED = [kind for kind in KINDS.values() if kind not in BY_HAND and fields(kind)]


class CSamples(ctypes.Structure):
    _fields_ = (
        ("first_sample", ctypes.c_uint32),
        ("time_us", ctypes.c_uint64),
        ("count", ctypes.c_uint8),
        ("counts", ctypes.c_int16 * 3 * records.SAMPLES_MOST),
    )


class CDecision(ctypes.Structure):
    _fields_ = (
        ("first_sample", ctypes.c_uint32),
        ("posture", ctypes.c_uint8),
        ("placement", ctypes.c_uint8),
        ("posture_confidence", ctypes.c_uint8),
        ("placement_confidence", ctypes.c_uint8),
        ("logits", ctypes.c_uint8),
        ("logit", ctypes.c_int8 * RECORD_LOGITS_MOST),
    )


@pytest.fixture(scope="session")
def library(c_library: Callable[..., ctypes.CDLL]) -> ctypes.CDLL:
    made = c_library(FOLDER / "src" / "record.c")
    for kind in KINDS.values():
        if fields(kind) and kind is not Stored:
            getattr(made, f"record_decode_{c_name(kind)}").restype = ctypes.c_bool
    return made


def c_name(kind: type[Record]) -> str:
    name = WORDS.get(kind.__name__, kind.__name__)
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def layout(kind: type[Record]) -> list[tuple[str, str]]:
    hints = get_type_hints(kind, include_extras=True)
    return [(field.name, hints[field.name].__metadata__[0]) for field in fields(kind)]


def any_of(form: str) -> st.SearchStrategy[Any]:
    if form == "text":
        return st.text(st.characters(codec="ascii", exclude_characters="\0"), max_size=40)
    size = struct.calcsize(f"<{form}")
    if form.endswith("s"):
        return st.binary(min_size=size, max_size=size)
    bits = 8 * size
    return (
        st.integers(-(1 << bits - 1), (1 << bits - 1) - 1)
        if form.islower()
        else st.integers(0, (1 << bits) - 1)
    )


def any_record() -> st.SearchStrategy[Record]:
    ours = st.just(records.PROTOCOL_VERSION)
    return st.one_of(
        *(
            st.builds(
                kind,
                **{
                    name: ours if name == "protocol_version" else any_of(form)
                    for name, form in layout(kind)
                },
            )
            for kind in FIXED
        )
    )


def c_struct(record: Record) -> ctypes.Structure:
    """The record as the C's struct of it."""
    kind = type(record)

    class Struct(ctypes.Structure):
        _fields_ = tuple((name, C_TYPES[form]) for name, form in layout(kind))

    made = Struct()
    for name, form in layout(kind):
        value = getattr(record, name)
        if form.endswith("s"):
            getattr(made, name)[:] = value
        else:
            setattr(made, name, value.encode() if form == "text" else value)
    return made


def c_encode(library: ctypes.CDLL, record: Record) -> bytes:
    """What the C makes of it."""
    out = (ctypes.c_uint8 * records.MOST_BYTES)()
    if isinstance(record, DeviceSamples):
        made: Any = CSamples(record.first_sample, record.time_us, len(record.counts))
        for place, counts in enumerate(record.counts.tolist()):
            made.counts[place][:] = counts
    elif isinstance(record, Decision):
        answer = [getattr(record, field.name) for field in fields(record)[:5]]
        made = CDecision(*answer, len(record.logits))
        made.logit[: len(record.logits)] = record.logits.tolist()
    else:
        made = c_struct(record)
    encoder = getattr(library, f"record_encode_{c_name(type(record))}")
    count = encoder(ctypes.byref(made), out)
    decoded = type(made)()
    decoder = getattr(library, f"record_decode_{c_name(type(record))}")
    assert decoder(out, count, ctypes.byref(decoded))
    again = (ctypes.c_uint8 * records.MOST_BYTES)()
    assert encoder(ctypes.byref(decoded), again) == count and bytes(again) == bytes(out)
    for wrong in (0, count - 1, count + 1):  # a decision may have any number of logits
        assert isinstance(record, Decision) or not decoder(out, wrong, ctypes.byref(decoded))
    return bytes(out[:count])


@given(record=any_record())
def test_a_record_is_the_same_bytes_in_c_and_in_python(
    library: ctypes.CDLL, record: Record
) -> None:
    coded = c_encode(library, record)
    assert coded == encode(record)
    assert decode(coded) == record


@given(
    first=any_of("I"),
    time_us=any_of("Q"),
    counts=st.lists(st.tuples(*[any_of("h")] * 3), min_size=1, max_size=records.SAMPLES_MOST),
)
def test_samples_are_the_same_bytes(
    library: ctypes.CDLL, first: int, time_us: int, counts: list[tuple[int, int, int]]
) -> None:
    record = DeviceSamples(first, time_us, np.array(counts, np.int16))
    coded = c_encode(library, record)
    assert coded == encode(record)
    back = decode(coded)
    assert isinstance(back, DeviceSamples) and (back.first_sample, back.time_us) == (first, time_us)
    np.testing.assert_array_equal(back.counts, record.counts)


@given(answer=st.tuples(any_of("I"), *[any_of("B")] * 4), logits=st.binary(max_size=64))
def test_a_decision_is_the_same_bytes(
    library: ctypes.CDLL, answer: tuple[int, int, int, int, int], logits: bytes
) -> None:
    record = Decision(*answer, np.frombuffer(logits, np.int8))
    coded = c_encode(library, record)
    assert coded == encode(record) == encode(decode(coded))  # type: ignore[arg-type]


@given(sequence=any_of("I"), inner=st.binary(max_size=300))
def test_a_stored_record_is_the_same_bytes_and_never_too_long(
    library: ctypes.CDLL, sequence: int, inner: bytes
) -> None:
    out = (ctypes.c_uint8 * records.MOST_BYTES)()
    count = library.record_encode_stored(sequence, inner, len(inner), out)
    assert bytes(out[:count]) == encode(Stored(sequence, inner))
    assert count <= records.MOST_BYTES


def test_the_longest_greeting_fits_a_record(library: ctypes.CDLL) -> None:
    most = {"text": "n" * 40, "8s": b"\xff" * 8, "32s": b"\xff" * 32}
    hello = records.Hello(*(most.get(form, 1) for _, form in layout(records.Hello)))
    assert len(c_encode(library, hello)) == 254 <= records.MOST_BYTES


@given(text=st.text(max_size=60))
def test_a_long_text_is_cut(library: ctypes.CDLL, text: str) -> None:
    field = ctypes.create_string_buffer(b"\xff" * 41, 42)
    library.record_set_text(field, text.encode())
    assert field.value == text.encode().split(b"\0")[0][:40]


@settings(max_examples=300)
@given(record=st.binary(max_size=300))
def test_any_bytes_are_a_record_or_none(record: bytes) -> None:
    try:
        found = decode(record)
    except EdgekitError as refusal:
        assert record[0] == 1 and "version" in str(refusal)
        return
    if found is not None and not any(form == "text" for _, form in _forms(found)):
        assert encode(found) == record


def _forms(record: Record) -> list[tuple[str, str]]:
    return [] if type(record) in BY_HAND else layout(type(record))


def test_types_and_errors_are_those_of_the_headers() -> None:
    header = (FOLDER / "src" / "record.h").read_text()
    (body,) = re.findall(r"typedef enum \{(.*?)\} record_type_t", header, re.DOTALL)
    number, numbers = 0, {}
    for name, value in re.findall(r"RECORD_(\w+)(?: = (\d+))?,", body):
        number = int(value) if value else number + 1
        numbers[name.lower()] = number
    assert numbers == {c_name(kind): number for number, kind in KINDS.items()}
    errors = (FOLDER / "include" / "edgekit_error.h").read_text()
    listed = re.findall(r'X\((\w+), "(.*)"\)', errors)
    assert [(name.lower().replace("_", " "), text) for name, text in listed] == [*records.ERRORS]
    hal = (FOLDER / "include" / "edgekit_hal.h").read_text()
    causes = re.findall(r"HAL_RESET_(\w+),", hal)
    assert tuple(cause.lower() for cause in causes) == records.RESET_CAUSES
    clocks = re.findall(r"HAL_CLOCK_(\w+),", hal)
    assert tuple(clock.lower() for clock in clocks) == records.CLOCK_SOURCES
    checks = re.findall(r"    RECORD_CHECK_(\w+), ", header)
    assert tuple(check.lower() for check in checks) == records.CHECKS
    features = re.findall(r"#define HAL_FEATURE_(\w+) +\(1u << (\d+)\)", hal)
    assert features == [(name.upper(), str(bit)) for bit, name in enumerate(records.FEATURES)]
    assert f"0x{records.ERASE_MAGIC:08X}u" in header


def test_sizes_and_scales_are_those_of_the_headers() -> None:
    header = (FOLDER / "src" / "record.h").read_text()
    sizes = {name: int(value) for name, value in re.findall(r"#define RECORD_(\w+) +(\d+)", header)}
    assert sizes["TEXT_BYTES"] == RECORD_TEXT_BYTES
    assert sizes["LOGITS_MOST"] == RECORD_LOGITS_MOST
    assert sizes["MOST_BYTES"] == records.MOST_BYTES
    assert sizes["SAMPLES_MOST"] == records.SAMPLES_MOST
    assert sizes["CHECK_TRANSFERS"] == records.CHECK_TRANSFERS
    assert sizes["NOT_MEASURED"] == records.NOT_MEASURED
    assert sizes["BOUT_COUNTS_PER_G"] == records.BOUT_COUNTS_PER_G
