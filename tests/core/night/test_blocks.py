"""Samples in blocks of a minute: not a bit is lost."""

from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.strategies import booleans, floats, lists

from edgekit.night.blocks import pack, unpack
from edgekit.night.night import Samples
from edgekit.night.reader import open_night
from edgekit.night.writer import NightWriter
from tests.helpers.short_night import META, steady


@pytest.mark.parametrize("odd", [-0.0, np.nan, np.inf, 200.0, 1 / 512])
def test_a_value_that_is_no_count_comes_back_to_the_bit(odd: float) -> None:
    xyz_g = np.zeros((5, 3), np.float32)
    xyz_g[2, 1] = odd
    assert unpack(pack(xyz_g, 256)).tobytes() == xyz_g.tobytes()


@given(
    lengths=lists(floats(0.1, 130.0), min_size=1, max_size=12),
    is_counts=booleans(),
)
@settings(max_examples=20)
def test_blocks_give_back_every_bit(lengths: list[float], is_counts: bool) -> None:
    parts, at_s = [], 1000.0
    for length in lengths:
        part = steady(length, at_s)
        xyz_g = part.xyz_g if is_counts else part.xyz_g + np.float32(1e-5)
        parts.append(Samples(at_s, 50.0, xyz_g))
        at_s += len(xyz_g) / 50.0
    with TemporaryDirectory() as folder:
        with NightWriter.create(Path(folder) / "a.night", META) as writer:
            for part in parts:
                writer.add_samples(part)
                if writer.is_flush_due:
                    writer.flush()
        with open_night(Path(folder) / "a.night") as night:
            read = list(night.samples())
    written = np.concatenate([part.xyz_g for part in parts])
    assert np.concatenate([part.xyz_g for part in read]).tobytes() == written.tobytes()
    lengths_read = [len(part.xyz_g) for part in read]
    assert max(lengths_read) <= max(60 * 50, *map(len, (part.xyz_g for part in parts)))
    # No two blocks in a row would have fitted into one.
    assert all(a + b > 60 * 50 - 50 * max(lengths) for a, b in pairwise(lengths_read))
