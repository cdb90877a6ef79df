"""Write a night of 8 h at 100 Hz as each logger would, and print how long its reading takes.

Run by hand: python -m tests.helpers.logger_night
"""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from edgekit.train.datasets.loggers import parse_logger
from tests.helpers.logger_files import (
    ACTIVITY,
    ACTIVITY2,
    CAPACITY,
    PACKED,
    SIX_AXES,
    START_S,
    UNPACKED,
    cwa_header,
    cwa_sector,
    geneactiv_header,
    geneactiv_page,
    gt3x,
    gt3x_info,
    gt3x_second,
    pack_12_bits,
    some_counts,
)

SAMPLES = 2_880_000
PIECE = some_counts(1200)  # repeated through the night; whole in every kind of block


def cwa_night(packing: int) -> bytes:
    step = CAPACITY[packing]
    sectors = (
        cwa_sector(PIECE[at % 1200 :][:step], at // step, START_S + at / 100, packing=packing)
        for at in range(0, SAMPLES, step)
    )
    return cwa_header() + b"".join(sectors)


def geneactiv_night() -> bytes:
    pages = (
        geneactiv_page(PIECE[at % 1200 :][:300], at // 300, START_S + at / 100)
        for at in range(0, SAMPLES, 300)
    )
    return geneactiv_header() + b"".join(pages)


def log_night(kind: int) -> bytes:
    seconds = (
        gt3x_second(PIECE[at % 1200 :][:100], START_S + at // 100, kind)
        for at in range(0, SAMPLES, 100)
    )
    return gt3x(b"".join(seconds), info=gt3x_info(100))


def activity_night() -> bytes:
    samples = pack_12_bits(PIECE) * (SAMPLES // len(PIECE))
    return gt3x(samples, "activity.bin", gt3x_info(100))


NIGHTS: dict[str, Callable[[], bytes]] = {
    "cwa, packed": lambda: cwa_night(PACKED),
    "cwa, 16 bits": lambda: cwa_night(UNPACKED),
    "cwa, AX6": lambda: cwa_night(SIX_AXES),
    "GENEActiv": geneactiv_night,
    "gt3x, log.bin of 12 bits": lambda: log_night(ACTIVITY),
    "gt3x, log.bin of 16 bits": lambda: log_night(ACTIVITY2),
    "gt3x, activity.bin": activity_night,
}


if __name__ == "__main__":
    for name, write in NIGHTS.items():
        content = write()
        began_s, cpu_s = time.perf_counter(), time.process_time()
        logger = parse_logger(content, Path(name))
        took_s, cpu_s = time.perf_counter() - began_s, time.process_time() - cpu_s
        (recording,) = logger.recordings
        pieces = recording.xyz_g.reshape(-1, *PIECE.shape)
        assert len(recording) == SAMPLES and np.array_equal(pieces[0], pieces[-1])
        print(f"{name}: {SAMPLES:,} samples in {took_s:.2f} s, {cpu_s:.2f} s of one core")
