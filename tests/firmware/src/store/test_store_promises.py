"""What the store promises: against a list, in wear, and in how its pages are laid out."""

from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.store_device import (
    BAD_RECORD,
    FLASH,
    FULL,
    HEADER_BYTES,
    MOST_PAGES,
    NEVER,
    OK,
    PAGE_BYTES,
    Device,
    Make,
    extent,
    header,
    in_flash,
    records,
)


@given(
    pages=st.integers(2, 4),
    operations=st.lists(
        st.one_of(
            st.lists(records, min_size=1, max_size=40), st.sampled_from(["erase", "open anew"])
        ),
        max_size=12,
    ),
)
def test_a_store_is_a_list_that_forgets_its_oldest(
    device: Make, pages: int, operations: list[list[bytes] | str]
) -> None:
    store = device(pages)
    written: list[bytes] = []
    erased = 0
    for operation in operations:
        if operation == "erase":
            assert store.erase() == OK
            erased = len(written)
        elif operation == "open anew":
            assert store.open() == OK
        else:
            for record in operation:
                assert store.append(record) == OK
                written.append(record)
        first = store.state.first
        assert store.state.next == len(written)
        assert erased <= first
        assert store.kept() == written[first:]
        assert store.state.damaged == 0
    assert store.flash.most_writes <= 1


def test_all_but_one_page_of_records_are_kept(device: Make) -> None:
    store = device(4)
    store.fill(turns=2.5)
    kept_bytes = sum(extent(record) for record in store.kept() if isinstance(record, bytes))
    assert kept_bytes > 3 * (PAGE_BYTES - HEADER_BYTES - extent(bytes(40)))


@given(sizes=st.lists(st.integers(1, 255), min_size=1, max_size=9))
def test_every_page_is_erased_as_often_as_another(device: Make, sizes: list[int]) -> None:
    store = device(5)
    for turn in range(300):
        assert store.append(bytes(sizes[turn % len(sizes)])) == OK
        if turn % 50 == 49:
            assert store.erase() == OK
    assert max(store.erases()) - min(store.erases()) <= 1


def test_opening_reads_the_headers_and_one_page(device: Make) -> None:
    store = device(MOST_PAGES)
    store.fill(turns=1.4)
    store.flash.read_bytes = 0
    assert store.open() == OK
    assert store.flash.read_bytes < PAGE_BYTES + 2 * MOST_PAGES * HEADER_BYTES


def test_erasing_forgets_all_and_numbers_go_on(device: Make) -> None:
    store = device(4)
    written = store.fill(turns=1.2)
    erases = sum(store.erases())
    assert store.erase() == OK
    assert store.append(b"after") == OK
    assert store.open() == OK
    assert (store.state.first, store.state.next) == (len(written), len(written) + 1)
    assert store.read(len(written) - 1) == BAD_RECORD
    assert store.kept() == [b"after"]
    assert sum(store.erases()) == erases + 1


def wipe_all(store: Device) -> None:
    while store.state.to_wipe:
        assert store.wipe() == OK


@given(turns=st.floats(0, 1.8), kept=st.integers(0, 150), cuts=st.lists(st.integers(0, 3)))
def test_wiping_leaves_no_byte_of_what_was_forgotten_and_all_of_the_rest(
    device: Make, turns: float, kept: int, cuts: list[int]
) -> None:
    store = device(4)
    while store.state.epoch == NEVER or store.state.epoch < turns * 4:
        assert store.append(b"the patient lay on her back") == OK
    assert store.erase() == OK
    written = [b"after %d" % number for number in range(kept)]
    for record in written:
        assert store.append(record) == OK
    for seed, steps in enumerate(cuts):
        store.library.flash_power_on(steps, seed)
        for _ in range(2):
            store.wipe()
        store.library.flash_power_on(NEVER, 1)
        assert store.open() == OK
    wipe_all(store)
    assert b"patient" not in bytes(store.flash.bytes)
    assert store.kept() == written
    assert store.open() == OK
    assert store.kept() == written


def test_wiping_erases_each_page_once(device: Make) -> None:
    store = device(4)
    store.fill(turns=1.2)
    assert store.erase() == OK
    before = store.erases()
    wipe_all(store)
    assert [now - was for now, was in zip(store.erases(), before, strict=True)].count(1) == 3
    assert store.open() == OK
    after = store.erases()
    wipe_all(store)
    assert store.erases() == after, "there was nothing left to wipe"


