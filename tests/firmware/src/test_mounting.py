"""The mounting turns counts into the body's axes: in C as in Python, bit for bit."""

import ctypes
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from edgekit.calibration import Calibration, vector
from edgekit.errors import EdgekitError
from edgekit.firmware.build.toolchain import FOLDER
from edgekit.mounting import GAIN_LEAST, GAIN_MOST, OFFSET_MOST, ONE, Mounting


class CMounting(ctypes.Structure):
    _fields_ = (("matrix", ctypes.c_int16 * 3 * 3), ("offset", ctypes.c_int32 * 3))


class Sample(ctypes.Structure):
    _fields_ = (("x", ctypes.c_int16), ("y", ctypes.c_int16), ("z", ctypes.c_int16))


@pytest.fixture(scope="session")
def library(c_library: Callable[..., ctypes.CDLL]) -> ctypes.CDLL:
    # A sum of more than 32 bits, or a shift that C does not define, ends the test.
    library = c_library(
        FOLDER / "src" / "mounting.c",
        flags=["-fsanitize=undefined", "-fsanitize-undefined-trap-on-error"],
    )
    library.mounting_is_valid.restype = ctypes.c_bool
    library.mounting_apply.restype = Sample
    library.mounting_apply.argtypes = [ctypes.c_void_p, Sample]
    return library


def in_c(matrix: object, offset: object) -> CMounting:
    made = CMounting()
    for row, values in zip(made.matrix, np.asarray(matrix).tolist(), strict=True):
        row[:] = values
    made.offset[:] = np.asarray(offset).tolist()
    return made


def turned(quaternion: tuple[float, float, float, float]) -> NDArray[np.float64]:
    """The rotation matrix of a quaternion that is not near 0."""
    w, x, y, z = np.array(quaternion) / np.linalg.norm(quaternion)
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )


unit = st.floats(-1, 1)
gains = st.tuples(*[st.floats(0.76, 1.24)] * 3)
offsets_g = st.tuples(*[st.floats(-0.5, 0.5)] * 3)
counts = st.integers(-(1 << 15), (1 << 15) - 1)


@st.composite
def calibrations(draw: st.DrawFn) -> Calibration:
    quaternion = draw(st.tuples(unit, unit, unit, unit))
    assume(np.linalg.norm(quaternion) > 0.1)
    x, y, z = (vector(row) for row in turned(quaternion))
    return Calibration((x, y, z), draw(offsets_g), draw(gains))


@given(calibration=calibrations(), sample=st.tuples(counts, counts, counts))
@example(calibration=Calibration(), sample=(-(1 << 15), (1 << 15) - 1, -1))
@example(calibration=Calibration(gain=(1.25, 1.25, 1.25)), sample=(32767, -32768, 32767))
def test_c_and_python_turn_a_sample_into_the_same_body_counts(
    library: ctypes.CDLL, calibration: Calibration, sample: tuple[int, int, int]
) -> None:
    mounting = Mounting.of(calibration)
    made = in_c(mounting.matrix, mounting.offset)
    assert library.mounting_is_valid(ctypes.byref(made))
    body = library.mounting_apply(ctypes.byref(made), Sample(*sample))
    expected = mounting.apply(np.array([sample], np.int16))
    assert (body.x, body.y, body.z) == tuple(expected[0].tolist())


@given(calibration=calibrations(), sample=st.tuples(*[st.integers(-4096, 4095)] * 3))
def test_body_counts_are_the_calibration_s_to_the_nearest_count(
    calibration: Calibration, sample: tuple[int, int, int]
) -> None:
    read = np.array([sample], np.int16)
    body = Mounting.of(calibration).apply(read)
    exact = 256 * calibration.apply((read / 256).astype(np.float32))
    # Half a count is the rounding; the matrix's 1/2^15 in each of three axes is the rest.
    assert np.abs(body - exact).max() <= 0.5 + 3 * 4096 / (1 << 15) + 0.01


def test_who_is_mounted_straight_changes_no_count() -> None:
    read = np.random.default_rng(1).integers(-(1 << 15), 1 << 15, (1000, 3)).astype(np.int16)
    assert np.array_equal(Mounting.IDENTITY.apply(read), read)


def accepted(matrix: object, offset: object) -> bool:
    x, y, z = (tuple(row) for row in np.asarray(matrix).tolist())
    try:
        Mounting((x, y, z), tuple(np.asarray(offset).tolist()))
    except EdgekitError:
        return False
    return True


@given(
    calibration=calibrations(),
    at=st.tuples(st.integers(0, 2), st.integers(0, 2)),
    wrong=counts,
    offset=st.tuples(*[st.integers(-(1 << 31), (1 << 31) - 1)] * 3) | st.just((0, 0, 0)),
)
def test_what_one_side_refuses_the_other_refuses(
    library: ctypes.CDLL,
    calibration: Calibration,
    at: tuple[int, int],
    wrong: int,
    offset: tuple[int, int, int],
) -> None:
    matrix = np.array(Mounting.of(calibration).matrix)
    matrix[at] = wrong
    made = in_c(matrix, offset)
    assert library.mounting_is_valid(ctypes.byref(made)) == accepted(matrix, offset)


@given(matrix=st.lists(counts, min_size=9, max_size=9))
def test_any_bytes_are_judged_alike_and_without_overflow(
    library: ctypes.CDLL, matrix: list[int]
) -> None:
    square = np.array(matrix).reshape(3, 3)
    made = in_c(square, (0, 0, 0))
    assert library.mounting_is_valid(ctypes.byref(made)) == accepted(square, (0, 0, 0))


STRAIGHT = np.diag([ONE] * 3)


@pytest.mark.parametrize(
    ("matrix", "offset"),
    [
        (np.zeros((3, 3), int), (0, 0, 0)),
        (np.diag([ONE, ONE, -ONE]), (0, 0, 0)),  # mirrored
        (np.diag([ONE] * 3) + np.diag([200, 0], 1), (0, 0, 0)),  # 0.7 degrees askew
        (np.diag([GAIN_LEAST - 1, ONE, ONE]), (0, 0, 0)),
        (np.diag([ONE, ONE, GAIN_MOST + 1]), (0, 0, 0)),
        (STRAIGHT, (0, OFFSET_MOST + 1, 0)),
        (STRAIGHT, (-(1 << 31), 0, 0)),
    ],
)
def test_what_is_no_rotation_is_refused_by_both_sides(
    library: ctypes.CDLL, matrix: NDArray[np.int64], offset: tuple[int, int, int]
) -> None:
    assert not library.mounting_is_valid(ctypes.byref(in_c(matrix, offset)))
    with pytest.raises(EdgekitError, match="calibrate again"):
        Mounting(*(tuple(map(tuple, matrix.tolist())), offset))  # type: ignore[arg-type]


@given(calibration=calibrations())
def test_a_calibration_comes_back_as_near_as_its_integers_tell(calibration: Calibration) -> None:
    mounting = Mounting.of(calibration)
    back = Calibration.from_json(mounting.calibration().to_json())
    np.testing.assert_allclose(back.rotation, calibration.rotation, atol=3e-4)
    np.testing.assert_allclose(back.gain, calibration.gain, atol=1e-4)
    np.testing.assert_allclose(back.offset_g, calibration.offset_g, atol=2e-4)
    again = Mounting.of(back)
    assert np.abs(np.subtract(again.matrix, mounting.matrix)).max() <= 2
    assert replace(back, made_utc="") == back, "of a wearable no time is known"
