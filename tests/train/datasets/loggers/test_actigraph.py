"""ActiGraph .gt3x, both generations: what a record, a gap, an idle sleep and a bad record are."""

import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import EdgekitError
from edgekit.train.datasets.loggers.actigraph import parse
from edgekit.train.datasets.loggers.gt3x_log import decode_float
from tests.helpers.logger_files import (
    ACTIVITY,
    ACTIVITY2,
    EVENT,
    PARAMETERS,
    START_S,
    Counts,
    gt3x,
    gt3x_info,
    gt3x_record,
    gt3x_second,
    gt3x_seconds,
    pack_12_bits,
    some_counts,
)

FILE = Path("night.gt3x")
UTC_S = START_S + 5 * 3600  # the writer's clock is 5 h behind UTC


def in_g(counts: Counts, counts_per_g: float = 256) -> np.ndarray:
    return counts / np.float32(counts_per_g)


@pytest.mark.parametrize("kind", [ACTIVITY, ACTIVITY2])
@given(seconds=st.integers(1, 12), rate=st.sampled_from([30, 40, 50, 90, 100]))
def test_written_records_are_read_back_exactly(kind: int, seconds: int, rate: int) -> None:
    counts = some_counts(seconds * rate, 2047 if kind == ACTIVITY else 32767)
    log = b"".join(gt3x_seconds(counts, rate, kind))
    logger = parse(gt3x(log, info=gt3x_info(rate)), FILE)
    (recording,) = logger.recordings
    assert np.array_equal(recording.xyz_g, in_g(counts))
    assert (recording.rate_hz, recording.start_s, recording.clock) == (rate, UTC_S, "utc")
    assert (recording.subject, recording.placement) == ("p7", "left wrist")
    assert not logger.bad_blocks and not logger.notes


@given(samples=st.integers(1, 200))
def test_written_samples_without_records_are_read_back_exactly(samples: int) -> None:
    counts = some_counts(samples, 2047)
    info = gt3x_info(80, Acceleration_Scale="", Serial_Number="NEO1C04110003")
    (recording,) = parse(gt3x(pack_12_bits(counts), "activity.bin", info), FILE).recordings
    assert np.array_equal(recording.xyz_g, in_g(counts, 341))
    assert (recording.rate_hz, recording.start_s) == (80, UTC_S)


def test_without_a_time_zone_the_clock_is_the_devices_own() -> None:
    log = gt3x_second(some_counts(30), START_S)
    (recording,) = parse(gt3x(log, info=gt3x_info(zone=None)), FILE).recordings
    assert (recording.clock, recording.start_s) == ("device", START_S)


def test_the_logs_parameters_go_before_the_info() -> None:
    values = [(1, 10, 40), (0, 55, 0x0A400000)]  # 40 Hz, 0.5 * 2^10 = 512 counts per g
    payload = b"".join(
        space.to_bytes(2, "little") + name.to_bytes(2, "little") + value.to_bytes(4, "little")
        for space, name, value in values
    )
    counts = some_counts(40)
    log = gt3x_record(PARAMETERS, START_S, payload) + gt3x_second(counts, START_S)
    (recording,) = parse(gt3x(log), FILE).recordings
    assert recording.rate_hz == 40 and np.array_equal(recording.xyz_g, in_g(counts, 512))


@pytest.mark.parametrize(
    ("code", "value"),
    [(0, 0.0), (0x09400000, 256.0), (0x0C400000, 2048.0), (0x01C00000, -1.0), (0xFF400000, 0.25)],
)
def test_a_parameters_float_is_decoded(code: int, value: float) -> None:
    assert decode_float(code) == value


@given(
    damaged=st.dictionaries(st.integers(1, 8), st.integers(0, 188), min_size=1, max_size=4),
    zeros=st.integers(0, 3),
)
def test_a_damaged_record_is_counted_and_becomes_a_gap(damaged: dict[int, int], zeros: int) -> None:
    counts = some_counts(300, 2047)
    records = gt3x_seconds(counts)
    for place, byte in damaged.items():
        record = bytearray(records[place])
        record[byte] ^= 0x41
        records[place] = bytes(record)
    logger = parse(gt3x((b"\0" * zeros).join(records)), FILE)
    good = [place for place in range(10) if place not in damaged]
    starts = {recording.start_s - UTC_S for recording in logger.recordings}
    assert starts == {place for place in good if place - 1 not in good}
    xyz_g = np.concatenate([recording.xyz_g for recording in logger.recordings])
    assert np.array_equal(xyz_g, in_g(counts.reshape(10, 30, 3)[good].reshape(-1, 3)))
    assert 1 <= logger.bad_blocks.total() <= len(damaged)  # neighbours may be one damaged place


def idle_sleep(enter_s: int, leave_s: int) -> bytes:
    return gt3x_record(EVENT, START_S + enter_s, b"\x08") + gt3x_record(
        EVENT, START_S + leave_s, b"\x09"
    )


