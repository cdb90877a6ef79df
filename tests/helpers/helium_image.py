"""Graphs compiled into one image for QEMU's Cortex-M55, and run beside tflite-micro.

The first byte of a window says which graph is to run.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from edgekit.convert.codegen import generate
from edgekit.convert.model import parse
from edgekit.firmware.build.toolchain import Compiler, zig
from edgekit.firmware.emulate.qemu import build_image, run_image
from tests.helpers.compiled import WINDOWS, reference

CORE = "cortex-m55"
MOST_GRAPHS = 256  # of an image
SAMPLE_BYTES = 6  # of edgekit_sample_t, in which a window is brought in
RUN = "void edgekit_model_run(const edgekit_sample_t *samples, int8_t *posture, int8_t *placement)"


def different_on_helium(
    models: Sequence[bytes],
    folder: Path,
    compiler: Callable[[str], Compiler] = zig,
    windows: int = WINDOWS,
) -> list[int]:
    """The graphs whose generated C does not answer as tflite-micro does, byte for byte."""
    image = HeliumImage(models, folder, compiler)
    random = np.random.default_rng(0)
    asked = [
        (index, random.integers(-128, 128, parse(model).inputs[0].shape).astype(np.int8))
        for index, model in enumerate(models)
        for _ in range(windows)
    ]
    answers, _ = image.run([(index, window.tobytes()) for index, window in asked])
    return sorted(
        {
            index
            for (index, window), answer in zip(asked, answers, strict=True)
            if not image.is_answer(answer, reference(models[index], window))
        }
    )


class HeliumImage:
    """Graphs compiled for QEMU into one image, behind the interface of a bundle's model.h."""

    def __init__(
        self, models: Sequence[bytes], folder: Path, compiler: Callable[[str], Compiler] = zig
    ) -> None:
        assert len(models) <= MOST_GRAPHS
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

    def is_answer(self, answer: bytes, expected: Sequence[bytes]) -> bool:
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
