"""Flash that wore out or was altered: what is damaged is told, and the rest is there."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpers.store_device import (
    BAD_RECORD,
    FLASH,
    HEADER_BYTES,
    MOST_PAGES,
    NEVER,
    OK,
    PAGE_BYTES,
    Make,
    extent,
)


@given(bits=st.lists(st.integers(0, 3 * PAGE_BYTES * 8 - 1), max_size=60), filled=st.floats(0, 2))
def test_turned_bits_never_alter_a_record(device: Make, bits: list[int], filled: float) -> None:
    store = device(3)
    written = store.fill(turns=filled)
    for bit in bits:
        store.turn_bit(bit)
    assert store.open() == OK
    for sequence, record in enumerate(store.kept(), store.state.first):
        assert record in (*written[sequence : sequence + 1], BAD_RECORD)
    next_one = store.state.next
    assert store.append(b"one more") == OK
    assert store.read(next_one) == b"one more"


@given(bit=st.integers(HEADER_BYTES * 8, PAGE_BYTES * 8 - 1))
def test_a_turned_bit_costs_one_record_at_most(device: Make, bit: int) -> None:
    store = device(3)
    written = store.fill(turns=0.6)
    store.turn_bit(bit)
    assert store.open() == OK
    kept = store.kept()
    assert kept.count(BAD_RECORD) <= 1
    assert all(one in (BAD_RECORD, record) for one, record in zip(kept, written, strict=True))


def test_damaged_records_of_the_newest_page_are_counted(device: Make) -> None:
    store = device(2)
    for _ in range(10):
        assert store.append(b"a record") == OK
    for record in (2, 3, 7):
        store.turn_bit((HEADER_BYTES + record * extent(b"a record") + 5) * 8)
    assert store.open() == OK
    assert store.state.damaged == 3
    assert store.kept() == [BAD_RECORD if i in (2, 3, 7) else b"a record" for i in range(10)]


@given(
    headers=st.sets(st.integers(0, 4)),
    bits=st.lists(st.integers(0, HEADER_BYTES * 8 - 1), min_size=1, max_size=9, unique=True),
    turns=st.floats(0, 2.5),
)
@settings(deadline=None)
def test_damaged_headers_cost_no_record_and_are_counted(
    device: Make, headers: set[int], bits: list[int], turns: float
) -> None:
    store = device(5)
    written = store.fill(turns)
    first, used = store.state.first, set(store.started_pages())
    for page in headers & used:
        for bit in bits:
            store.turn_bit(page * PAGE_BYTES * 8 + bit)
    for _ in range(2):
        assert store.open() == OK
        assert store.state.damaged_pages == len(headers & used)
        assert (store.state.first, store.state.next) == (first, len(written))
        assert store.kept() == written[first:]


@given(
    headers=st.sets(st.integers(0, 4), min_size=1),
    records_hit=st.sets(st.integers(0, 82)),
    turns=st.floats(0, 2.5),
)
@settings(deadline=None)
def test_no_stored_record_is_lost_without_a_word(
    device: Make, headers: set[int], records_hit: set[int], turns: float
) -> None:
    store = device(5)
    written = store.fill(turns)
    first, used = store.state.first, set(store.started_pages())
    for page in headers & used:
        store.turn_bit(page * PAGE_BYTES * 8 + 3)
        for record in records_hit:
            store.turn_bit((page * PAGE_BYTES + HEADER_BYTES + record * 48 + 9) * 8)
    assert store.open() == OK
    for sequence, record in enumerate(store.kept(), store.state.first):
        assert record in (*written[sequence : sequence + 1], BAD_RECORD)
    is_whole = (store.state.first, store.state.next) == (first, len(written))
    assert is_whole or store.state.damaged_pages > 0
    for number in range(40):
        assert store.append(b"later %d" % number) == OK
    assert store.open() == OK
    assert store.kept()[-40:] == [b"later %d" % number for number in range(40)]


@given(lost=st.integers(1, 8), bit=st.integers(0, 39 * 8))
def test_damaged_records_at_the_end_are_missing_and_counted(
    device: Make, lost: int, bit: int
) -> None:
    store = device(2)
    for _ in range(10):
        assert store.append(bytes(range(1, 41))) == OK
    for record in range(10 - lost, 10):
        store.turn_bit((HEADER_BYTES + record * 48 + 4) * 8 + bit)
    assert store.open() == OK
    assert (store.state.damaged, store.state.next) == (lost, 10)
    assert store.append(b"the next") == OK
    assert store.kept()[10 - lost :] == [BAD_RECORD] * lost + [b"the next"]


def test_the_number_of_the_newest_record_is_damaged_and_it_is_counted(device: Make) -> None:
    store = device(2)
    for _ in range(10):
        assert store.append(bytes(range(1, 41))) == OK
    store.turn_bit((HEADER_BYTES + 9 * 48) * 8)
    assert store.open() == OK
    assert (store.state.damaged, store.state.next) == (1, 10)


@given(turns=st.floats(0, 2.5), header=st.integers(0, 4))
def test_wiping_spares_what_was_stored_behind_a_damaged_header(
    device: Make, turns: float, header: int
) -> None:
    store = device(5)
    assert store.append(b"the patient lay on her back") == OK
    assert store.erase() == OK
    while store.state.to_wipe:
        assert store.wipe() == OK
    written = [b"", *store.fill(turns)]
    first = store.state.first
    if header in store.started_pages():
        store.turn_bit(header * PAGE_BYTES * 8)
    assert store.open() == OK
    while store.state.to_wipe:
        assert store.wipe() == OK
    assert store.kept() == written[first:]


def test_a_record_inside_a_record_is_not_taken_for_one(device: Make) -> None:
    store = device(2)
    assert store.append(b"inner") == OK
    image = bytes(store.flash.bytes[HEADER_BYTES : HEADER_BYTES + extent(b"inner")])
    store = device(2)
    assert store.append(image) == OK
    assert store.append(b"next") == OK
    store.turn_bit(HEADER_BYTES * 8)
    assert store.open() == OK
    assert store.kept() == [BAD_RECORD, b"next"]


@given(contents=st.binary(max_size=2 * PAGE_BYTES))
def test_any_flash_can_be_appended_to(device: Make, contents: bytes) -> None:
    store = device(2)
    store.flash.bytes[: len(contents)] = contents
    assert store.open() == OK
    for record in (b"one", b"two", bytes(255)):
        assert store.append(record) == OK
    assert store.kept()[-3:] == [b"one", b"two", bytes(255)]


def test_a_page_that_cannot_be_erased_is_passed_over(device: Make) -> None:
    store = device(4)
    store.flash.bad_page = 2
    written = store.fill(turns=2)
    assert store.kept() == written[store.state.first :]
    assert store.open() == OK
    assert store.kept() == written[store.state.first :]
    assert store.erases()[2] == 0


@pytest.mark.parametrize("word", [5, 32, 500])
def test_a_word_that_cannot_be_written_is_passed_over(device: Make, word: int) -> None:
    store = device(3)
    store.flash.bad_word = PAGE_BYTES + word * 4
    written = store.fill(turns=1.5)
    assert store.kept() == written[store.state.first :]
    assert store.open() == OK
    assert store.kept() == written[store.state.first :]


def test_a_flash_that_fails_is_reported_and_keeps_what_it_can(device: Make) -> None:
    store = device(MOST_PAGES)
    written = store.fill(turns=1.3)
    store.library.flash_power_on(0, 1)
    for _ in range(200):
        assert store.append(b"lost") == FLASH
    store.library.flash_power_on(NEVER, 1)
    assert store.kept() == written[store.state.first :]
    assert store.state.next - store.state.first > 4 * (PAGE_BYTES // 48)
    assert store.append(b"kept") == OK