@given(asleep=st.integers(1, 2000))
def test_an_idle_sleep_is_filled_with_the_last_sample(asleep: int) -> None:
    counts = some_counts(90)
    first, last, after = gt3x_seconds(counts)
    after = gt3x_second(counts[60:], START_S + 2 + asleep)
    log = first + last + idle_sleep(3, 2 + asleep) + after
    logger = parse(gt3x(log), FILE)
    (recording,) = logger.recordings
    filled = np.repeat(counts[59:60], 30 * asleep, axis=0)
    expected = np.concatenate([counts[:60], filled, counts[60:]])
    assert np.array_equal(recording.xyz_g, in_g(expected))
    assert logger.notes == (f"idle sleep of {asleep:,} s filled with the last sample",)


def test_a_hole_without_an_idle_sleep_is_a_gap() -> None:
    log = gt3x_second(some_counts(30), START_S) + gt3x_second(some_counts(30), START_S + 40)
    logger = parse(gt3x(log), FILE)
    assert [recording.start_s - UTC_S for recording in logger.recordings] == [0, 40]


def test_idle_sleeps_without_a_sample_between_are_one() -> None:
    first, last = gt3x_seconds(some_counts(60))
    last = gt3x_second(some_counts(30), START_S + 30)
    logger = parse(gt3x(first + idle_sleep(1, 10) + idle_sleep(10, 30) + last), FILE)
    assert [len(recording) for recording in logger.recordings] == [31 * 30]


def test_years_of_claimed_sleep_stay_a_gap() -> None:
    first = gt3x_second(some_counts(30), START_S)
    last = gt3x_second(some_counts(30), START_S + 10**9)
    logger = parse(gt3x(first + idle_sleep(1, 10**9) + last), FILE)
    assert [len(recording) for recording in logger.recordings] == [30, 30]


@pytest.mark.parametrize("kind", [ACTIVITY, ACTIVITY2])
def test_plugging_into_usb_is_no_sample(kind: int) -> None:
    first, second = gt3x_seconds(some_counts(60))
    usb = gt3x_record(kind, START_S, b"\x01")
    logger = parse(gt3x(first + usb + second), FILE)
    assert logger.samples == 60 and not logger.bad_blocks
    assert logger.notes == ("plugged into USB 1 times",)


def test_a_record_of_another_length_than_a_second_is_counted() -> None:
    (first,) = gt3x_seconds(some_counts(30))
    logger = parse(gt3x(first + gt3x_second(some_counts(29), START_S + 1)), FILE)
    assert logger.bad_blocks == {"not a second of samples": 1} and logger.samples == 30


@given(length=st.integers(0, 5 * 189))
def test_a_log_cut_anywhere_keeps_its_whole_records(length: int) -> None:
    counts = some_counts(150)
    content = gt3x(b"".join(gt3x_seconds(counts))[:length])
    whole = length // 189
    if whole == 0:
        with pytest.raises(EdgekitError, match="no good record"):
            parse(content, FILE)
        return
    logger = parse(content, FILE)
    assert np.array_equal(logger.recordings[0].xyz_g, in_g(counts[: 30 * whole]))
    assert logger.bad_blocks.total() == bool(length % 189)


@given(place=st.floats(0, 1, exclude_max=True))
def test_an_archive_cut_anywhere_is_refused_in_one_line(place: float) -> None:
    content = gt3x(b"".join(gt3x_seconds(some_counts(60))))
    with pytest.raises(EdgekitError, match=r"night\.gt3x is a damaged or cut \.gt3x.*again"):
        parse(content[: int(place * len(content))], FILE)


def test_an_archive_that_claims_more_than_a_logger_writes_is_refused() -> None:
    bomb = gt3x(b"\0" * (80 << 20))
    assert len(bomb) < 200_000
    with pytest.raises(EdgekitError, match=r"log\.bin claims 83,886,080 bytes"):
        parse(bomb, FILE)


def test_a_log_whose_archive_is_damaged_is_read_past_the_damage() -> None:
    records = gt3x_seconds(some_counts(300))
    content = gt3x(b"".join(records), compression=zipfile.ZIP_STORED)
    damaged = content.replace(records[4], records[4][:-1] + b"!")
    logger = parse(damaged, FILE)
    assert [len(recording) for recording in logger.recordings] == [120, 150]
    assert logger.notes == ("log.bin differs from the archive's checksum",)


@pytest.mark.parametrize(
    ("info", "cause"),
    [
        (gt3x_info(rate=0), "sample rate of 0"),
        (gt3x_info(rate=10**7), "sample rate of"),
        (gt3x_info(Sample_Rate="fast"), "no number after 'Sample Rate:'"),
        (gt3x_info(Sample_Rate=""), "a rate of 0 Hz"),
        (gt3x_info(Acceleration_Scale="0"), "0 counts per g"),
        (gt3x_info(Start_Date="12"), "impossible start date"),
        (gt3x_info(Start_Date="9" * 300), "impossible start date"),
    ],
)
def test_an_impossible_field_of_the_info_is_refused(info: str, cause: str) -> None:
    with pytest.raises(EdgekitError, match=cause):
        parse(gt3x(gt3x_second(some_counts(30), START_S), info=info), FILE)
