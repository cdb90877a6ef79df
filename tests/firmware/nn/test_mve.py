"""The kernels' Helium path answers as tflite-micro does, on QEMU's Cortex-M55. Not run on hardware.

Every graph of a test lies in one image; the first byte of a window says which is to run.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from edgekit.convert.codegen import generate
from edgekit.convert.model import parse
from edgekit.firmware.build.toolchain import Compiler, gcc, zig
from edgekit.firmware.emulate.qemu import build_image, run_image
from tests.helpers.compiled import reference
from tests.helpers.graphs import (
    OPERATORS,
    VALID,
    GraphBuilder,
    Value,
    graphs,
    single_layers,
)

CORE = "cortex-m55"
GRAPHS, SINGLE_LAYERS = 20, 80
WINDOWS = 3  # of white noise, for each graph

SAMPLE_BYTES = 6  # of edgekit_sample_t, in which a window is brought in
RUN = "void edgekit_model_run(const edgekit_sample_t *samples, int8_t *posture, int8_t *placement)"


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
    models += layers
    image = Image(models, tmp_path_factory.mktemp("image"), compiler)
    random = np.random.default_rng(0)
    asked = [
        (index, random.integers(-128, 128, parse(model).inputs[0].shape).astype(np.int8))
        for index, model in enumerate(models)
        for _ in range(WINDOWS)
    ]
    answers, _ = image.run([(index, window.tobytes()) for index, window in asked])
    wrong = {
        index
        for (index, window), answer in zip(asked, answers, strict=True)
        if not image.is_answer(index, answer, reference(models[index], window))
    }
    assert wrong == set()


def test_sixteen_columns_by_four_rows_by_two_positions_take_sixteen_instructions(
    qemu: None, tmp_path: Path
) -> None:
    few, many = (_instructions(_convolution(columns), tmp_path) for columns in (32, 96))
    tiles = 64 // 4 * 20 // 2
    products = tiles * 16 * (96 - 32) / 16
    assert products <= many - few < 1.03 * products  # and the longer window is brought in


class Image:
    """Graphs compiled for QEMU into one image, behind the interface of a bundle's model.h."""

    def __init__(
        self, models: Sequence[bytes], folder: Path, compiler: Callable[[str], Compiler] = zig
    ) -> None:
        sizes = [[output.size for output in parse(model).outputs] for model in models]
        entries = [parse(model).inputs[0].size for model in models]
        samples = -(-(1 + max(entries)) // SAMPLE_BYTES)
        self.window_bytes = SAMPLE_BYTES * samples
        self.most = [max(size[place] for size in sizes) for place in (0, 1)]
        (folder / "model.h").write_text(
            '#include "edgekit_sample.h"\n'
            f"#define EDGEKIT_MODEL_WINDOW {samples}\n"
            f"#define EDGEKIT_MODEL_POSTURES {self.most[0]}\n"
            f"#define EDGEKIT_MODEL_PLACEMENTS {self.most[1]}\n"
            f"{RUN};\n"
        )
        sources = [folder / "model.c"]
        sources[0].write_text(_dispatcher(len(models)))
        for index, model in enumerate(models):
            made = generate(parse(model), f"graph{index}", ("first", "second"))
            sources.append(folder / f"graph{index}.c")
            sources[-1].write_text(f'#include "nn.h"\n\n{made.source}')
        self.elf = build_image(sources, folder, folder, CORE, compiler)

    def run(self, windows: Sequence[tuple[int, bytes]]) -> tuple[list[bytes], int]:
        """(graph, its window) each: the answers, and what the first takes."""
        laid = (bytes([graph]) + window for graph, window in windows)
        whole = b"".join(window.ljust(self.window_bytes, b"\0") for window in laid)
        answers, instructions = run_image(self.elf, whole, CORE)
        size = sum(self.most)
        return [answers[at : at + size] for at in range(0, len(answers), size)], instructions

    def is_answer(self, graph: int, answer: bytes, expected: Sequence[bytes]) -> bool:
        first, second = expected
        return answer.startswith(first) and answer[self.most[0] :].startswith(second)


def _dispatcher(count: int) -> str:
    names = [f"graph{index}_run" for index in range(count)]
    signature = "(const int8_t *window, int8_t *first, int8_t *second)"
    return "\n".join(
        [
            '#include "model.h"',
            *(f"void {name}{signature};" for name in names),
            f"static void (*const graphs[]){signature} = {{{', '.join(names)}}};",
            RUN,
            "{",
            "    const int8_t *window = (const int8_t *)samples;",
            "    graphs[(uint8_t)window[0]](window + 1, posture, placement);",
            "}",
            "",
        ]
    )


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
    return Image([model], folder).run([(0, b"")])[1]
