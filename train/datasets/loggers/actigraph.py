"""ActiGraph `.gt3x`: a zip with info.txt and the samples, in `log.bin` or `activity.bin`.

Sources: github.com/actigraph/GT3X-File-Format (records of a second each, in log.bin), and for
firmware up to 2.5.0 github.com/actigraph/NHANES-GT3X-File-Format (activity.bin, samples alone).
"""

import math
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError
from edgekit.recording import Recording
from edgekit.recording_checks import HIGHEST_HZ, LOWEST_HZ
from edgekit.stretches import stretches

from .gt3x_archive import open_archive, unpack
from .gt3x_info import Info, read_info
from .gt3x_log import (
    ACTIVITY,
    ACTIVITY2,
    EVENT,
    PARAMETERS,
    Records,
    decode_float,
    find_records,
    read_parameters,
)
from .logger import BadBlocks, Logger

SHAPE = "ActiGraph: .gt3x, with log.bin or activity.bin"
ZIP_MAGIC = b"PK"
MOST_INFO_BYTES = 1 << 20
RATE_PARAMETER, SCALE_PARAMETER = (1, 10), (0, 55)
SLEEP_STARTS, SLEEP_ENDS = b"\x08", b"\x09"  # payloads of the events of the idle sleep mode
USB_BYTES = 1  # a payload of one byte records that the device was plugged in
# Idle sleep repeats the last sample. A longer one, or more in all, stays a gap: memory is bounded.
LONGEST_SLEEP_S = 12 * 3600
MOST_SLEEP_SAMPLES = 20_000_000
CHUNK = 3600  # records decoded at once, to bound the memory


@dataclass(frozen=True)
class Seconds:
    """What holds samples, in order of the file: a record, or an idle sleep after one."""

    time_s: NDArray[np.int64]  # (n,) wall-clock second
    record: NDArray[np.int64]  # (n,) index into the records, the one before a sleep
    repeats: NDArray[np.int64]  # (n,) seconds for which its last sample is repeated; 0: its own


def recognises(content: bytes) -> bool:
    """Tell whether a file with this content is in the format, by the names in its directory."""
    return content.startswith(ZIP_MAGIC) and (b"log.bin" in content or b"activity.bin" in content)


def parse(content: bytes, path: Path) -> Logger:
    """Read a .gt3x of either generation.

    UTC where info.txt has the time zone. In log.bin a record with a wrong checksum is a gap, and an
    idle sleep is filled with the last sample, as the maker's software does. Raises EdgekitError
    where the archive or info.txt is damaged, or no sample can be read.
    """
    with open_archive(content, path) as archive:
        names = set(archive.namelist())
        info = _read_info(content, archive, names, path)
        if "log.bin" in names:
            unpacked = unpack(content, archive, "log.bin", path)
            notes = () if unpacked.whole else ("log.bin differs from the archive's checksum",)
            return _parse_log(unpacked.content, info, notes, path)
        if "activity.bin" not in names:
            raise EdgekitError(
                f"{path} holds neither log.bin nor activity.bin, so no raw samples. "
                "Download the device again with its raw data."
            )
        unpacked = unpack(content, archive, "activity.bin", path)
    if not unpacked.whole:  # nothing in it would tell where the samples go wrong
        raise EdgekitError(f"{path}: activity.bin is damaged. Get the file again.")
    return _parse_activity(unpacked.content, info, path)


def unpack_12_bits(data: NDArray[np.uint8]) -> NDArray[np.int16]:
    """Unpack rows (n, bytes) of big-endian 12-bit samples y, x, z to counts (n, k, 3) x, y, z."""
    samples = data.shape[1] * 8 // 36
    nibbles = np.empty((len(data), 2 * data.shape[1]), np.int16)
    nibbles[:, 0::2] = data >> 4
    nibbles[:, 1::2] = data & 15
    three = nibbles[:, : samples * 9].reshape(len(data), samples, 3, 3)
    value = three[..., 0] << 12 | three[..., 1] << 8 | three[..., 2] << 4
    return (value >> 4)[..., [1, 0, 2]]  # arithmetic: the sign goes along


