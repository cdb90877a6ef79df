"""A damaged or odd graph is refused in a line that names its operator or tensor, by both doors."""

import os
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from edgekit.convert.codegen import bundle_c, generate
from edgekit.convert.compile.prepare import prepare
from edgekit.convert.model import parse
from edgekit.errors import EdgekitError
from edgekit.spec import INPUT_SCALE, SLEEP
from tests.helpers.graph_builder import OPERATORS, VALID, GraphBuilder
from tests.helpers.graph_layers import part
from tests.helpers.graphs import single_layers
from tests.helpers.model_mutations import table_mutations
from tests.helpers.mutations import mutations
from tests.helpers.small_models import conv, dense, max_pool

OF_EACH = 8  # mutations of each kind of a graph
GRAPHS = int(os.environ.get("EDGEKIT_FUZZ_MODELS", "320")) // (2 * OF_EACH)


def net() -> GraphBuilder:
    """A convolution, a pool, a part, two dense layers: the window of the default spec."""
    build = GraphBuilder(np.random.default_rng(0))
    x = build.entry(SLEEP.window, SLEEP.front_end.channels, INPUT_SCALE, 0)
    y = max_pool(build, conv(build, x, (1, SLEEP.window), (4, 5, 6)), 2)
    z = max_pool(build, part(build, y, 0, 47), 47)
    build.graph.outputs = [dense(build, z, 4, rows).index for rows in (12, 3)]
    return build


CONV, POOL, SLICE, LAST, DENSE = range(5)  # places of its operators

Damage = Callable[[Any], None]


def at(path: str, value: Any) -> Damage:
    """Set what a path such as `operators[0].builtinOptions.strideW` names in the graph."""

    def damage(graph: Any) -> None:
        *steps, last = re.findall(r"\w+", path)
        item = graph
        for step in steps:
            item = item[int(step)] if step.isdigit() else getattr(item, step)
        if last.isdigit():
            item[int(last)] = value
        else:
            setattr(item, last, value)

    return damage


def of_weights(place: int, name: str, value: Any) -> Damage:
    def damage(graph: Any) -> None:
        tensor = graph.tensors[graph.operators[place].inputs[1]]
        by = tensor.quantization
        if name == "zeroPoint":
            by.zeroPoint = np.full(len(by.scale), value, np.int64)
        elif name == "scales":
            by.scale = np.array(value, np.float32)
        else:
            by.scale = np.full(len(by.scale), value, np.float32)

    return damage


