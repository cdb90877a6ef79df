"""Damage the content of a file in the ways that transfers, disks and other programs do."""

from collections.abc import Iterator

import numpy as np


def mutations(content: bytes, count: int, seed: int) -> Iterator[bytes]:
    """Yield `count` damaged copies of `content`, each with one to three faults."""
    random = np.random.default_rng(seed)
    for _ in range(count):
        damaged = content
        for _ in range(random.integers(1, 4)):
            damaged = _damaged(damaged, random)
        yield damaged


def _damaged(content: bytes, random: np.random.Generator) -> bytes:
    length = len(content)
    if length == 0:
        return content
    # Half of the faults lie in the first kilobyte, where headers are.
    at = int(random.integers(0, min(length, 1024) if random.random() < 0.5 else length))
    span = int(2 ** random.uniform(0, 12))
    match random.integers(0, 8):
        case 0:
            return content[:at]
        case 1:
            return content[:at] + content[at + span :]
        case 2:
            return content[:at] + random.bytes(span) + content[at:]
        case 3:
            return content[:at] + content[at : at + span] * 2 + content[at + span :]
        case 4:
            fill = bytes([random.choice([0x00, 0x1E, 0x30, 0xFF])])
            return content[:at] + fill * min(span, length - at) + content[at + span :]
        case 5:
            few = random.bytes(min(4, length - at))
            return content[:at] + few + content[at + len(few) :]
        case _:
            flipped = content[at] ^ 1 << int(random.integers(0, 8))
            return content[:at] + bytes([flipped]) + content[at + 1 :]
