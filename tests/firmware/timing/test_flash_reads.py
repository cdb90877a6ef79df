"""Waits for the flash: the cache of two ways is what a plain simulation of one says."""

import numpy as np
from hypothesis import given
from hypothesis.strategies import booleans, integers, lists, sampled_from, tuples

from edgekit.firmware.timing.flash_reads import Accesses, FlashReads, flash_waits

READS = lists(tuples(integers(0, 1500), integers(1, 80), booleans()), max_size=300)


def accesses(reads: list[tuple[int, int, bool]]) -> Accesses:
    at, size, is_data = zip(*reads, strict=True) if reads else ((), (), ())
    return Accesses(np.array(at, np.int64), np.array(size, np.int64), np.array(is_data, bool))


def misses_one_by_one(reads: list[tuple[int, int, bool]], line: int, sets: int) -> int:
    """Count the misses as a cache would: two lines a set, the one unused for longer goes."""
    held: dict[int, list[int]] = {}
    misses = 0
    for at, size, _ in reads:
        for number in range(at // line, (at + size - 1) // line + 1):
            ways = held.setdefault(number % sets, [])
            if number in ways:
                ways.remove(number)
            else:
                misses += 1
                del ways[:-1]
            ways.append(number)
    return misses


@given(READS, sampled_from([8, 16]), sampled_from([2, 4, 16]))
def test_misses_are_those_of_a_cache_that_replaces_the_older_of_two_lines(
    reads: list[tuple[int, int, bool]], line: int, sets: int
) -> None:
    waits = flash_waits(FlashReads(2 * line * sets, line, 7, None), accesses(reads))
    assert waits.misses == misses_one_by_one(reads, line, sets)
    assert waits.clocks == 7 * waits.misses


@given(READS)
def test_where_only_instructions_are_cached_each_read_of_data_waits(
    reads: list[tuple[int, int, bool]],
) -> None:
    waits = flash_waits(FlashReads(2048, 16, 3, data_clocks=5), accesses(reads))
    code = [read for read in reads if not read[2]]
    assert waits.misses == misses_one_by_one(code, 16, 64)
    assert waits.clocks == 3 * waits.misses + 5 * (len(reads) - len(code))


def test_a_second_run_over_what_fits_the_cache_misses_nothing() -> None:
    once = [(at, 4, True) for at in range(0, 4096, 4)]
    reads = FlashReads(16384, 8, 84, None)
    assert flash_waits(reads, accesses(once)) == flash_waits(reads, accesses(once + once))
