"""One net in four runtimes and in C answers alike; a bundle in which it does not is named."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from edgekit.convert.convert import Converted
from edgekit.convert.export import INPUT, OUTPUTS
from edgekit.convert.flatbuffer import rewrite
from edgekit.convert.golden import golden_bytes, read_golden
from edgekit.convert.run_input import load_run
from edgekit.convert.runtimes import tflm_logits
from edgekit.convert.verify import parity, spread, verify
from edgekit.errors import EdgekitError, UsageError


@pytest.mark.parametrize("which", ["micro", "even"])
def test_every_runtime_gives_the_same_answers(which: str, request: pytest.FixtureRequest) -> None:
    converted: Converted = request.getfixturevalue(which)
    assert converted.parity.failures == ()
    assert converted.parity.onnx.worst_difference < 1e-4
    assert converted.parity.tflm.posture.accuracy > 0.9


def test_verifying_again_finds_what_converting_wrote_down(
    micro: Converted, micro_run: Path
) -> None:
    again = verify(micro.bundle.folder, micro_run)
    # It asks the emulated cores for more windows: all the 600 that were held out.
    assert [(core.core, core.equal) for core in again.generated] == [
        ("host", 600),
        ("cortex-m0plus", 600),
        ("cortex-m4", 600),
    ]
    same = replace(again, generated=micro.parity.generated)
    assert same == micro.parity
    assert same.to_json() == micro.bundle.fields["parity"]


def test_a_byte_that_model_c_answers_otherwise_is_named(
    micro: Converted, micro_run: Path, tmp_path: Path
) -> None:
    bundle = tmp_path / "bundle"
    shutil.copytree(micro.bundle.folder, bundle)
    source = (bundle / "model.c").read_text()
    first = re.search(r"W\(0x([0-9a-f]+)\)", source)
    assert first is not None
    changed = int(first[1], 16) ^ 0x40  # one weight of the first convolution
    (bundle / "model.c").write_text(source.replace(first[0], f"W(0x{changed:x})", 1))
    failures = parity(bundle, load_run(micro_run), 8).failures
    assert [line.split(": ")[0] for line in failures] == ["model.c differs from tflite-micro"] * 3


def test_the_table_has_a_word_for_every_heading(micro: Converted) -> None:
    headings, rows = micro.parity.table()
    assert [row[0] for row in rows[::2]] == ["torch", "onnx", "litert", "tflm"]
    assert [row[1] for row in rows[:2]] == ["posture", "placement"]
    assert {len(row) for row in rows} == {len(headings)}


def test_tflite_micro_reproduces_the_golden_windows_byte_for_byte(micro: Converted) -> None:
    golden = read_golden(micro.bundle.folder / "golden.bin")
    again = tflm_logits(micro.bundle.model.read_bytes(), golden.windows)
    assert len(golden.windows) == 64
    assert golden_bytes(replace(golden, answers=again)) == golden_bytes(golden)


def test_a_golden_answer_that_is_off_by_one_is_named(
    micro: Converted, micro_run: Path, tmp_path: Path
) -> None:
    bundle = shutil.copytree(micro.bundle.folder, tmp_path / "bundle")
    golden = bytearray((bundle / "golden.bin").read_bytes())
    golden[-1] ^= 1
    (bundle / "golden.bin").write_bytes(golden)
    assert parity(bundle, load_run(micro_run), 64).failures == (
        "golden.bin: tflite-micro reproduces 63 of 64 windows",
    )


def test_swapped_heads_are_named(even: Converted, even_run: Path, tmp_path: Path) -> None:
    bundle = shutil.copytree(even.bundle.folder, tmp_path / "bundle")
    model = (bundle / "model.tflite").read_bytes()
    scales = even.bundle.placement, even.bundle.posture
    (bundle / "model.tflite").write_bytes(rewrite(model, (1, 0), INPUT, OUTPUTS, scales))
    failures = parity(bundle, load_run(even_run), 64).failures
    assert any("litert: posture agrees" in failure for failure in failures)
    assert any("golden.bin" in failure for failure in failures)


def test_another_runs_weights_are_named(micro: Converted, even_run: Path) -> None:
    with pytest.raises(EdgekitError, match="was not made from run"):
        verify(micro.bundle.folder, even_run)


def test_a_run_that_is_elsewhere_is_asked_for(
    micro: Converted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="--run"):
        verify(micro.bundle.folder)


@pytest.mark.parametrize(("loss", "failures"), [(0.004, 0), (0.006, 1)])
def test_more_than_half_a_point_lost_is_a_failure(
    micro: Converted, loss: float, failures: int
) -> None:
    head = replace(micro.parity.litert.posture, loss=loss)
    column = replace(micro.parity.litert, posture=head)
    assert len(replace(micro.parity, litert=column).failures) == failures


@pytest.mark.parametrize(("count", "at_most"), [(5, 64), (64, 64), (1000, 64)])
def test_windows_are_chosen_from_first_to_last(count: int, at_most: int) -> None:
    chosen = spread(count, at_most)
    assert len(chosen) == min(count, at_most)
    assert (chosen[0], chosen[-1]) == (0, count - 1)