def of_output(place: int, name: str, value: Any) -> Damage:
    def damage(graph: Any) -> None:
        tensor = graph.tensors[graph.operators[place].outputs[0]]
        if name == "shape":
            tensor.shape = value
        else:
            setattr(tensor.quantization, name, value)

    return damage


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (of_weights(DENSE, "zeroPoint", 5), r"4 \(FULLY_CONNECTED.*zero point 5: only"),
        (of_weights(CONV, "zeroPoint", -1), r"0 \(CONV_2D.*zero point -1: only"),
        (of_weights(CONV, "scale", 0.0), r"0 \(CONV_2D.*a scale that is not above 0"),
        (of_weights(CONV, "scale", -0.1), r"0 \(CONV_2D.*a scale that is not above 0"),
        (of_weights(CONV, "scale", np.nan), r"0 \(CONV_2D.*a scale that is not above 0"),
        (of_weights(CONV, "scale", np.inf), r"0 \(CONV_2D.*a scale that is not above 0"),
        (of_weights(CONV, "scales", [0.1, 0.1]), r"0 \(CONV_2D.*2 scales, not one or one for each"),
        (of_weights(DENSE, "scales", []), r"4 \(FULLY_CONNECTED.*no scales"),
        (of_output(CONV, "scale", np.float32([1e-38])), r"0 \(CONV_2D.*a scale of 1e-38: no value"),
        (of_output(CONV, "scale", []), r"0 \(CONV_2D.*no scale or no zero point"),
        (of_output(CONV, "zeroPoint", []), r"0 \(CONV_2D.*no scale or no zero point"),
        (of_output(CONV, "zeroPoint", [200]), r"0 \(CONV_2D.*zero point 200, which is not int8"),
        (of_output(CONV, "shape", [1, 1, 95, 4]), r"0 \(CONV_2D.*not those of its output"),
        (of_output(CONV, "shape", [1, 1, 96, 5]), r"0 \(CONV_2D.*not those of its output"),
        (of_output(CONV, "shape", [1 << 30, 1 << 30, 1 << 30, 4]), r"0 \(CONV_2D.*too large"),
        (of_output(CONV, "shape", [2**31 - 1] * 4), r"0 \(CONV_2D.*too large"),
        (of_output(POOL, "shape", [1, 1, 24, 8]), r"1 \(MAX_POOL_2D.*"),
        (of_output(SLICE, "shape", [1, 1, 4, 47]), r"2 \(STRIDED_SLICE.*not the shape of its out"),
        (of_output(DENSE, "shape", [12, 1]), r"4 \(FULLY_CONNECTED.*do not fit its 4 inputs"),
        (at("operators[0].builtinOptions.strideW", 0), r"0 \(CONV_2D.*its strideW is 0"),
        (at("operators[0].builtinOptions.dilationWFactor", 1 << 15), r"0 \(CONV_2D.*32768"),
        (at("operators[0].builtinOptions.padding", 7), r"0 \(CONV_2D.*neither SAME nor VALID"),
        (at("operators[0].builtinOptions.fusedActivationFunction", 77), r"0 \(CONV_2D\).*damaged"),
        (at("operators[1].builtinOptions.filterWidth", 0), r"1 \(MAX_POOL_2D.*filterWidth is 0"),
        (at("operators[1].builtinOptions.filterWidth", 999), r"1 \(MAX_POOL_2D.*larger than its"),
        (at("operators[0].builtinOptions", None), r"0 \(CONV_2D.*options"),
        (at("operators[0].inputs", [0, 99, 3]), r"0 \(CONV_2D\).*damaged"),
        (at("operators[0].inputs", [0, 0]), r"0 \(CONV_2D.*no constant"),
        (at("operators[0].inputs", []), r"0 \(CONV_2D.*it has no input"),
        (at("operators[0].outputs", [99]), r"0 \(CONV_2D\).*damaged"),
        (at("operators[0].opcodeIndex", 40), r"0 \(unknown\).*damaged"),
        (at("operators[0].inputs", [4, 2, 3]), r"0 \(CONV_2D.*which nothing before it writes"),
        (at("operators[1].outputs", [1]), r"written twice|which nothing before it writes"),
        (at("tensors[2].buffer", 99), r"tensor 2: .*damaged"),
        (at("tensors[2].shape", [4, 1, 5, 7]), r"tensor 2: .*damaged"),
        (at("tensors[1].type", 99), r"tensor 1: .*damaged"),
        (at("inputs", []), r"0 inputs"),
        (at("inputs", [0, 0]), r"2 inputs"),
        (at("outputs", [77]), r"damaged"),
        (at("operators", []), r"no operator"),
    ],
)
def test_what_cannot_be_is_refused_by_operator(damage: Damage, message: str) -> None:
    build = net()
    bundle_c(parse(build.file()), SLEEP)  # before it is damaged
    damage(build.graph)
    content = build.file()
    with pytest.raises(EdgekitError, match=message) as by_convert:
        bundle_c(parse(content), SLEEP)
    with pytest.raises(EdgekitError, match=message) as by_compile:
        generate(prepare(content).model, "net", ("first", "second"))
    for refusal in (by_convert, by_compile):
        assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "options", "constant", "made", "message"),
    [
        ("PAD", schema.PadOptionsT, [[0, 0], [0, 0], [-2, 0], [0, 0]], 6, "padding.*does not fit"),
        ("PAD", schema.PadOptionsT, [[0, 0], [0, 0], [1, 0], [0, 0]], 8, "not the shape of its"),
        ("MEAN", schema.ReducerOptionsT, [-1000, 2], 1, r"has 4 axes, and it names \[-1000, 2\]"),
        ("REDUCE_MAX", schema.ReducerOptionsT, [4], 1, r"has 4 axes, and it names \[4\]"),
        ("TRANSPOSE", schema.TransposeOptionsT, [0, 1, 2, 2], 8, "no order of the axes"),
    ],
)
def test_numbers_that_an_operator_cannot_have_are_refused(
    name: str, options: type, constant: list[Any], made: int, message: str
) -> None:
    build = GraphBuilder(np.random.default_rng(0))
    x = build.entry(8, 2, 0.1, 0)
    y = build.value((1, 1, made, 2), 0.1, 0)
    inputs = [x.index, build.constant(np.array(constant, np.int32))]
    kind = getattr(schema.BuiltinOptions, options.__name__[:-1])
    build.operator(getattr(OPERATORS, name), inputs, y.index, kind, options())
    with pytest.raises(EdgekitError, match=rf"operator 0 \({name}.*{message}"):
        generate(parse(build.file([y])), "net", ("y",))


@pytest.mark.parametrize(("count", "each"), [(5, 1), (5, 2), (4, 1), (4, 0)])
def test_a_depthwise_layer_whose_channels_do_not_divide_is_refused(count: int, each: int) -> None:
    build = GraphBuilder(np.random.default_rng(0))
    x = build.entry(8, 2, 0.1, 0)
    y = build.value((1, 1, 6, count), 0.1, 0)
    weights = build.constant(np.ones((1, 1, 3, count), np.int8), [0.1], 3)
    options: Any = schema.DepthwiseConv2DOptionsT()
    options.padding, options.strideW, options.strideH = VALID, 1, 1
    options.dilationWFactor = options.dilationHFactor = 1
    options.depthMultiplier = each
    kind = schema.BuiltinOptions.DepthwiseConv2DOptions
    build.operator(OPERATORS.DEPTHWISE_CONV_2D, [x.index, weights], y.index, kind, options)
    with pytest.raises(EdgekitError, match=r"operator 0 \(DEPTHWISE_CONV_2D.*(do not fit|is 0)"):
        generate(parse(build.file([y])), "net", ("y",))


def test_a_bundle_of_other_classes_than_its_spec_is_refused() -> None:
    build = net()
    build.graph.outputs = build.graph.outputs[::-1]
    with pytest.raises(EdgekitError, match=r"answers \[3, 12\] values; its spec has \[12, 3\]"):
        bundle_c(parse(build.file()), SLEEP)
    build.graph.outputs = build.graph.outputs[:1]
    with pytest.raises(EdgekitError, match=r"answers \[3\] values"):
        bundle_c(parse(build.file()), SLEEP)


# A long run: EDGEKIT_FUZZ_MODELS=20000 (make fuzz-models).
@settings(
    max_examples=max(1, GRAPHS),
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    database=None,
)
@given(single_layers(), st.integers(0, 2**32 - 1))
def test_no_damage_ends_in_anything_but_one_line_or_c(content: bytes, seed: int) -> None:
    damaged = [*table_mutations(content, OF_EACH, seed), *mutations(content, OF_EACH, seed)]
    for model in damaged:
        try:
            made = prepare(model).model
            generate(made, "net", tuple(f"o{place}" for place in range(len(made.outputs))))
        except EdgekitError as error:
            assert "\n" not in str(error)