def _read_info(content: bytes, archive: zipfile.ZipFile, names: set[str], path: Path) -> Info:
    if "info.txt" not in names:
        raise EdgekitError(f"{path} holds no info.txt, so no rate or start. Get the file again.")
    unpacked = unpack(content, archive, "info.txt", path, MOST_INFO_BYTES)
    if not unpacked.whole:
        raise EdgekitError(f"{path}: info.txt is damaged. Get the file again.")
    return read_info(unpacked.content, path)


def _parse_activity(data: bytes, info: Info, path: Path) -> Logger:
    """Read samples without times: they follow each other from the start at the nominal rate."""
    rate_hz, counts_per_g = _rate_and_scale(info, {}, path)
    if info.start_s is None:
        raise EdgekitError(f"{path}: info.txt has no start date. Get the file again.")
    if len(data) * 8 < 36:
        raise EdgekitError(f"{path}: activity.bin holds no sample. Get the file again.")
    packed = np.frombuffer(data, np.uint8)
    counts_at = range(0, len(packed), 9 << 16)  # whole pairs of samples
    xyz_g = np.empty((len(packed) * 8 // 36, 3), np.float32)
    filled = 0
    for begin in counts_at:
        counts = unpack_12_bits(packed[None, begin : begin + (9 << 16)])[0]
        xyz_g[filled : filled + len(counts)] = counts / np.float32(counts_per_g)
        filled += len(counts)
    recording = _recording(xyz_g, rate_hz, info.start_s, info)
    return Logger([recording], info.header, rate_hz, "file", 1, Counter())


def _parse_log(log: bytes, info: Info, notes: tuple[str, ...], path: Path) -> Logger:
    records, bad = find_records(log)
    blocks = len(records) + bad.total()
    parameters: dict[tuple[int, int], int] = {}
    for record in np.flatnonzero(records.type == PARAMETERS).tolist():
        parameters |= read_parameters(records.payload(record))
    rate_hz, counts_per_g = _rate_and_scale(info, parameters, path)
    usable, usb = _usable(records, rate_hz, bad)
    if not usable.any():
        raise EdgekitError(f"{path}: log.bin holds no good record of samples. Get the file again.")
    seconds, sleep_s = _seconds(records, usable, rate_hz)
    breaks = np.zeros(len(seconds.time_s), np.bool_)
    length_s = np.maximum(seconds.repeats, 1)
    breaks[1:] = np.diff(seconds.time_s) != length_s[:-1]
    recordings = []
    for begin, end in stretches(breaks):
        xyz_g = _samples(records, seconds, begin, end, rate_hz)
        xyz_g /= np.float32(counts_per_g)
        recordings.append(_recording(xyz_g, rate_hz, float(seconds.time_s[begin]), info))
    if sleep_s:
        notes += (f"idle sleep of {sleep_s:,} s filled with the last sample",)
    if usb:
        notes += (f"plugged into USB {usb:,} times",)
    return Logger(recordings, info.header, rate_hz, "record", blocks, bad, notes)


def _rate_and_scale(
    info: Info, parameters: dict[tuple[int, int], int], path: Path
) -> tuple[float, float]:
    """Return Hz and counts per g; the log's parameters go before info.txt.

    Raises EdgekitError where one is missing or impossible.
    """
    rate_hz = float(parameters.get(RATE_PARAMETER, info.rate_hz or 0))
    counts_per_g = info.counts_per_g or 0.0
    if SCALE_PARAMETER in parameters:
        counts_per_g = decode_float(parameters[SCALE_PARAMETER])
    if not LOWEST_HZ <= rate_hz <= HIGHEST_HZ or not (
        math.isfinite(counts_per_g) and 1 <= counts_per_g <= 1e5
    ):
        raise EdgekitError(
            f"{path}: a rate of {rate_hz:g} Hz and {counts_per_g:g} counts per g are missing or "
            "impossible. Get the file again."
        )
    return rate_hz, counts_per_g


def _usable(records: Records, rate_hz: float, bad: BadBlocks) -> tuple[NDArray[np.bool_], int]:
    """Mark the records (n,) with a second of samples, and return how often USB was plugged in."""
    packed, plain = records.type == ACTIVITY, records.type == ACTIVITY2
    usb = (packed | plain) & (records.size == USB_BYTES)
    samples = np.where(packed, records.size * 8 // 36, records.size // 6)
    right = (packed | plain) & (samples == rate_hz)
    if wrong := int(((packed | plain) & ~right & ~usb).sum()):
        bad["not a second of samples"] += wrong
    return right, int(usb.sum())


def _seconds(records: Records, usable: NDArray[np.bool_], rate_hz: float) -> tuple[Seconds, int]:
    """Return what holds samples, with the idle sleeps, and the seconds of these."""
    active = np.flatnonzero(usable)
    time_s = records.time_s[active]
    rows: list[tuple[int, int, int]] = []  # time, record, repeats
    filled_s, asleep = 0, False
    for event in np.flatnonzero((records.type == EVENT) & (records.size == 1)).tolist():
        payload = records.payload(event)
        before = int(np.searchsorted(active, event)) - 1
        if payload == SLEEP_STARTS:
            asleep = True
        elif payload == SLEEP_ENDS and asleep:
            asleep = False
            if before < 0:
                continue
            until_s = int(records.time_s[event])
            if before + 1 < len(active):
                until_s = min(until_s, int(time_s[before + 1]))
            idle_s = until_s - int(time_s[before]) - 1
            if rows and rows[-1][1] == active[before]:  # it slept on without a sample between
                filled_s -= rows.pop()[2]
            within = (filled_s + idle_s) * rate_hz <= MOST_SLEEP_SAMPLES
            if 0 < idle_s <= LONGEST_SLEEP_S and within:
                rows.append((int(time_s[before]) + 1, int(active[before]), idle_s))
                filled_s += idle_s
    slept = np.array(rows, np.int64).reshape(-1, 3).T
    record = np.concatenate([active, slept[1]])
    order = np.lexsort((np.repeat([0, 1], [len(active), len(rows)]), record))
    return (
        Seconds(
            np.concatenate([time_s, slept[0]])[order],
            record[order],
            np.concatenate([np.zeros(len(active), np.int64), slept[2]])[order],
        ),
        filled_s,
    )


def _samples(
    records: Records, seconds: Seconds, begin: int, end: int, rate_hz: float
) -> NDArray[np.float32]:
    """Return the counts (N, 3) of seconds [begin, end)."""
    rate = int(rate_hz)
    repeats = seconds.repeats[begin:end]
    record = seconds.record[begin:end]
    first = (np.cumsum(np.maximum(repeats, 1)) - np.maximum(repeats, 1)) * rate
    xyz = np.empty((int(np.maximum(repeats, 1).sum()) * rate, 3), np.float32)
    own = repeats == 0
    for kind in (ACTIVITY, ACTIVITY2):
        which = np.flatnonzero(own & (records.type[record] == kind))
        size = rate * 6 if kind == ACTIVITY2 else (rate * 36 + 7) // 8
        for start in range(0, len(which), CHUNK):
            some = which[start : start + CHUNK]
            data = records.data[records.begin[record[some]][:, None] + np.arange(size)]
            if kind == ACTIVITY2:
                counts = data.view("<i2").reshape(len(some), rate, 3)
            else:
                counts = unpack_12_bits(data)
            xyz[first[some][:, None] + np.arange(rate)] = counts
    for sleep in np.flatnonzero(~own):
        at = first[sleep]
        # A sleep continues the record before it: the two never stand in different recordings.
        xyz[at : at + repeats[sleep] * rate] = xyz[at - 1]
    return xyz


def _recording(xyz_g: NDArray[np.float32], rate_hz: float, wall_s: float, info: Info) -> Recording:
    header = info.header
    return Recording(
        xyz_g=xyz_g,
        rate_hz=rate_hz,
        subject=header.subject,
        placement=header.placement,
        start_s=header.start_s(wall_s),
        clock=header.clock,
        source=header.source,
    )
