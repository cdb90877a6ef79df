"""Research loggers: real files have their right values, and no damage leads to a traceback."""

from pathlib import Path

import numpy as np
import pytest

from edgekit.errors import EdgekitError, UsageError
from edgekit.train.datasets.loggers import Logger, is_logger, parse_logger
from tests.helpers.mutations import mutations

REAL = ["ax3.cwa", "geneactiv.bin", "actigraph_neo.gt3x", "actigraph_idle_sleep_off.gt3x"]


def read_logger(path: Path) -> Logger:
    return parse_logger(path.read_bytes(), path)


def wall(time: str) -> float:
    return float(np.datetime64(time, "ms").astype(np.int64)) / 1000


def check(logger: Logger, samples: int, first_g: list[float], start: str, end: str) -> None:
    """Compare with what an independent reader found (the README of the data)."""
    (recording,) = logger.recordings
    assert len(recording) == samples
    assert recording.xyz_g[0] == pytest.approx(first_g, abs=6e-4)
    offset_s = logger.header.utc_offset_s or 0.0
    assert recording.start_s + offset_s == pytest.approx(wall(start), abs=0.02)
    last_s = recording.end_s - 1 / recording.rate_hz
    assert last_s + offset_s == pytest.approx(wall(end), abs=0.02)


def test_a_real_ax3_has_its_values(real: Path) -> None:
    logger = read_logger(real / "loggers" / "ax3.cwa")
    first_g = [0.3281, 0.9844, 0.2031]
    check(logger, 17_400, first_g, "2019-02-26T10:55:06.000", "2019-02-26T10:58:01.979")
    (recording,) = logger.recordings
    length = np.linalg.norm(recording.xyz_g, axis=1)
    assert float(np.median(length)) == pytest.approx(0.9575, abs=5e-5)
    assert logger.nominal_hz == 100
    # Set to 100 Hz; its time stamps say that it took 17,400 samples in 176 s.
    assert recording.rate_hz == pytest.approx(98.86, abs=0.01)
    assert (recording.subject, recording.placement) == ("26", "right wrist")
    assert recording.clock == "device" and not logger.bad_blocks


def test_a_real_geneactiv_has_its_values(real: Path) -> None:
    logger = read_logger(real / "loggers" / "geneactiv.bin")
    first_g = [0.7405, 0.0141, -0.6439]
    check(logger, 4_800, first_g, "2013-05-30T10:12:54.500", "2013-05-30T10:13:50.488")
    assert logger.nominal_hz == 85.7
    assert logger.recordings[0].rate_hz == pytest.approx(85.714, abs=0.001)
    assert logger.header.utc_offset_s == 3600
    assert logger.bad_blocks == {"cut short": 1} and logger.blocks == 17
    assert logger.notes == ("the header promises 222,048 pages",)


def test_a_real_old_gt3x_equals_its_makers_csv_to_its_digits(real: Path) -> None:
    logger = read_logger(real / "loggers" / "actigraph_neo.gt3x")
    first_g = [-0.0147, 0.0293, -1.0059]
    check(logger, 18_004, first_g, "2021-12-20T11:55:00.000", "2021-12-20T12:05:00.100")
    table = real / "loggers" / "actigraph_neo_expected.csv"
    expected = np.loadtxt(table, delimiter=",", skiprows=11)
    (recording,) = logger.recordings
    assert recording.rate_hz == 30 and logger.header.utc_offset_s == -6 * 3600
    assert np.array_equal(np.round(recording.xyz_g.astype(np.float64), 3), expected)


def test_a_real_new_gt3x_has_its_values(real: Path) -> None:
    logger = read_logger(real / "loggers" / "actigraph_idle_sleep_off.gt3x")
    first_g = [0.0195, 0.0117, 1.0430]
    check(logger, 9_000, first_g, "2021-03-19T15:57:00.000", "2021-03-19T16:01:59.967")
    (recording,) = logger.recordings
    assert (recording.rate_hz, recording.subject) == (30, "ISM_Disabled")
    assert recording.placement == "wrist" and not logger.bad_blocks


def test_a_table_of_counts_is_refused_as_such(real: Path) -> None:
    with pytest.raises(UsageError, match="epoch table: counts per 5 s, not raw acceleration"):
        read_logger(real / "loggers" / "actigraph_epochs_60s.csv")


def test_the_content_decides_and_not_the_name(real: Path, tmp_path: Path) -> None:
    path = tmp_path / "holiday.jpg"
    path.write_bytes((real / "loggers" / "ax3.cwa").read_bytes())
    assert read_logger(path).header.device == "Axivity AX3 39434"


@pytest.mark.parametrize("content", [b"time,x,y,z\n0,0,0,1\n", b"PK\x03\x04", b"MD", b"\xff" * 999])
def test_another_file_is_refused_with_what_is_read(content: bytes) -> None:
    assert not is_logger(content)
    with pytest.raises(UsageError, match=r"(?s)x\.dat is no file of .*Axivity.*ActiGraph.*GENE"):
        parse_logger(content, Path("x.dat"))


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(EdgekitError, match="is empty"):
        parse_logger(b"", Path("empty.cwa"))


@pytest.mark.parametrize("name", REAL)
def test_a_damaged_real_file_is_read_in_part_or_refused(real: Path, name: str) -> None:
    content = (real / "loggers" / name).read_bytes()
    for damaged in mutations(content, count=200, seed=16):
        try:
            logger = parse_logger(damaged, Path(name))
        except EdgekitError as error:
            assert str(error).startswith(name)
            continue
        for recording in logger.recordings:
            assert np.isfinite(recording.xyz_g).all() and len(recording)
            assert np.isfinite([recording.rate_hz, recording.start_s]).all()
            assert 0 < recording.rate_hz <= 10_000
