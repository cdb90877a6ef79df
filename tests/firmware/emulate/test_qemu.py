"""QEMU's boards answer as tflite-micro does, count to the instruction, and say what went wrong."""

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from edgekit.bundle import Bundle
from edgekit.errors import EdgekitError, UsageError
from edgekit.firmware.emulate import qemu as emulator
from edgekit.firmware.emulate.qemu import MACHINES, build_image, run_image
from edgekit.front_end import int8_input
from edgekit.spec import SLEEP, Spec
from tests.helpers.compiled import reference

MODEL_H = """\
#include "edgekit_sample.h"
#define EDGEKIT_MODEL_WINDOW 1
#define EDGEKIT_MODEL_POSTURES 1
#define EDGEKIT_MODEL_PLACEMENTS 1
void edgekit_model_run(const edgekit_sample_t *window, int8_t *posture, int8_t *placement);
"""
MODEL_C = """\
#include "model.h"
void edgekit_model_run(const edgekit_sample_t *window, int8_t *posture, int8_t *placement)
{
    *posture = (int8_t)window->x;
    *placement = (int8_t)window->z;
    %s
}
"""


@pytest.fixture
def run(qemu: None, tmp_path: Path) -> Callable[[str], tuple[bytes, int]]:
    """run(statement) of C in place of a net, on an M3."""

    def run(statement: str) -> tuple[bytes, int]:
        (tmp_path / "model.h").write_text(MODEL_H)
        source = tmp_path / "model.c"
        source.write_text(MODEL_C % statement)
        elf = build_image([source], tmp_path, tmp_path, "cortex-m3")
        return run_image(elf, struct.pack("<6h", 1, 2, 3, 4, 5, 6), "cortex-m3")

    return run


@pytest.mark.parametrize("core", MACHINES)
def test_a_bundle_is_answered_byte_for_byte(
    qemu: None, core: str, c_bundle: Callable[[Spec], Bundle], tmp_path: Path
) -> None:
    bundle = c_bundle(SLEEP)
    counts = np.random.default_rng(0).integers(-600, 600, (9, SLEEP.window, 3)).astype(np.int16)
    elf = build_image([bundle.folder / "model.c"], bundle.folder, tmp_path, core)
    answers, instructions = run_image(elf, counts.tobytes(), core)
    assert instructions > 0
    model, windows = bundle.model.read_bytes(), int8_input(counts, SLEEP.front_end)
    expected = [reference(model, window.reshape(1, 1, *window.shape)) for window in windows]
    assert answers == b"".join(posture + placement for posture, placement in expected)


def test_instructions_are_counted_one_by_one(run: Callable[[str], tuple[bytes, int]]) -> None:
    few, many = (run(f'__asm__ volatile(".rept {nops}\\nnop\\n.endr");')[1] for nops in (100, 1234))
    assert many - few == 1234 - 100


def test_every_window_has_its_answer(run: Callable[[str], tuple[bytes, int]]) -> None:
    answers, _ = run("")
    assert answers == bytes([1, 3, 4, 6])


def test_a_fault_is_printed(run: Callable[[str], tuple[bytes, int]]) -> None:
    with pytest.raises(EdgekitError, match="failed on QEMU's mps2-an385: a fault"):
        run("*(volatile uint32_t *)(uintptr_t)0xF0000000u = 1;")


def test_a_core_without_a_machine_is_refused() -> None:
    with pytest.raises(UsageError, match="no machine of QEMU for cortex-m0plus; there are"):
        run_image(Path("image.elf"), b"", "cortex-m0plus")


def test_without_qemu_the_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emulator.shutil, "which", lambda name: None)
    with pytest.raises(EdgekitError, match="apt install qemu-system-arm"):
        run_image(Path("image.elf"), b"", "cortex-m55")
