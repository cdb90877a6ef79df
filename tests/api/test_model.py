"""A model in a notebook: windows in, answers in words; what cannot be a window is refused."""

import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes
from numpy.testing import assert_allclose

import edgekit
from edgekit import samples
from edgekit.bundle import Bundle
from edgekit.convert.convert import Converted
from edgekit.device.decide.classifier import Classifier
from edgekit.errors import EdgekitError, UsageError
from edgekit.spec import STANDARD_GRAVITY_MS2

BACK_G = np.tile(np.array([0.0, 0.0, 1.0]), (100, 1))
LEFT_G = np.tile(np.array([-1.0, 0.0, 0.0]), (100, 1))


@pytest.fixture(scope="module")
def model(bundle: Bundle) -> edgekit.Model:
    return edgekit.load_model(str(bundle.folder))


def test_a_man_on_his_back_is_on_his_back(model: edgekit.Model, bundle: Bundle) -> None:
    (answer,) = model.classify(BACK_G)
    assert answer.posture == bundle.spec.postures[0]
    assert answer.torso_angle_deg == pytest.approx(90)
    assert 0 < answer.posture_confidence <= 1


def test_windows_are_answered_in_their_order(model: edgekit.Model) -> None:
    answers = model.classify(np.stack([BACK_G, LEFT_G]))
    assert [answer.torso_angle_deg for answer in answers] == pytest.approx([90, 180])
    assert len(answers[:1]) == 1
    assert answers.table()["posture"].to_list() == [answer.posture for answer in answers]


@pytest.mark.parametrize(("unit", "one_g"), [("m/s2", STANDARD_GRAVITY_MS2), ("mg", 1000.0)])
def test_another_unit_gives_the_same_answers(model: edgekit.Model, unit: str, one_g: float) -> None:
    in_g = model.classify([BACK_G, LEFT_G])
    assert list(model.classify(np.stack([BACK_G, LEFT_G]) * one_g, unit=unit)) == list(in_g)


@pytest.mark.parametrize(("unit", "one_g"), [("m/s2", STANDARD_GRAVITY_MS2), ("mg", 1000.0)])
def test_samples_in_another_unit_than_named_are_refused(
    model: edgekit.Model, unit: str, one_g: float
) -> None:
    with pytest.raises(UsageError, match=f"1 g in {unit}, not in g: pass unit='{unit}'"):
        model.classify(BACK_G * one_g)
    with pytest.raises(UsageError, match="1 g in g, not in"):
        model.classify(BACK_G, unit=unit)


def test_axes_in_torchs_order_are_refused_with_the_cure(model: edgekit.Model) -> None:
    with pytest.raises(UsageError, match="the axes come last here"):
        model.classify(BACK_G.T[None])


def test_a_whole_recording_is_no_window(model: edgekit.Model) -> None:
    with pytest.raises(UsageError, match="cut 5000 samples into windows"):
        model.classify(np.tile(BACK_G, (50, 1)))


@given(shape=array_shapes(min_dims=0, max_dims=5, max_side=8))
def test_no_other_shape_is_taken(model: edgekit.Model, shape: tuple[int, ...]) -> None:
    with pytest.raises(UsageError, match=r"not \("):
        model.classify(np.ones(shape))


@given(value=st.sampled_from([np.nan, np.inf, -np.inf]), at=st.integers(0, 299))
def test_values_that_are_no_numbers_are_refused(
    model: edgekit.Model, value: float, at: int
) -> None:
    window = BACK_G.copy()
    window.flat[at] = value
    with pytest.raises(UsageError, match="1 of 2 windows hold values that are not finite"):
        model.classify([BACK_G, window])


@pytest.mark.parametrize(
    "nonsense",
    ["text", None, [[1, 2], [3]], {"a": 1}, [["x"] * 3] * 100, [["1", "0", "0"]] * 100,
     BACK_G > 0.5, BACK_G * 1j, BACK_G * 1e30, samples.night()],
)  # fmt: skip
def test_what_is_no_array_of_numbers_is_refused(model: edgekit.Model, nonsense: object) -> None:
    with pytest.raises(UsageError):
        model.classify(nonsense)  # type: ignore[arg-type]


