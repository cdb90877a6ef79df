import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import integers
from scipy.spatial.transform import Rotation

from edgekit.calibration import Calibration
from edgekit.cli.calibrate import calibrate_command
from edgekit.device.mount.calibrate import (
    from_faces,
    from_postures,
    load_calibration,
    read_span,
    save_calibration,
)
from edgekit.device.sources.source import FULL_SPEED, Replay
from edgekit.errors import EdgekitError, UsageError
from edgekit.recording import save_recording

BACK, UPRIGHT, LEFT = (0, 0, 1), (0, 1, 0), (-1, 0, 0)


def still(
    body_g: tuple[float, float, float], mount: Rotation | None = None, noise_g: float = 0.01
) -> np.ndarray:
    """Ten seconds (500, 3) as a sensor reads them that is mounted so."""
    read = (mount or Rotation.identity()).apply(np.array(body_g, float))
    return np.random.default_rng(0).normal(read, noise_g, (500, 3)).astype(np.float32)


@given(seed=integers(0, 999))
def test_back_and_upright_find_any_mounting(seed: int) -> None:
    mount = Rotation.random(random_state=seed)
    calibration = from_postures(still(BACK, mount), still(UPRIGHT, mount))
    for body_g in (BACK, UPRIGHT, LEFT):
        found = calibration.apply(still(body_g, mount)).mean(axis=0)
        np.testing.assert_allclose(found, body_g, atol=0.01)


@given(roll_deg=integers(-180, 180), pitch_deg=integers(-40, 40))
def test_the_back_alone_finds_a_mounting_whose_y_axis_points_to_the_head(
    roll_deg: int, pitch_deg: int
) -> None:
    mount = Rotation.from_euler("yx", [roll_deg, pitch_deg], degrees=True)
    calibration = from_postures(still(BACK, mount))
    np.testing.assert_allclose(calibration.apply(still(BACK, mount)).mean(axis=0), BACK, atol=0.01)
    rotation = np.array(calibration.rotation)
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-9)
    assert np.linalg.det(rotation) == pytest.approx(1)


def test_moving_is_refused_with_the_advice_to_keep_still() -> None:
    with pytest.raises(EdgekitError, match="keep still for 10 s"):
        from_postures(still(BACK, noise_g=0.1))


def test_standing_in_place_of_lying_is_refused() -> None:
    with pytest.raises(EdgekitError, match="upright, not lying"):
        from_postures(still(UPRIGHT))
    with pytest.raises(EdgekitError, match="0 degrees apart"):
        from_postures(still(BACK), still(BACK))


def test_a_sensor_that_reads_no_gravity_is_not_calibrated() -> None:
    with pytest.raises(EdgekitError, match=r"reads 0\.50 g"):
        from_postures(still((0, 0, 0.5)))


FACES = [(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)]


def as_read(body_g: tuple[float, float, float]) -> np.ndarray:
    offset_g, gain = np.array([0.04, -0.03, 0.08]), np.array([1.02, 0.98, 1.05])
    return (still(body_g, noise_g=0.004) / gain + offset_g).astype(np.float32)


def test_six_faces_in_any_order_give_offsets_and_gains() -> None:
    calibration = from_faces([as_read(FACES[index]) for index in (3, 1, 0, 5, 2, 4)])
    np.testing.assert_allclose(calibration.offset_g, (0.04, -0.03, 0.08), atol=1e-3)
    np.testing.assert_allclose(calibration.gain, (1.02, 0.98, 1.05), atol=1e-3)
    leaning = calibration.apply(as_read((0.6, 0, 0.8))).mean(axis=0)
    np.testing.assert_allclose(leaning, (0.6, 0, 0.8), atol=2e-3)


def test_a_mounting_keeps_the_offsets_of_the_six_faces() -> None:
    faces = from_faces([as_read(face) for face in FACES])
    calibration = from_postures(as_read(BACK), as_read(UPRIGHT), faces)
    np.testing.assert_allclose(calibration.apply(as_read(LEFT)).mean(axis=0), LEFT, atol=3e-3)


def test_a_face_that_is_missing_is_named() -> None:
    with pytest.raises(EdgekitError, match=r"face 6 is face 1 again .+ not up yet: -z"):
        from_faces([as_read(face) for face in FACES[:5]] + [as_read(FACES[0])])
    with pytest.raises(EdgekitError, match="face 2 did not lie level"):
        from_faces([as_read((0.6, 0, 0.8)) if n == 1 else as_read(f) for n, f in enumerate(FACES)])


def test_a_calibration_comes_back_from_its_file(tmp_path) -> None:
    calibration = from_postures(still(BACK), still((0.1, 0.9, 0.1)))
    save_calibration(tmp_path / "calibration.json", calibration)
    assert load_calibration(tmp_path / "calibration.json") == calibration


@pytest.mark.parametrize(
    "text", ["{}", "[]", '{"format": "edgekit calibration", "version": 1, "rotation": [[1]]}']
)
def test_a_damaged_calibration_is_refused(tmp_path, text: str) -> None:
    (tmp_path / "calibration.json").write_text(text)
    with pytest.raises(EdgekitError, match=r"calibration\.json"):
        load_calibration(tmp_path / "calibration.json")


def test_ten_seconds_are_taken_from_a_source(lying) -> None:
    samples = read_span(Replay([lying("supine", seconds=30.0)], FULL_SPEED))
    assert samples.shape == (500, 3)
    with pytest.raises(EdgekitError, match=r"gave 4\.0 s"):
        read_span(Replay([lying("supine", seconds=4.0)], FULL_SPEED))


def test_the_identity_changes_nothing() -> None:
    samples = still(LEFT)
    np.testing.assert_array_equal(Calibration().apply(samples), samples)


def test_the_command_writes_what_later_nights_read(tmp_path, lying) -> None:
    back, out = tmp_path / "back.npz", tmp_path / "calibration.json"
    save_recording(lying("supine"), back)
    calibrate_command([back], out=out)
    np.testing.assert_allclose(load_calibration(out).rotation, np.eye(3), atol=0.01)
    with pytest.raises(UsageError, match="stand or sit upright"):
        calibrate_command([back], upright=True, out=out)
