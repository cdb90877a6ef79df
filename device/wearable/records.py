"""Records: each class is one, its fields in the order of the line; see docs/protocol.md.

The same as firmware/src/record.h, which tests hold byte for byte beside this.
"""

import struct
from dataclasses import dataclass, fields
from functools import cache
from typing import Annotated, Any, ClassVar, get_type_hints

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError

PROTOCOL_VERSION = 1
MOST_BYTES = 255
TEXT_BYTES = 40  # of a text; longer ones are cut
SAMPLES_MOST, LOGITS_MOST, STORED_MOST = 40, 64, MOST_BYTES - 5

# edgekit_error_t and hal_reset_cause_t, in their order.
ERRORS = (
    ("ok", "no error"),
    ("nack", "no device answered on the bus"),
    ("bus stuck", "a device holds the bus low"),
    ("timeout", "the bus or the flash did not answer in time"),
    ("wrong device", "another chip than an ADXL345 answered"),
    ("register lost", "a register lost what was written to it"),
    ("frozen", "the sensor repeats one sample"),
    ("self test", "the sensor failed its self-test"),
    ("overrun", "samples were lost before they were read"),
    ("bad frame", "a frame was cut, damaged or of another kind"),
    ("bad record", "a record in flash is damaged"),
    ("flash", "the flash could not be written or erased"),
    ("full", "there is no room left"),
    ("watchdog", "the watchdog started the device anew"),
    ("fault", "the processor met a fault and started anew"),
)
RESET_CAUSES = ("power", "pin", "watchdog", "fault", "software")

# A field's kind is a format of `struct`, but for a text: a u8 of its bytes, then its bytes.
U8 = Annotated[int, "B"]
U16 = Annotated[int, "H"]
U32 = Annotated[int, "I"]
U64 = Annotated[int, "Q"]
I8 = Annotated[int, "b"]
I16 = Annotated[int, "h"]
Id = Annotated[bytes, "8s"]
Digest = Annotated[bytes, "32s"]
Text = Annotated[str, "text"]


class Record:
    """A type byte and fields; a class without `type` is no record."""

    type: ClassVar[int]


@dataclass(frozen=True)
class Hello(Record):
    type = 1
    protocol_version: U8
    board: Text
    firmware_version: Text
    bundle_name: Text
    bundle_digest: Digest
    device_id: Id
    domain: Text
    rate_mhz: U32
    window: U16
    hop: U16
    counts_per_g: U16
    posture_scale_bits: U32
    posture_zero_point: I8
    placement_scale_bits: U32
    placement_zero_point: I8
    postures: U8
    placements: U8
    boot_count: U32
    time_us: U64
    next_sample: U32
    stored_first: U32
    stored_next: U32


@dataclass(frozen=True)
class Samples(Record):
    type = 2
    first_sample: int
    time_us: int
    counts: NDArray[np.int16]  # (n, 3), 1..SAMPLES_MOST


@dataclass(frozen=True)
class Decision(Record):
    type = 3
    first_sample: int  # of the window
    posture: int
    placement: int
    posture_confidence: int  # of 255
    placement_confidence: int
    logits: NDArray[np.int8]  # the posture head's, then the placement's


@dataclass(frozen=True)
class DeviceEvent(Record):
    type = 4
    time_us: U64
    next_sample: U32
    error: U8
    detail: U32


@dataclass(frozen=True)
class DeviceHealth(Record):
    type = 5
    time_us: U64
    next_sample: U32
    nacks: U32
    timeouts: U32
    bus_recoveries: U32
    overruns: U32
    register_losses: U32
    frozen: U32
    reinitialisations: U32
    samples: U32


@dataclass(frozen=True)
class Boot(Record):
    type = 6
    boot_count: U32
    reset_cause: U8
    bundle_start: Id


@dataclass(frozen=True)
class Fault(Record):
    type = 7
    pc: U32
    lr: U32
    psr: U32
    fault_status: U32
    fault_address: U32


@dataclass(frozen=True)
class Bout(Record):
    type = 8
    first_sample: U32
    time_us: U64
    windows: U16
    posture: U8
    placement: U8
    posture_confidence: U8
    placement_confidence: U8
    mean_x: I16
    mean_y: I16
    mean_z: I16


