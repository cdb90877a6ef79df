"""golden.bin is read back as it was written, and refused when it was cut or is something else."""

import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import binary, integers

from edgekit.convert.golden import HEADER, Golden, golden_bytes, read_golden
from edgekit.convert.runtimes import Int8Logits
from edgekit.errors import EdgekitError


def some_golden(windows: int = 3, postures: int = 12, placements: int = 2) -> Golden:
    """Of every count there is, the least and the most among them."""
    random = np.random.default_rng(windows)

    def int8(*shape: int) -> np.ndarray:
        return random.integers(-128, 128, shape).astype(np.int8)

    counts = random.integers(-(1 << 15), 1 << 15, (windows, 100, 3)).astype(np.int16)
    counts[0, 0] = -(1 << 15), (1 << 15) - 1, -1
    answers = Int8Logits(int8(windows, postures), int8(windows, placements))
    return Golden(counts, answers, bytes(range(32)))


@given(integers(1, 9), integers(1, 20), integers(1, 5))
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, windows: int, postures: int, placements: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "golden.bin"
    golden = some_golden(windows, postures, placements)
    path.write_bytes(golden_bytes(golden))
    back = read_golden(path)
    assert np.array_equal(back.counts, golden.counts)
    assert np.array_equal(back.answers.posture, golden.answers.posture)
    assert np.array_equal(back.answers.placement, golden.answers.placement)
    assert golden_bytes(back) == golden_bytes(golden)


def test_the_layout_is_the_documented_one() -> None:
    golden = some_golden()
    data = golden_bytes(golden)
    assert HEADER.size == 64
    assert data[:8] == b"EDGEGOLD"
    assert struct.unpack_from("<5I", data, 8) == (2, 3, 300, 12, 2)
    assert data[28:60] == bytes(range(32))
    assert struct.unpack_from("<900h", data, 64) == tuple(golden.counts.ravel())
    assert data[64 + 1800 : -6] == golden.answers.posture.tobytes()
    assert data[-6:] == golden.answers.placement.tobytes()


def test_a_big_endian_writer_writes_the_same_bytes() -> None:
    golden = some_golden()
    swapped = replace(golden, counts=golden.counts.astype(">i2"))
    assert golden_bytes(swapped) == golden_bytes(golden)


def test_a_file_of_version_1_is_refused_with_what_to_do(tmp_path: Path) -> None:
    data = bytearray(golden_bytes(some_golden()))
    data[8] = 1
    (tmp_path / "golden.bin").write_bytes(data)
    with pytest.raises(EdgekitError, match=r"golden\.bin.*version 1.*Convert the run again"):
        read_golden(tmp_path / "golden.bin")


@given(cut=integers(0, 64 + 3 * 614 - 1))
def test_a_file_cut_anywhere_is_refused(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    path = tmp_path_factory.getbasetemp() / "cut.bin"
    path.write_bytes(golden_bytes(some_golden())[:cut])
    with pytest.raises(EdgekitError, match=r"cut\.bin"):
        read_golden(path)


@given(binary(max_size=200))
def test_anything_else_is_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path: Path = tmp_path_factory.getbasetemp() / "other.bin"
    path.write_bytes(data)
    with pytest.raises(EdgekitError, match=r"other\.bin"):
        read_golden(path)
