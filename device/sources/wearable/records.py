"""Records: each class is one, its fields in the order of the line; see docs/protocol.md.

The same as firmware/src/record.h; record_bytes.py encodes them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, TypeVar, dataclass_transform

import numpy as np
from numpy.typing import NDArray

from edgekit.night.events import EventKind

PROTOCOL_VERSION = 2
MOST_BYTES = 255
SAMPLES_MOST, STORED_MOST = 40, MOST_BYTES - 5
ERASE_MAGIC = 0x45534152
UNANSWERED = (1 << 32) - 1  # response_ms of an alarm
BOUT_COUNTS_PER_G = 2048  # of a bout's means

# edgekit_error_t, hal_reset_cause_t and hal_clock_source_t, in their order.
ERROR_KINDS = (
    EventKind.NACK, EventKind.BUS_STUCK, EventKind.TIMEOUT, EventKind.WRONG_DEVICE,
    EventKind.REGISTER_LOST, EventKind.FROZEN, EventKind.SELF_TEST, EventKind.OVERRUN,
    EventKind.BAD_FRAME, EventKind.BAD_RECORD, EventKind.FLASH, EventKind.FULL,
    EventKind.LOW_BATTERY, EventKind.BATTERY_EMPTY,
)  # fmt: skip
ERRORS = (("ok", "no error"), *((kind, kind.words) for kind in ERROR_KINDS))
RESET_CAUSES = ("power", "pin", "watchdog", "fault", "software")
CLOCK_SOURCES = ("unknown", "crystal", "rc")
LISTENERS = ("unknown", "nobody", "somebody")  # on the serial line
# record_check_kind_t, in its order, and what a CHECK has in place of an error.
CHECKS = (
    "clock", "sensor", "bus", "flash", "line", "window", "stack", "reset", "watchdog", "motor",
    "health",
)  # fmt: skip
CHECK_TRANSFERS, NOT_MEASURED = 64, 255
# What a board has: bits of Hello.features, by their numbers.
FEATURES = ("battery", "led", "motor", "usb", "mounting")

# A field's kind is a format of `struct`, but for a text: a u8 of its bytes, then its bytes.
U8 = Annotated[int, "B"]
U16 = Annotated[int, "H"]
U32 = Annotated[int, "I"]
U64 = Annotated[int, "Q"]
I8 = Annotated[int, "b"]
I16 = Annotated[int, "h"]
I32 = Annotated[int, "i"]
Id = Annotated[bytes, "8s"]
Digest = Annotated[bytes, "32s"]
Text = Annotated[str, "text"]


class Record:
    """A type byte and fields."""

    type: ClassVar[int]


T = TypeVar("T", bound=Record)
KINDS: dict[int, Any] = {}  # the classes below, by type byte


@dataclass_transform(frozen_default=True)
def _record(number: int) -> Callable[[type[T]], type[T]]:
    """Make a class a frozen dataclass and the record with this type byte."""

    def register(kind: type[T]) -> type[T]:
        kind.type = number
        KINDS[number] = dataclass(frozen=True)(kind)
        return kind

    return register


@_record(1)
class Hello(Record):
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
    features: U16  # FEATURES

    @property
    def wearable(self) -> str:
        """Its board and serial number, which a night's source and messages call it by."""
        return f"{self.board} {self.device_id.hex()}"


@_record(2)
class DeviceSamples(Record):
    first_sample: int
    time_us: int
    counts: NDArray[np.int16]  # (n, 3), 1..SAMPLES_MOST


@_record(3)
class Decision(Record):
    first_sample: int  # of the window
    posture: int
    placement: int
    posture_confidence: int  # of 255
    placement_confidence: int
    logits: NDArray[np.int8]  # the posture head's, then the placement's


@_record(4)
class DeviceEvent(Record):
    time_us: U64
    next_sample: U32
    error: U8
    detail: U32


@_record(5)
class DeviceHealth(Record):
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
    battery_mv: U16  # 0: not measured
    clock_source: U8  # CLOCK_SOURCES
    listener: U8  # LISTENERS


@_record(6)
class Boot(Record):
    boot_count: U32
    reset_cause: U8
    bundle_start: Id


@_record(7)
class Fault(Record):
    pc: U32
    lr: U32
    psr: U32
    fault_status: U32
    fault_address: U32


@_record(8)
class Bout(Record):
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


@_record(9)
class DeviceClock(Record):
    time_us: U64
    utc_us: U64


@_record(10)
class Stored(Record):
    sequence: int
    record: bytes


@_record(11)
class Dumped(Record):
    next_sequence: U32


@_record(12)
class Label(Record):
    head: U8  # 0 posture, 1 placement
    index: U8
    name: Text


@_record(13)
class DeviceMounting(Record):
    is_kept: U8  # 0: none, and the rest is 0
    xx: I16  # edgekit.mounting.Mounting: the matrix row by row, then the offsets
    xy: I16
    xz: I16
    yx: I16
    yy: I16
    yz: I16
    zx: I16
    zy: I16
    zz: I16
    offset_x: I32
    offset_y: I32
    offset_z: I32


@_record(14)
class DeviceAlarm(Record):
    time_us: U64  # of the end of the window that it was decided on
    attempt: U16
    level: U8
    strength: U8  # percent; 0 in a baseline night
    response_ms: U32  # UNANSWERED: not yet, or never


@_record(15)
class Check(Record):
    kind: U8  # CHECKS
    error: U8  # of ERRORS, or NOT_MEASURED
    value: I32


@_record(16)
class DeviceTherapy(Record):
    mode: U8  # of ALARM_MODES in edgekit.therapy_policy
    after_ms: U32
    delay_ms: U32
    every_ms: U32
    pause_ms: U32


@_record(64)
class Greet(Record): ...


@_record(65)
class SetClock(Record):
    utc_us: U64


@_record(66)
class Stream(Record):
    on: U8


@_record(67)
class Dump(Record):
    sequence: U32


# The next three are for test benches: no command of edgekit erases or restarts a wearable.
@_record(68)
class Erase(Record):
    magic: U32


RESET_ANEW, RESET_BOOT_LOADER = 0, 1


@_record(69)
class Reset(Record):
    mode: U8


@_record(70)
class SelfTest(Record): ...


@_record(71)
class SetMounting(DeviceMounting): ...


@_record(72)
class SetTherapy(DeviceTherapy): ...


@_record(73)
class CheckBoard(Record):
    kind: U8  # CHECKS
