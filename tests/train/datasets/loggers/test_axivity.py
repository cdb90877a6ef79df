"""Axivity .cwa: what a sector, a gap and a bad sector are."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import EdgekitError
from edgekit.train.datasets.loggers.axivity import parse
from tests.helpers.logger_files import (
    PACKED,
    SIX_AXES,
    START_S,
    UNPACKED,
    cwa,
    cwa_header,
    cwa_sector,
    cwa_sectors,
    some_counts,
    with_sum,
)

FILE = Path("night.cwa")


@pytest.mark.parametrize(
    ("packing", "scale", "counts_per_g"),
    [(PACKED, 0, 256), (UNPACKED, 0, 256), (UNPACKED, 3, 2048), (SIX_AXES, 4, 4096)],
)
@given(samples=st.integers(1, 500), seed=st.integers(0, 99))
def test_written_samples_are_read_back_exactly(
    packing: int, scale: int, counts_per_g: int, samples: int, seed: int
) -> None:
    counts = some_counts(samples, 511 if packing == PACKED else 32767, seed)
    logger = parse(cwa(counts, packing, scale=scale), FILE)
    (recording,) = logger.recordings
    assert np.array_equal(recording.xyz_g, counts / np.float32(counts_per_g))
    assert recording.rate_hz == pytest.approx(100, rel=1e-3)
    assert recording.start_s == pytest.approx(START_S, abs=0.011)
    assert not logger.bad_blocks and logger.nominal_hz == 100


def test_the_exponent_of_a_packed_sample_shifts_all_its_axes() -> None:
    counts, exponent = some_counts(120), np.arange(120, dtype=np.uint32) % 4
    sector = cwa_sector(counts, 0, START_S, exponent=exponent)
    (recording,) = parse(cwa_header() + sector, FILE).recordings
    assert np.array_equal(recording.xyz_g, (counts.T << exponent).T / np.float32(256))


def test_the_header_names_the_subject_the_place_and_the_device() -> None:
    logger = parse(cwa(some_counts(120)), FILE)
    (recording,) = logger.recordings
    assert (recording.subject, recording.placement) == ("p7", "left wrist")
    assert (recording.clock, recording.source) == ("device", "night.cwa")
    assert logger.header.device == "Axivity AX3 1234"


def test_the_rate_comes_from_the_whole_span() -> None:
    """A device set to 100 Hz that runs at 98.5 Hz."""
    sectors = [cwa_sector(some_counts(120), k, START_S + k * 120 / 98.5) for k in range(500)]
    logger = parse(cwa_header() + b"".join(sectors), FILE)
    (recording,) = logger.recordings
    assert recording.rate_hz == pytest.approx(98.5, rel=1e-4) and logger.nominal_hz == 100


@pytest.mark.parametrize("code", range(6, 16))
def test_each_rate_of_the_format_is_read(code: int) -> None:
    rate_hz = 3200 / 2 ** (15 - code)
    sectors = [
        cwa_sector(some_counts(120), k, START_S + k * 120 / rate_hz, rate_code=0x40 | code)
        for k in range(20)
    ]
    logger = parse(cwa_header() + b"".join(sectors), FILE)
    assert logger.nominal_hz == rate_hz
    assert [r.rate_hz for r in logger.recordings] == [pytest.approx(rate_hz, rel=0.02)]


def test_time_stamps_without_a_fraction_count_too() -> None:
    (recording,) = parse(cwa(some_counts(1200), fraction=False), FILE).recordings
    assert recording.start_s == pytest.approx(START_S, abs=0.011)
    assert recording.rate_hz == pytest.approx(100, rel=1e-3)


def test_the_sequence_may_wrap() -> None:
    logger = parse(cwa(some_counts(600), first=2**32 - 2), FILE)
    assert [len(recording) for recording in logger.recordings] == [600]


@given(damaged=st.sets(st.integers(1, 8), min_size=1, max_size=4), byte=st.integers(0, 511))
def test_a_damaged_sector_is_counted_and_becomes_a_gap(damaged: set[int], byte: int) -> None:
    counts = some_counts(1200)
    sectors = cwa_sectors(counts)
    for place in damaged:
        sector = bytearray(sectors[place])
        sector[byte] ^= 0x40
        sectors[place] = bytes(sector)
    logger = parse(cwa_header() + b"".join(sectors), FILE)
    good = [place for place in range(10) if place not in damaged]
    expected = np.concatenate([counts[120 * place : 120 * place + 120] for place in good])
    xyz_g = np.concatenate([recording.xyz_g for recording in logger.recordings])
    assert np.array_equal(xyz_g, expected / np.float32(256))
    assert logger.bad_blocks.total() == len(damaged) and logger.blocks == 10
    assert len(logger.recordings) == 1 + sum(b - a > 1 for a, b in pairwise(good))
    for recording in logger.recordings:
        place = round((recording.start_s - START_S) / 1.2)
        assert recording.start_s == pytest.approx(START_S + 1.2 * place, abs=0.011)


@given(place=st.integers(0, 1199), lost=st.integers(1, 700), added=st.binary(max_size=600))
def test_bytes_lost_or_added_cost_the_sectors_that_they_touch(
    place: int, lost: int, added: bytes
) -> None:
    counts, sectors = some_counts(1200), b"".join(cwa_sectors(some_counts(1200)))
    at = 700 + place
    logger = parse(cwa_header() + sectors[:at] + added + sectors[at + lost :], FILE)
    good = [k for k in range(10) if 512 * k + 512 <= at or 512 * k >= at + lost]
    xyz_g = np.concatenate([recording.xyz_g for recording in logger.recordings])
    assert np.array_equal(xyz_g, counts.reshape(10, 120, 3)[good].reshape(-1, 3) / np.float32(256))
    assert logger.bad_blocks


def test_a_clock_that_jumps_makes_a_gap() -> None:
    sectors = cwa_sectors(some_counts(600))
    sectors[3:] = [cwa_sector(some_counts(120), k, START_S + k * 1.2 + 3600) for k in range(3, 5)]
    logger = parse(cwa_header() + b"".join(sectors), FILE)
    assert [len(recording) for recording in logger.recordings] == [360, 240]


@pytest.mark.parametrize(
    ("place", "value", "cause"),
    [
        (24, 0x45, "unknown rate"),
        (24, 0x00, "unknown rate"),
        (25, 0x33, "unknown packing"),
        (28, 121, "no samples, or too many"),
        (28, 0, "no samples, or too many"),
        (17, 0xFF, "impossible time"),
        (2, 0, "not a data sector"),
    ],
)
def test_an_impossible_field_is_named(place: int, value: int, cause: str) -> None:
    first, second = cwa_sectors(some_counts(240))
    sector = bytearray(second[:510])
    sector[place] = value
    logger = parse(cwa_header() + first + with_sum(bytes(sector)), FILE)
    assert logger.bad_blocks == {cause: 1} and logger.samples == 120


@given(length=st.integers(0, 1024 + 5 * 512))
def test_a_file_cut_anywhere_keeps_its_whole_sectors(length: int) -> None:
    counts = some_counts(600)
    content = cwa(counts)[:length]
    whole = (length - 1024) // 512
    if whole < 1:
        with pytest.raises(EdgekitError, match=r"night\.cwa .*Get the file again"):
            parse(content, FILE)
        return
    logger = parse(content, FILE)
    (recording,) = logger.recordings
    assert np.array_equal(recording.xyz_g, counts[: 120 * whole] / np.float32(256))
    assert logger.bad_blocks == ({"cut short": 1} if (length - 1024) % 512 else {})
