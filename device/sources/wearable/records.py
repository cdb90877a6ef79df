"""Records: each class is one, its fields in the order of the line; see docs/protocol.md.

The same as firmware/src/record.h; record_bytes.py encodes them.
"""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from edgekit.night.events import EventKind

PROTOCOL_VERSION = 1
MOST_BYTES = 255
SAMPLES_MOST, STORED_MOST = 40, MOST_BYTES - 5
ERASE_MAGIC = 0x45534152

# edgekit_error_t and hal_reset_cause_t, in their order.
ERROR_KINDS = (
    EventKind.NACK, EventKind.BUS_STUCK, EventKind.TIMEOUT, EventKind.WRONG_DEVICE,
    EventKind.REGISTER_LOST, EventKind.FROZEN, EventKind.SELF_TEST, EventKind.OVERRUN,
    EventKind.BAD_FRAME, EventKind.BAD_RECORD, EventKind.FLASH, EventKind.FULL,
)  # fmt: skip
ERRORS = (("ok", "no error"), *((kind, kind.words) for kind in ERROR_KINDS))
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
    """A type byte and fields."""

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
class DeviceSamples(Record):
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


# The next three are for test benches: no command of edgekit erases or restarts a wearable.
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


KINDS: dict[int, Any] = {
    kind.type: kind
    for kind in (
        Hello, DeviceSamples, Decision, DeviceEvent, DeviceHealth, Boot, Fault, Bout, DeviceClock,
        Stored, Dumped, Label, Greet, SetClock, Stream, Dump, Erase, Reset, SelfTest,
    )
}  # fmt: skip
