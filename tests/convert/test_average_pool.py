"""Means over time become average pools, which tflite-micro rounds to the nearest step."""

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from hypothesis import given
from hypothesis.strategies import floats, integers
from numpy.typing import NDArray

from edgekit.bundle import Quantisation
from edgekit.convert.model import parse
from edgekit.convert.rewrite import rewrite
from edgekit.convert.runtimes import tflm_interpreter
from tests.helpers.graph_builder import OPERATORS, GraphBuilder

CHANNELS = 8
SCALE, ZERO_POINT = 6 / 255, -128  # of a ReLU6


@given(width=integers(2, 40), seed=integers(0, 2**32 - 1))
def test_tflite_micro_answers_the_mean_to_the_nearest_step(width: int, seed: int) -> None:
    window = np.random.default_rng(seed).integers(-128, 128, (width, CHANNELS), np.int8)
    model = _rewritten(_mean_over_time(width, SCALE), SCALE)
    exact = window.astype(np.float64).mean(axis=0)
    assert np.abs(_answer(model, window) - exact).max() <= 0.5 + 1e-9


@pytest.mark.parametrize(("width", "ones"), [(7, 2), (13, 5)])
def test_a_mean_would_be_rounded_up_where_the_nearest_step_is_below(width: int, ones: int) -> None:
    window = np.zeros((width, CHANNELS), np.int8)
    window[:ones] = 1
    mean = _mean_over_time(width, SCALE)
    assert _answer(mean, window).tolist() == [1] * CHANNELS
    assert _answer(_rewritten(mean, SCALE), window).tolist() == [0] * CHANNELS


@given(floats(0.5, 2.0).filter(lambda ratio: ratio != 1))
def test_a_mean_on_a_scale_of_its_own_stays(ratio: float) -> None:
    model = _rewritten(_mean_over_time(7, SCALE * ratio), SCALE * ratio)
    assert parse(model).operator_names == ["MEAN"]


def _mean_over_time(width: int, scale: float) -> bytes:
    build = GraphBuilder(np.random.default_rng(0))
    x = build.entry(width, CHANNELS, SCALE, ZERO_POINT)
    y = build.value((1, 1, 1, CHANNELS), scale, ZERO_POINT)
    axes = build.constant(np.array([1, 2], np.int32))
    options = schema.ReducerOptionsT()
    options.keepDims = True
    kind = schema.BuiltinOptions.ReducerOptions
    build.operator(OPERATORS.MEAN, [x.index, axes], y.index, kind, options)
    return build.file([y])


def _rewritten(model: bytes, scale: float) -> bytes:
    quantisation = Quantisation(scale, ZERO_POINT)
    return rewrite(parse(model), (0,), "window", ("mean",), (quantisation,)).data


def _answer(model: bytes, window: NDArray[np.int8]) -> NDArray[np.int8]:
    interpreter = tflm_interpreter(model)
    interpreter.set_input(window[None, None], 0)
    interpreter.invoke()
    return np.asarray(interpreter.get_output(0)).reshape(-1)
