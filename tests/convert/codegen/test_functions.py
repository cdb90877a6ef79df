"""LOGISTIC, TANH, LEAKY_RELU and SOFTMAX round as tflite-micro does, at every scale."""

from pathlib import Path

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from edgekit.convert.codegen import generate
from edgekit.convert.codegen.gemmlowp import exp_of_negative, logistic, tanh
from edgekit.convert.model import parse
from edgekit.errors import EdgekitError
from tests.helpers.compiled import compile_kernels, different
from tests.helpers.graph_builder import OPERATORS, GraphBuilder

KINDS = schema.BuiltinOptions
SCALES = [0.001, 0.0063, 0.02, 0.047, 0.11, 0.35, 1.2, 7.5]
SHAPES = {"SOFTMAX": (1, 1, 64, 16)}  # others see every value of int8 some times
OUTPUTS = {"LOGISTIC": (1 / 256, -128), "TANH": (1 / 128, 0), "SOFTMAX": (1 / 256, -128)}


def one_function(name: str, scale: float, zero_point: int, ratio: float = 1 / 0.9) -> bytes:
    build = GraphBuilder(np.random.default_rng(0))
    shape = SHAPES.get(name, (1, 1, 1024, 1))
    x = build.value(shape, scale, zero_point)
    build.graph.inputs.append(x.index)
    y = build.value(shape, *OUTPUTS.get(name, (scale / ratio, 5)))
    kind, options = KINDS.NONE, None
    if name == "LEAKY_RELU":
        kind, options = KINDS.LeakyReluOptions, schema.LeakyReluOptionsT()
        options.alpha = 0.3
    elif name == "SOFTMAX":
        kind, options = KINDS.SoftmaxOptions, schema.SoftmaxOptionsT()
        options.beta = 1.0
    elif name == "QUANTIZE":
        kind, options = KINDS.QuantizeOptions, schema.QuantizeOptionsT()
    build.operator(getattr(OPERATORS, name), [x.index], y.index, kind, options)
    return build.file([y, y])


def test_every_function_is_answered_byte_for_byte_at_every_scale(tmp_path: Path) -> None:
    models = [
        one_function(name, scale, zero_point)
        for name in ("LOGISTIC", "TANH", "LEAKY_RELU", "SOFTMAX")
        for scale, zero_point in zip(SCALES, [0, -128, 127, 3, -40, 90, 1, -7], strict=True)
    ]
    assert different(compile_kernels("host", tmp_path), models) == []


def test_scales_whose_ratio_all_but_makes_ties_are_divided_as_tflm_divides_them(
    tmp_path: Path,
) -> None:
    models = [
        one_function(name, float(scale), -128, ratio * (1 + nearly))
        for name in ("LEAKY_RELU", "RELU", "QUANTIZE")
        for ratio in (1.25, 0.75, 0.5, 0.625)
        for scale, nearly in ((0.044611141085624695, 0), (0.0316, 6e-8), (0.0173, -6e-8))
    ]
    assert different(compile_kernels("host", tmp_path), models) == []


def test_the_integer_functions_are_the_real_ones_to_a_millionth() -> None:
    for x in np.linspace(-15.9, 15.9, 400):
        raw = round(x * (1 << 27))
        assert logistic(raw, 4) / 2**31 == pytest.approx(1 / (1 + np.exp(-x)), abs=1e-6)
        assert tanh(raw, 4) / 2**31 == pytest.approx(np.tanh(x), abs=1e-6)
        assert exp_of_negative(-abs(raw), 4) / 2**31 == pytest.approx(np.exp(-abs(x)), abs=1e-6)


def test_an_output_that_tflm_does_not_write_is_refused() -> None:
    build = GraphBuilder(np.random.default_rng(0))
    x = build.entry(4, 1, 0.1, 0)
    y = build.value((1, 1, 4, 1), 0.01, 0)
    build.operator(OPERATORS.LOGISTIC, [x.index], y.index, KINDS.NONE, None)
    with pytest.raises(EdgekitError, match=r"LOGISTIC.*scale 0\.01 and zero point 0, not 0\.0039"):
        generate(parse(build.file([y, y])), "net", ("a", "b"))
