"""Count the clocks that a core waits for its flash, by its cache and what is read.

Every chip here has a cache of two ways. Which way a miss replaces is published for none of them:
the older one is assumed.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class FlashReads:
    """What it costs to read flash; board.toml names the source of each figure."""

    cache_bytes: int  # two ways together
    line_bytes: int
    miss_clocks: int  # of the core, for a line that the cache does not hold
    data_clocks: int | None  # for each read of data, where only instructions are cached; else None


@dataclass(frozen=True)
class Accesses:
    """Reads of flash in their order: each one's first address, its size, whether it is of data."""

    at: NDArray[np.int64]
    bytes: NDArray[np.int64]
    is_data: NDArray[np.bool_]


@dataclass(frozen=True)
class FlashWaits:
    """Lines that the cache fetched, empty at first; clocks that the core waited in all."""

    misses: int
    clocks: int


def flash_waits(reads: FlashReads, accesses: Accesses) -> FlashWaits:
    """Count the misses of a run of accesses, and the clocks that the core waits."""
    at, size = accesses.at, accesses.bytes
    waited = 0
    if reads.data_clocks is not None:
        waited = int(accesses.is_data.sum()) * reads.data_clocks
        at, size = at[~accesses.is_data], size[~accesses.is_data]
    misses = _misses(_lines(at, size, reads.line_bytes), reads.cache_bytes // reads.line_bytes // 2)
    return FlashWaits(misses, waited + misses * reads.miss_clocks)


def _lines(at: NDArray[np.int64], size: NDArray[np.int64], line_bytes: int) -> NDArray[np.int64]:
    """Return the lines that the accesses touch, in order."""
    first, last = at // line_bytes, (at + size - 1) // line_bytes
    counts = last - first + 1
    starts = np.cumsum(counts) - counts
    return np.repeat(first - starts, counts) + np.arange(int(counts.sum()))


def _misses(lines: NDArray[np.int64], sets: int) -> int:
    """Count the misses of a cache of two ways that replaces the older line.

    In each set a line is there when it is one of the last two different lines. So, after repeats
    of one line are taken out of the set's own accesses, it hits where it equals the last but one.
    """
    order = np.argsort((lines % sets).astype(np.uint16), kind="stable")
    lines = lines[order]
    in_set = lines % sets
    is_new = np.ones(len(lines), bool)
    is_new[1:] = lines[1:] != lines[:-1]
    lines, in_set = lines[is_new], in_set[is_new]
    hits = (lines[2:] == lines[:-2]) & (in_set[2:] == in_set[:-2])
    return len(lines) - int(hits.sum())
