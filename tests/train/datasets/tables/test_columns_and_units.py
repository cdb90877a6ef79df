"""Columns by name, by option or by content, and units by header or by gravity; never by a guess."""

from pathlib import Path

import numpy as np
import pytest

from edgekit.errors import UsageError
from edgekit.train.datasets.imported import Imported
from edgekit.train.datasets.tables import TableOptions, parse_table
from tests.helpers.tables import even, lines_of, lying, texts

HERE = Path("ann.csv")
XYZ_G = lying(400)


def read(header: str, *columns: list[str], **options: object) -> Imported:
    text = lines_of(header, *columns)
    return parse_table(text.encode(), HERE, TableOptions(**options))  # type: ignore[arg-type]


def axes(one_g: float = 1.0, digits: int = 4) -> list[list[str]]:
    return [texts(axis * one_g, digits) for axis in XYZ_G.T]


TIME = texts(even(400, 50), 2)


@pytest.mark.parametrize(
    "names",
    [
        "x,y,z", "X,Y,Z", "ax,ay,az", "acc_x,acc_y,acc_z", "accX,accY,accZ",
        "accel_x,accel_y,accel_z",
        "Accel-X (g),Accel-Y (g),Accel-Z (g)", "Accelerometer X,Accelerometer Y,Accelerometer Z",
        "Acceleration x (g),Acceleration y (g),Acceleration z (g)", "gFx,gFy,gFz",
        "x-axis (g),y-axis (g),z-axis (g)", "x_g,y_g,z_g",
        "TotalAcceleration_x,TotalAcceleration_y,"
        "TotalAcceleration_z",
    ],
)  # fmt: skip
def test_axes_are_known_by_the_names_in_use(names: str) -> None:
    (recording,) = read(f"time,{names}", TIME, *axes()).recordings
    assert np.allclose(recording.xyz_g, XYZ_G, atol=6e-5)


