"""GENEActiv .bin: what a page, a gap and a bad page are."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import EdgekitError
from edgekit.train.datasets.loggers.geneactiv import parse
from tests.helpers.logger_files import (
    START_S,
    geneactiv,
    geneactiv_g,
    geneactiv_header,
    geneactiv_page,
    geneactiv_pages,
    some_counts,
)

FILE = Path("night.bin")


@given(pages=st.integers(1, 5), seed=st.integers(0, 99))
def test_written_samples_are_read_back_by_the_calibration(pages: int, seed: int) -> None:
    counts = some_counts(300 * pages, 2047, seed)
    logger = parse(geneactiv(counts), FILE)
    (recording,) = logger.recordings
    assert np.array_equal(recording.xyz_g, geneactiv_g(counts).astype(np.float32))
    assert recording.rate_hz == pytest.approx(100) and not logger.bad_blocks


def test_the_header_names_subject_place_device_and_time_zone() -> None:
    logger = parse(geneactiv(some_counts(300)), FILE)
    (recording,) = logger.recordings
    assert (recording.subject, recording.placement) == ("p7", "left wrist")
    assert (recording.clock, recording.start_s) == ("utc", START_S - 3600)
    assert logger.header.device == "GENEActiv 012967"
    assert logger.notes == ("the header promises 10 pages",)


def test_without_a_time_zone_the_clock_is_the_devices_own() -> None:
    content = geneactiv_header(zone="") + geneactiv_pages(some_counts(300))[0]
    (recording,) = parse(content, FILE).recordings
    assert (recording.clock, recording.start_s) == ("device", START_S)


def test_the_rate_comes_from_the_whole_span() -> None:
    """A device that states 85.7 Hz, with a page each 3.5 s."""
    pages = [geneactiv_page(some_counts(300), k, START_S + 3.5 * k, rate="85.7") for k in range(20)]
    (recording,) = parse(geneactiv_header() + b"".join(pages), FILE).recordings
    assert recording.rate_hz == pytest.approx(300 / 3.5)


@given(missing=st.sets(st.integers(1, 6), min_size=1, max_size=3))
def test_a_missing_page_is_a_gap(missing: set[int]) -> None:
    counts = some_counts(2400)
    pages = geneactiv_pages(counts)
    left = [page for page in range(8) if page not in missing]
    logger = parse(geneactiv_header() + b"".join(pages[k] for k in left), FILE)
    xyz_g = np.concatenate([recording.xyz_g for recording in logger.recordings])
    expected = np.concatenate([counts[300 * k : 300 * k + 300] for k in left])
    assert np.array_equal(xyz_g, geneactiv_g(expected).astype(np.float32))
    assert len(logger.recordings) == 1 + sum(b - a > 1 for a, b in pairwise(left))


@pytest.mark.parametrize(
    ("old", "new", "cause"),
    [
        (b"Sequence Number:1\r", b"Sequence Number:x\r", "no sequence number"),
        (b"Page Time:2024-02", b"Page Time:2024-13", "impossible time"),
        (b"Page Time:2024-02-29", b"Page Time:2024-02-30", "impossible time"),
        (b"Frequency:100.0", b"Frequency:0", "impossible rate"),
        (b"Frequency:100.0", b"Frequency:nan", "impossible rate"),
        (b"Frequency:100.0", b"Frequency:1e9", "impossible rate"),
        (b"0A1\r", b"0AG\r", "damaged samples"),
        (b"0A1\r", b"0A\r", "wrong number of samples"),
    ],
)
def test_a_damaged_page_is_counted_by_its_cause_and_is_a_gap(
    old: bytes, new: bytes, cause: str
) -> None:
    first, second, third = geneactiv_pages(some_counts(900))
    assert second.count(old) == 1
    logger = parse(geneactiv_header() + first + second.replace(old, new) + third, FILE)
    assert logger.bad_blocks == {cause: 1} and logger.blocks == 3
    assert [len(recording) for recording in logger.recordings] == [300, 300]


def test_two_pages_whose_border_is_damaged_are_not_mixed() -> None:
    first, second, third = geneactiv_pages(some_counts(900))
    content = geneactiv_header() + first + second.replace(b"Recorded", b"Xecorded") + third
    logger = parse(content, FILE)
    assert logger.bad_blocks == {"damaged text": 1}
    assert [recording.start_s for recording in logger.recordings] == [START_S - 3600 + 6]


@given(cut=st.integers(1, 4000))
def test_a_file_cut_anywhere_keeps_its_whole_pages(cut: int) -> None:
    counts = some_counts(900)
    content = geneactiv(counts)
    last_digit = content.rstrip()
    kept = content[:-cut]
    logger = parse(kept, FILE)
    whole = 3 if len(kept) >= len(last_digit) else 1 if len(kept) < len(content) - 3820 else 2
    assert logger.samples in (300 * whole, 600)
    assert logger.bad_blocks in ({}, {"cut short": 1})
    xyz_g = np.concatenate([recording.xyz_g for recording in logger.recordings])
    assert np.array_equal(xyz_g, geneactiv_g(counts[: len(xyz_g)]).astype(np.float32))


@pytest.mark.parametrize("gain", ["x gain:0", "x gain:nan", "x gain:", "no gain:1"])
def test_a_file_without_its_calibration_is_refused(gain: str) -> None:
    content = geneactiv(some_counts(300)).replace(b"x gain:25875", gain.encode())
    with pytest.raises(EdgekitError, match=r"night\.bin: the header's calibration"):
        parse(content, FILE)


def test_a_file_without_a_page_is_refused() -> None:
    with pytest.raises(EdgekitError, match=r"no good page.*ends in its header"):
        parse(geneactiv_header(), FILE)
