"""Each program's own table reads to its rate, its samples in g and its start."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from edgekit.errors import EdgekitError, UsageError
from edgekit.train.datasets.tables import TableOptions
from tests.helpers import tables

SHAPES = {
    "Sensor Logger": (tables.sensor_logger, "utc", "m/s2"),
    "phyphox": (tables.phyphox, "device", "m/s2 (header)"),
    "Physics Toolbox": (tables.physics_toolbox, "device", "g (header)"),
    "Edge Impulse": (tables.edge_impulse, "device", "m/s2"),
    "OMGUI": (tables.omgui, "device", "g"),
    "ActiGraph": (tables.actigraph, "device", "g"),
    "GENEActiv": (tables.geneactiv, "device", "g"),
    "WISDM v1.1": (tables.wisdm_v1, "device", "m/s2"),
}


@pytest.mark.parametrize(("write", "clock", "unit"), SHAPES.values(), ids=SHAPES)
def test_each_shape_reads_to_its_samples_rate_and_unit(
    tmp_path: Path, write: Callable[..., str], clock: str, unit: str
) -> None:
    xyz_g = tables.lying(3_000)
    table = tables.read_table(tables.written(tmp_path, write(xyz_g, 30)))
    (recording,) = table.recordings
    assert np.allclose(recording.xyz_g, xyz_g, atol=6e-4)
    assert recording.rate_hz == pytest.approx(30, rel=1e-4)
    assert recording.duration_s == pytest.approx(100, rel=1e-4)
    assert recording.clock == clock
    assert table.unit.startswith(unit)
    assert not table.left_out and table.gaps == 0


@pytest.mark.parametrize("write", [tables.sensor_logger, tables.omgui, tables.actigraph])
def test_a_dated_file_begins_at_its_start(tmp_path: Path, write: Callable[..., str]) -> None:
    (recording,) = tables.read_table(
        tables.written(tmp_path, write(tables.lying(300), 30))
    ).recordings
    assert recording.start_s == pytest.approx(tables.START_S, abs=0.001)


def test_geneactiv_says_its_subject_and_place(tmp_path: Path) -> None:
    path = tables.written(tmp_path, tables.geneactiv(tables.lying(300), 100))
    (recording,) = tables.read_table(path).recordings
    assert (recording.subject, recording.placement) == ("P07", "left wrist")
    assert recording.start_s == pytest.approx(tables.START_S, abs=0.001)


def test_wisdm_v1_keeps_its_words_and_user(tmp_path: Path) -> None:
    path = tables.written(tmp_path, tables.wisdm_v1(tables.lying(200), 20))
    (recording,) = tables.read_table(path).recordings
    assert recording.subject == "33" and recording.label_names == ("Jogging", "Sitting")
    assert recording.label is not None
    assert recording.label.tolist() == [0] * 100 + [1] * 100


def test_ten_header_lines_at_30_hz_are_100_s(tmp_path: Path) -> None:
    path = tables.written(tmp_path, tables.actigraph(tables.lying(3_000), 30))
    (recording,) = tables.read_table(path).recordings
    assert (len(recording), recording.rate_hz, recording.duration_s) == (3_000, 30.0, 100.0)


def test_the_makers_csv_of_a_gt3x_reads_whole(real: Path) -> None:
    table = tables.read_table(real / "loggers" / "actigraph_neo_expected.csv")
    (recording,) = table.recordings
    assert len(recording) == 18_004 and recording.rate_hz == 30.0
    assert recording.xyz_g[0] == pytest.approx([-0.015, 0.029, -1.006])
    assert recording.start_s == 1_640_001_300  # 2021-12-20 11:55:00 on the device's clock


def test_a_table_of_epochs_is_refused_as_what_it_is(real: Path) -> None:
    with pytest.raises(EdgekitError, match=r"activity counts per \d+ s epoch.*\.gt3x"):
        tables.read_table(real / "loggers" / "actigraph_epochs_60s.csv")


@pytest.mark.parametrize("extra", range(0, 36, 3))
def test_five_columns_read_wherever_a_buffer_would_end(tmp_path: Path, extra: int) -> None:
    text = tables.physics_toolbox(tables.lying(400), 50)
    text = text.replace("time,", f"time{' ' * extra},")
    (recording,) = tables.read_table(tables.written(tmp_path, text)).recordings
    assert len(recording) == 400


def test_gravity_that_was_taken_out_is_named(tmp_path: Path) -> None:
    text = tables.edge_impulse(tables.lying(300) - [0.02, 0.1, 0.99], 50)
    with pytest.raises(EdgekitError, match=r"gravity was taken out.*TotalAcceleration"):
        tables.read_table(tables.written(tmp_path, text))


def test_a_start_whose_order_is_damaged_is_decided_by_the_option(tmp_path: Path) -> None:
    text = tables.actigraph(tables.lying(300), 30).replace("M/d/yyyy", "M/d/dddd")
    path = tables.written(tmp_path, text.replace("11/14/2023", "03/04/2023"))
    with pytest.raises(UsageError, match="--dates mdy or --dates dmy"):
        tables.read_table(path)
    (recording,) = tables.read_table(path, TableOptions(dates="dmy")).recordings
    assert datetime.fromtimestamp(recording.start_s, UTC).isoformat() == "2023-04-03T22:13:20+00:00"
