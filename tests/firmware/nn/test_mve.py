"""The kernels' Helium path answers as tflite-micro does, on QEMU's Cortex-M55."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from edgekit.firmware.build.toolchain import Compiler, gcc, zig
from tests.helpers.graphs import (
    OPERATORS,
    VALID,
    GraphBuilder,
    Value,
    graphs,
    single_layers,
)
from tests.helpers.helium_image import HeliumImage, different_on_helium

GRAPHS, SINGLE_LAYERS = 20, 80


@pytest.fixture(params=[zig, gcc], ids=["zig", "gcc"])
def compiler(
    request: pytest.FixtureRequest, arm_gcc: dict[str, Compiler]
) -> Callable[[str], Compiler]:
    compiler: Callable[[str], Compiler] = request.param
    return compiler


@settings(
    max_examples=2,  # the first is the simplest that there is: layers of one row and one tap
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(
    models=st.lists(graphs(), min_size=GRAPHS, max_size=GRAPHS),
    layers=st.lists(single_layers(), min_size=SINGLE_LAYERS, max_size=SINGLE_LAYERS),
)
def test_any_graph_is_answered_byte_for_byte(
    qemu: None,
    compiler: Callable[[str], Compiler],
    models: list[bytes],
    layers: list[bytes],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("image")
    assert different_on_helium(models + layers, folder, compiler) == []


def test_sixteen_columns_by_four_rows_by_two_positions_take_sixteen_instructions(
    qemu: None, tmp_path: Path
) -> None:
    few, many = (_instructions(_convolution(columns), tmp_path) for columns in (32, 96))
    tiles = 64 // 4 * 20 // 2
    products = tiles * 16 * (96 - 32) / 16
    assert products <= many - few < 1.03 * products  # and the longer window is brought in


def _convolution(channels: int) -> bytes:
    """64 rows over 20 positions of so many columns, and nothing else."""
    build = GraphBuilder(np.random.default_rng(0))
    x = build.entry(20, channels, 1 / 64, 0)
    y = build.value((1, 1, 20, 64), 1 / 8, 0)
    weights = build.random.integers(-127, 128, (64, 1, 1, channels)).astype(np.int8)
    options = schema.Conv2DOptionsT()
    options.strideW = options.strideH = options.dilationWFactor = options.dilationHFactor = 1
    options.padding = VALID
    kind = schema.BuiltinOptions.Conv2DOptions
    inputs = [x.index, build.constant(weights, [1 / 128] * 64)]
    build.operator(OPERATORS.CONV_2D, inputs, y.index, kind, options)
    flat = [Value(y.index, 1, 1, y.scale, y.zero_point)] * 2
    return build.file(flat)


def _instructions(model: bytes, folder: Path) -> int:
    return HeliumImage([model], folder).run([(0, b"")])[1]
