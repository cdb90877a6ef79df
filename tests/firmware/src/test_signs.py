"""What the light shows: firmware/src/signs.c alone."""

import ctypes
import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis.strategies import integers, lists, sampled_from, tuples

from edgekit.firmware.build.toolchain import FOLDER
from tests.helpers.command import REPOSITORY

NEVER_US = (1 << 64) - 1
HEADER = (FOLDER / "src" / "signs.h").read_text()
CODES = {
    name: tuple(map(int, numbers.split(",")))
    for name, numbers in re.findall(r"X\(([A-Z_]+), ([\d, ]+)\)", HEADER)
}
NUMBERS = {name: number for number, name in enumerate(CODES)}


class Signs(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_int),
        ("since_us", ctypes.c_uint64),
        ("is_lit", ctypes.c_bool),
        ("due_us", ctypes.c_uint64),
    )


@pytest.fixture(scope="session")
def library(c_library: Callable[..., ctypes.CDLL]) -> ctypes.CDLL:
    return c_library(FOLDER / "src" / "signs.c")


def started(library: ctypes.CDLL, now_us: int = 0) -> Signs:
    signs = Signs()
    library.signs_start(ctypes.byref(signs), ctypes.c_uint64(now_us))
    return signs


def blinks(library: ctypes.CDLL, code: str, seconds: int, start_us: int = 0) -> list[list[int]]:
    """[lit from, for so long] in microseconds: looked at whenever a change is due."""
    signs, now_us, lit = started(library, start_us), start_us, list[list[int]]()
    while now_us <= start_us + seconds * 1_000_000:
        library.signs_show(ctypes.byref(signs), NUMBERS[code], ctypes.c_uint64(now_us))
        assert signs.due_us > now_us
        if signs.is_lit:
            lit.append([now_us - start_us, signs.due_us - now_us])
        if signs.due_us == NEVER_US:
            break
        now_us = signs.due_us
    return lit


@pytest.mark.parametrize("code", CODES)
def test_each_code_blinks_as_the_header_says(library: ctypes.CDLL, code: str) -> None:
    count, lit_ms, apart_ms, every_ms = CODES[code]
    rounds = 3 if every_ms else 1
    expected = [
        [1000 * (turn * every_ms + blink * apart_ms), 1000 * lit_ms]
        for turn in range(rounds)
        for blink in range(count)
    ]
    seconds = max(rounds * every_ms // 1000 - 1, 3)
    assert blinks(library, code, seconds, start_us=123_456_789) == expected


@pytest.mark.parametrize("code", CODES)
def test_the_manual_says_what_the_header_says(code: str) -> None:
    count, lit_ms, _, every_ms = CODES[code]
    manual = (REPOSITORY / "docs" / "boards.md").read_text()
    (row,) = re.findall(rf"^\| `{code.lower().replace('_', ' ')}` \| (.*?) \|", manual, re.M)
    words = {1: "one blink", 2: "two blinks", 3: "three blinks", 4: "four blinks"}[count]
    assert row == f"{words} of {lit_ms} ms" + (f", each {every_ms // 1000} s" if every_ms else "")


@given(steps=lists(tuples(sampled_from(sorted(CODES)), integers(0, 20_000_000)), max_size=40))
def test_however_late_it_is_looked_at_the_light_is_due_to_go_out(
    library: ctypes.CDLL, steps: list[tuple[str, int]]
) -> None:
    signs, now_us = started(library), 0
    for code, later_us in steps:
        now_us += later_us
        library.signs_show(ctypes.byref(signs), NUMBERS[code], ctypes.c_uint64(now_us))
        assert signs.due_us > now_us
        assert not signs.is_lit or signs.due_us - now_us <= CODES[code][1] * 1000


def test_order_costs_less_than_a_microampere(library: ctypes.CDLL) -> None:
    lit_us = sum(us for _, us in blinks(library, "SAMPLES_FLOW", 1000))
    assert 3000 * lit_us / 1000e6 < 1  # uA, at the 3 mA of the brightest light here