def test_roles_in_order_and_by_name_read_the_same() -> None:
    columns = ["7"] * 400, axes()[2], axes()[1], axes()[0], TIME
    header = "n,up,side,front,when"
    for wanted in ("-,z,y,x,time", "time=when,x=front,y=side,z=up", "time=5,x=4,y=3,z=2"):
        (recording,) = read(header, *columns, columns=wanted).recordings
        assert np.allclose(recording.xyz_g, XYZ_G, atol=6e-5)


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("time,x,y", "x, y and z are needed"),
        ("time,x,y,z,label", "does not fit"),
        ("when,x,y,z", "'when' is no role"),
        ("x,x,y,z", "'x' is named twice"),
        ("time=hour,x=2,y=3,z=4", "no column 'hour'; it has time, x, y, z"),
        ("x=2,y=2,z=3", "does not fit"),
    ],
)
def test_a_wrong_list_of_columns_is_refused(wanted: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read("time,x,y,z", TIME, *axes(), columns=wanted)


def test_two_sensors_in_one_table_ask_which() -> None:
    with pytest.raises(UsageError, match=r"x may be acc_x or a_x\. Decide with --columns"):
        read("time,acc_x,acc_y,acc_z,a_x,a_y,a_z", TIME, *axes(), *axes())


def test_two_times_ask_which() -> None:
    with pytest.raises(UsageError, match=r"time may be time or timestamp.*--columns"):
        read("time,timestamp,x,y,z", TIME, TIME, *axes())


def test_a_gyroscope_beside_it_is_left_alone() -> None:
    header = "time,ax,ay,az,gx,gy,gz"
    (recording,) = read(header, TIME, *axes(), *axes(100), columns="time,x,y,z").recordings
    assert np.allclose(recording.xyz_g, XYZ_G, atol=6e-5)


def test_unknown_names_ask_for_the_columns() -> None:
    with pytest.raises(UsageError, match=r"no column of when, a, b, c is known as x.*--columns"):
        read("when,a,b,c", TIME, *axes())


def test_numbers_without_a_header_ask_for_the_columns() -> None:
    with pytest.raises(UsageError, match=r"may be several things.*--columns time,x,y,z"):
        read("", TIME, *axes())


def test_linear_acceleration_is_refused_as_what_it_is() -> None:
    names = ",".join(f"Linear Acceleration {axis} (m/s^2)" for axis in "xyz")
    with pytest.raises(UsageError, match="gravity was taken out"):
        read(f"Time (s),{names}", TIME, *axes())


def test_a_table_of_a_gyroscope_is_not_taken_for_acceleration() -> None:
    for names in ("gyro_x,gyro_y,gyro_z", "Gyroscope x (rad/s),Gyroscope y (rad/s),Gyroscope z"):
        with pytest.raises(UsageError, match="a gyroscope or magnetometer"):
            read(f"time,{names}", TIME, *axes())
    read("time,ax,ay,az,gyro_x,gyro_y,gyro_z", TIME, *axes(), *axes())


def test_a_label_column_keeps_its_words() -> None:
    words = ["lying"] * 100 + [""] * 100 + ["up"] * 200
    (recording,) = read("time,x,y,z,label", TIME, *axes(), words).recordings
    assert recording.label_names == ("lying", "up") and recording.label is not None
    assert np.unique(recording.label, return_counts=True)[1].tolist() == [100, 100, 200]


def test_each_subject_of_a_table_has_its_own_recordings() -> None:
    subjects = [["ann", "bob"][k % 2] for k in range(400)]
    table = read("user,time,x,y,z", subjects, TIME, *axes())
    assert {(r.subject, len(r)) for r in table.recordings} == {("ann", 200), ("bob", 200)}
    assert all(r.rate_hz == pytest.approx(25, rel=1e-4) for r in table.recordings)


@pytest.mark.parametrize(
    ("one_g", "digits", "unit"),
    [(1, 4, "g"), (9.80665, 4, "m/s2"), (256, 0, "counts:256"), (4096, 0, "counts:4096")],
)
def test_a_unit_without_a_word_is_known_by_gravity(one_g: float, digits: int, unit: str) -> None:
    table = read("time,x,y,z", TIME, *axes(one_g, digits))
    assert table.unit == f"{unit} (by gravity)"
    assert np.allclose(table.recordings[0].xyz_g, XYZ_G, atol=2e-3)


def test_milli_g_and_1024_counts_ask_which() -> None:
    with pytest.raises(UsageError, match=r"may be mg or counts:1024.*--unit"):
        read("time,x,y,z", TIME, *axes(1000, 0))
    assert read("time,x,y,z", TIME, *axes(1000, 0), unit="mg").unit == "mg (option)"
    assert read("time,x (mg),y (mg),z (mg)", TIME, *axes(1000, 0)).unit == "mg (header)"


def test_a_header_that_gravity_denies_is_asked_about() -> None:
    with pytest.raises(UsageError, match=r"header says g.*look like m/s2.*--unit"):
        read("time,x (g),y (g),z (g)", TIME, *axes(9.80665))


def test_a_length_that_is_no_unit_asks_for_it() -> None:
    with pytest.raises(UsageError, match="--unit"):
        read("time,x,y,z", TIME, *axes(4.0))
    table = read("time,x,y,z", TIME, *axes(4.0), unit="counts:4")
    assert np.allclose(table.recordings[0].xyz_g, XYZ_G, atol=1e-4)


@pytest.mark.parametrize("unit", ["stone", "counts", "counts:0", "counts:-4", "counts:x"])
def test_an_unknown_unit_is_refused(unit: str) -> None:
    with pytest.raises(UsageError, match="--unit"):
        read("time,x,y,z", TIME, *axes(), unit=unit)


def test_a_unit_that_gravity_denies_is_taken_and_said() -> None:
    table = read("time,x,y,z", TIME, *axes(9.80665), unit="counts:5")
    assert any("look like m/s2" in note for note in table.notes)


def test_rows_of_zeros_are_left_out_and_make_gaps() -> None:
    xyz = [column[:100] + ["0"] * 200 + column[300:] for column in axes()]
    table = read("time,x,y,z", TIME, *xyz)
    assert table.left_out == {"without acceleration (0, 0, 0)": 200}
    assert [len(recording) for recording in table.recordings] == [100, 100]