def test_zeros_were_never_measured(model: edgekit.Model) -> None:
    with pytest.raises(UsageError, match="0, 0, 0"):
        model.classify(np.zeros((4, 100, 3)))


def test_windows_without_gravity_are_answered_with_a_warning(model: edgekit.Model) -> None:
    with pytest.warns(UserWarning, match="gravity may have been removed"):
        model.classify(BACK_G * 0.02)


def test_no_window_has_no_answer(model: edgekit.Model) -> None:
    assert list(model.classify(np.empty((0, 100, 3)))) == []


def test_whole_numbers_are_taken(model: edgekit.Model) -> None:
    assert model.classify(BACK_G.astype(int))[0] == model.classify(BACK_G)[0]


def test_confidences_are_the_classifiers_own(model: edgekit.Model, bundle: Bundle) -> None:
    rng = np.random.default_rng(7)
    xyz_g = (BACK_G + rng.normal(0, 0.05, (20, 100, 3))).astype(np.float32)
    probability = Classifier(bundle).classify(xyz_g)
    answers = model.classify(xyz_g)
    assert_allclose([a.posture_confidence for a in answers], probability.posture.max(axis=1))
    assert [a.placement for a in answers] == [
        bundle.spec.placements[k] for k in probability.placement.argmax(axis=1)
    ]


def test_the_same_table_comes_from_pandas(
    model: edgekit.Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = model.classify([BACK_G, LEFT_G]).table()
    monkeypatch.setitem(sys.modules, "polars", None)
    in_pandas = model.classify([BACK_G, LEFT_G]).table()
    assert in_pandas.to_dict("list") == table.to_dict(as_series=False)


def test_without_either_library_a_table_names_what_to_install(
    model: edgekit.Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("polars", "pandas"):
        monkeypatch.setitem(sys.modules, name, None)
    answers = model.classify(BACK_G)
    assert "1 answer:" in repr(answers)
    with pytest.raises(EdgekitError, match=r"pip install 'edgekit-wearable\[parquet\]'"):
        _ = answers.table()


@pytest.mark.parametrize("named", ["none", "none/model.tflite", "runs"])
def test_a_missing_bundle_is_one_clear_error(tmp_path: Path, named: str) -> None:
    (tmp_path / "runs").mkdir()
    with pytest.raises(UsageError, match="no bundle at"):
        edgekit.load_model(f"{tmp_path}/{named}")


def test_whatever_holds_a_bundle_is_a_model(model: edgekit.Model, bundle: Bundle) -> None:
    for same in (bundle, bundle.folder, Converted(bundle, None)):  # type: ignore[arg-type]
        loaded = edgekit.load_model(same)
        assert loaded.bundle.digest == bundle.digest
        assert loaded.classify(BACK_G)[0] == model.classify(BACK_G)[0]
    assert edgekit.load_model(model) is model


def test_the_shipped_model_is_known_by_its_name(
    bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(bundle.folder, "sleep-micro")
    shipped = edgekit.load_model("sleep-micro")
    assert shipped.bundle.folder == samples.bundle()
    assert shipped.classify(BACK_G)[0].posture == "supine"
    assert edgekit.load_model("./sleep-micro").bundle.digest == bundle.digest
    assert edgekit.load_model(Path("sleep-micro")).bundle.digest == bundle.digest


@pytest.mark.parametrize(
    ("wrong", "cure"),
    [("model.tflite", "edgekit.to_c"), (7, "'sleep-micro'"), (None, "edgekit.load_model")],
)
def test_what_is_no_bundle_is_answered_with_what_to_do(
    bundle: Bundle, wrong: object, cure: str
) -> None:
    named = str(bundle.folder / wrong) if isinstance(wrong, str) else wrong
    with pytest.raises(UsageError, match=cure):
        edgekit.load_model(named)  # type: ignore[arg-type]


def test_the_model_says_what_it_is(model: edgekit.Model) -> None:
    assert "100 samples at 50 Hz, 12 postures" in repr(model)
    assert (model.window, model.rate_hz) == (100, 50.0)