@dataclass(frozen=True)
class DeviceClock(Record):
    type = 9
    time_us: U64
    utc_us: U64


@dataclass(frozen=True)
class Stored(Record):
    type = 10
    sequence: int
    record: bytes


@dataclass(frozen=True)
class Dumped(Record):
    type = 11
    next_sequence: U32


@dataclass(frozen=True)
class Label(Record):
    type = 12
    head: U8  # 0 posture, 1 placement
    index: U8
    name: Text


@dataclass(frozen=True)
class Greet(Record):
    type = 64


@dataclass(frozen=True)
class SetClock(Record):
    type = 65
    utc_us: U64


@dataclass(frozen=True)
class Stream(Record):
    type = 66
    on: U8


@dataclass(frozen=True)
class Dump(Record):
    type = 67
    sequence: U32


@dataclass(frozen=True)
class Erase(Record):
    type = 68
    magic: U32


@dataclass(frozen=True)
class Reset(Record):
    type = 69


@dataclass(frozen=True)
class SelfTest(Record):
    type = 70


ERASE_MAGIC = 0x45534152
KINDS: dict[int, Any] = {kind.type: kind for kind in Record.__subclasses__()}


def encode(record: Record) -> bytes:
    match record:
        case Samples(first, time_us, counts):
            head = struct.pack("<BIQB", record.type, first, time_us, len(counts))
            return head + counts.astype("<i2").tobytes()
        case Decision(first, posture, placement, sure, placement_sure, logits):
            answer = posture, placement, sure, placement_sure
            return struct.pack("<BI4B", record.type, first, *answer) + logits.tobytes()
        case Stored(sequence, inner):
            return struct.pack("<BI", record.type, sequence) + inner[:STORED_MOST]
    parts = [bytes([record.type])]
    for name, kind in _layout(record.type):
        value = getattr(record, name)
        if kind == "text":
            text = value.encode()[:TEXT_BYTES]
            parts.append(bytes([len(text)]) + text)
        else:
            parts.append(struct.pack(f"<{kind}", value))
    return b"".join(parts)


def decode(record: bytes) -> Record | None:
    """None for a record that is not known here, or is none.

    Raises EdgekitError for a greeting in another version of the protocol.
    """
    if record[:1] == bytes([Hello.type]) and record[1:2] not in (b"", bytes([PROTOCOL_VERSION])):
        raise EdgekitError(
            f"the wearable speaks version {record[1]} of the protocol, this edgekit version "
            f"{PROTOCOL_VERSION}: update the older of the two (the firmware by flashing it again)"
        )
    try:
        return _decode(record)
    except (IndexError, struct.error):
        return None


def _decode(record: bytes) -> Record | None:
    kind = KINDS.get(record[0])
    if kind is Samples:
        _, first, time_us, count = struct.unpack_from("<BIQB", record)
        if not (0 < count <= SAMPLES_MOST and len(record) == 14 + 6 * count):
            return None
        counts = np.frombuffer(record, "<i2", offset=14).reshape(-1, 3)
        return Samples(first, time_us, counts.astype(np.int16))
    if kind is Decision:
        first, posture, placement, sure, placement_sure = struct.unpack_from("<I4B", record, 1)
        logits = np.frombuffer(record, np.int8, offset=9)
        decision = Decision(first, posture, placement, sure, placement_sure, logits)
        return decision if len(logits) <= LOGITS_MOST else None
    if kind is Stored:
        return Stored(struct.unpack_from("<I", record, 1)[0], record[5:])
    if kind is None:
        return None
    at, values = 1, []
    for _, form in _layout(kind.type):
        if form == "text":
            end = at + 1 + record[at]
            values.append(record[at + 1 : end].decode(errors="replace"))
            if record[at] > TEXT_BYTES or end > len(record):
                return None
        else:
            end = at + struct.calcsize(f"<{form}")
            values.append(struct.unpack_from(f"<{form}", record, at)[0])
        at = end
    decoded: Record = kind(*values)
    return decoded if at == len(record) else None


@cache
def _layout(number: int) -> tuple[tuple[str, str], ...]:
    """The names and kinds of a record's fields, in order."""
    kind = KINDS[number]
    hints = get_type_hints(kind, include_extras=True)
    return tuple((field.name, hints[field.name].__metadata__[0]) for field in fields(kind))
