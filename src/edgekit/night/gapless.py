"""Join a night's blocks to the stretches between its gaps: import and label page read these."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from edgekit.errors import EdgekitError
from edgekit.stretches import TOLERANCE_PERIODS

from .night import Samples
from .reader import Night


def gapless_stretches(night: Night) -> list[Samples]:
    """Return the gapless stretches of all runs of a night, at least one.

    Raises EdgekitError where it holds no samples, with the likely cause.
    """
    found = [stretch for run in night.runs for stretch in gapless(night.samples(run))]
    if not found:
        reason = (
            missing_log(night)
            if night.lacks_log
            else "a night that a wearable kept by itself holds decisions alone"
        )
        raise EdgekitError(f"{night.path} holds no samples: {reason}")
    return found


def missing_log(night: Night) -> str:
    """Word what to do about a night that was copied without the log beside it."""
    return (
        f"its log {night.path.name}-wal is not beside it, where the newest rows lie while a night "
        "is recorded. Copy it too, or copy the night after its end."
    )


def gapless(samples: Iterable[Samples]) -> Iterator[Samples]:
    """Yield the stretches of one run's blocks, each at the mean rate of its blocks."""
    row: list[Samples] = []
    for block in samples:
        if not len(block.xyz_g):
            continue
        if row and abs(block.start_s - row[-1].end_s) > TOLERANCE_PERIODS / block.rate_hz:
            yield _joined(row)
            row = []
        row.append(block)
    if row:
        yield _joined(row)


def _joined(blocks: Sequence[Samples]) -> Samples:
    xyz_g = np.concatenate([block.xyz_g for block in blocks])
    rate_hz = len(xyz_g) / sum(len(block.xyz_g) / block.rate_hz for block in blocks)
    return Samples(blocks[0].start_s, rate_hz, xyz_g)
