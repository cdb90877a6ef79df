"""Join a night's blocks to the stretches between its gaps, for whoever reads its samples anew."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from edgekit.stretches import TOLERANCE_PERIODS

from .night import Samples


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