def test_a_page_that_cannot_be_wiped_is_reported(device: Make) -> None:
    store = device(4)
    store.fill(turns=0.9)
    store.flash.bad_page = 1
    assert store.erase() == OK
    errors = []
    while store.state.to_wipe:
        errors.append(store.wipe())
    assert errors.count(FLASH) == 1


def nearly_full(device: Make, pages: int = 4) -> Device:
    """A store whose ring is full, and whose newest page has room for a few records more."""
    store = device(pages)
    store.fill(turns=1.3)
    while not store.wants_page():
        assert store.append(b"the patient lay on her back") == OK
    return store


def test_a_page_erased_ahead_spares_the_next_append_its_erasure(device: Make) -> None:
    store = nearly_full(device)
    assert store.prepare() == OK
    assert not store.wants_page()
    kept, erases, epoch = store.kept(), store.erases(), store.state.epoch
    while store.state.epoch == epoch:
        record = b"%d" % store.state.next
        assert store.append(record) == OK
        kept.append(record)
    assert store.erases() == erases
    assert store.kept() == kept
    assert store.open() == OK
    assert store.kept() == kept


def test_a_page_is_wanted_only_when_the_newest_is_nearly_full(device: Make) -> None:
    store = nearly_full(device)
    assert PAGE_BYTES - 512 < store.state.tail <= PAGE_BYTES
    epoch = store.state.epoch
    while store.state.epoch == epoch:
        assert store.append(b"on her side") == OK
    assert not store.wants_page()


@given(cut=st.integers(0, 6), seed=st.integers(0, 999))
def test_power_that_goes_while_a_page_is_erased_ahead_costs_only_what_it_held(
    device: Make, cut: int, seed: int
) -> None:
    store = nearly_full(device)
    kept = store.kept()
    store.library.flash_power_on(cut, seed)
    store.prepare()
    store.library.flash_power_on(NEVER, 1)
    assert store.open() == OK
    left = store.kept()
    assert len(kept) - len(left) <= PAGE_BYTES // extent(bytes(27))
    for was, now in zip(kept[len(kept) - len(left) :], left, strict=True):
        assert now in (was, BAD_RECORD)
    for number in range(200):
        assert store.append(b"%d" % number) == OK
    assert store.kept()[-200:] == [b"%d" % number for number in range(200)]


def test_a_page_that_cannot_be_erased_ahead_is_tried_once_and_left_out(device: Make) -> None:
    store = nearly_full(device)
    store.flash.bad_page = (store.state.epoch + 1) % 4
    assert store.wants_page()
    assert store.prepare() == FLASH
    assert not store.wants_page()
    epoch = store.state.epoch
    while store.state.epoch == epoch:
        assert store.append(b"on her side") == OK
    assert store.state.epoch == epoch + 2


def test_the_caller_s_mark_outlives_every_record(device: Make) -> None:
    store = device(2)
    store.state.mark[:] = range(41, 56)
    store.fill(turns=0.5)
    store.state.mark[:] = range(42, 57)
    store.fill(turns=3)
    assert store.open() == OK
    assert list(store.state.mark) == list(range(42, 57))
    assert store.erase() == OK
    assert store.open() == OK
    assert list(store.state.mark) == list(range(42, 57))


def test_what_is_no_record_is_refused(device: Make) -> None:
    store = device(2)
    assert store.append(b"") == BAD_RECORD
    assert store.append(bytes(256)) == BAD_RECORD
    assert store.append(bytes(255)) == OK
    assert store.read(0, capacity=254) == FULL
    assert store.read(1) == BAD_RECORD


@given(st.lists(records, min_size=1, max_size=15))
def test_a_page_holds_what_is_described(device: Make, written: list[bytes]) -> None:
    store = device(2)
    page = header(epoch=0, first_sequence=0)
    for sequence, record in enumerate(written):
        assert store.append(record) == OK
        page += in_flash(record, len(page), sequence)
    assert bytes(store.flash.bytes[: len(page)]) == page


def test_numbers_are_not_used_again_after_the_last(device: Make) -> None:
    store = device(2)
    page = header(epoch=0, first_sequence=NEVER - 1)
    page += in_flash(b"the last", len(page), NEVER - 1)
    page += in_flash(b"no more", len(page), 0)
    store.flash.bytes[: len(page)] = page
    assert store.open() == OK
    assert store.kept() == [b"the last"]
    assert store.append(b"no more") == FULL


def test_one_page_is_no_ring(device: Make) -> None:
    store = device(2)
    store.flash.pages = 1
    assert store.open() == FULL
