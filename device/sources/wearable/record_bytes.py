"""Encode and decode a record: its type, then its fields in order, little-endian.

Tests compare it with the C of firmware/src/record.c.
"""

import struct
from dataclasses import fields
from functools import cache
from typing import get_type_hints

import numpy as np

from edgekit.errors import EdgekitError
from edgekit.spec import RECORD_LOGITS_MOST, RECORD_TEXT_BYTES

from .records import (
    KINDS,
    PROTOCOL_VERSION,
    SAMPLES_MOST,
    STORED_MOST,
    Decision,
    DeviceSamples,
    Hello,
    Record,
    Stored,
)


def encode(record: Record) -> bytes:
    """Return the bytes of a record; long texts and stored records are cut."""
    match record:
        case DeviceSamples(first, time_us, counts):
            head = struct.pack("<BIQB", record.type, first, time_us, len(counts))
            return head + counts.astype("<i2").tobytes()
        case Decision(first, posture, placement, confidence, placement_confidence, logits):
            answer = posture, placement, confidence, placement_confidence
            return struct.pack("<BI4B", record.type, first, *answer) + logits.tobytes()
        case Stored(sequence, inner):
            return struct.pack("<BI", record.type, sequence) + inner[:STORED_MOST]
    parts = [bytes([record.type])]
    for name, kind in _layout(record.type):
        value = getattr(record, name)
        if kind == "text":
            text = value.encode()[:RECORD_TEXT_BYTES]  # a longer text is cut
            parts.append(bytes([len(text)]) + text)
        else:
            parts.append(struct.pack(f"<{kind}", value))
    return b"".join(parts)


def decode(record: bytes) -> Record | None:
    """Return the record in some bytes; None where they are none, or of an unknown type.

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
    if kind is DeviceSamples:
        _, first, time_us, count = struct.unpack_from("<BIQB", record)
        if not (0 < count <= SAMPLES_MOST and len(record) == 14 + 6 * count):
            return None
        counts = np.frombuffer(record, "<i2", offset=14).reshape(-1, 3)
        return DeviceSamples(first, time_us, counts.astype(np.int16))
    if kind is Decision:
        first, posture, placement, *confidences = struct.unpack_from("<I4B", record, 1)
        logits = np.frombuffer(record, np.int8, offset=9)
        if len(logits) > RECORD_LOGITS_MOST:
            return None
        return Decision(first, posture, placement, confidences[0], confidences[1], logits)
    if kind is Stored:
        return Stored(struct.unpack_from("<I", record, 1)[0], record[5:])
    if kind is None:
        return None
    at, values = 1, []
    for _, form in _layout(kind.type):
        if form == "text":
            end = at + 1 + record[at]
            values.append(record[at + 1 : end].decode(errors="replace"))
            if record[at] > RECORD_TEXT_BYTES or end > len(record):
                return None
        else:
            end = at + struct.calcsize(f"<{form}")
            values.append(struct.unpack_from(f"<{form}", record, at)[0])
        at = end
    decoded: Record = kind(*values)
    return decoded if at == len(record) else None


@cache
def _layout(number: int) -> tuple[tuple[str, str], ...]:
    """Return the (name, kind) of each field of a record, in order."""
    kind = KINDS[number]
    hints = get_type_hints(kind, include_extras=True)
    return tuple((field.name, hints[field.name].__metadata__[0]) for field in fields(kind))
