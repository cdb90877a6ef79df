"""One net in four runtimes and in C answers alike; a bundle in which it does not is named."""

import math
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays
from hypothesis.strategies import floats, integers
from numpy.typing import NDArray

from edgekit.convert.convert import Converted
from edgekit.convert.export import INPUT, float_net
from edgekit.convert.golden import golden_bytes, read_golden
from edgekit.convert.model import parse
from edgekit.convert.parity import Column, Head, Parity, margin
from edgekit.convert.rewrite import rewrite
from edgekit.convert.run_input import load_run
from edgekit.convert.runtimes import litert_logits, tflm_logits, torch_logits
from edgekit.convert.verify import measure_parity, spread, verify
from edgekit.errors import EdgekitError, UsageError
from edgekit.front_end import int8_input
from edgekit.spec import TASKS


def failures_of(bundle: Path, run: Path, emulated_windows: int) -> tuple[str, ...]:
    """Which limits a bundle's files do not keep, whatever bundle.json says of them."""
    trained, model = load_run(run), parse((bundle / "model.tflite").read_bytes())
    return measure_parity(bundle, model, float_net(trained), trained, emulated_windows).failures


@pytest.mark.parametrize("which", ["micro", "even", "in_g"])
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
    failures = failures_of(bundle, micro_run, 8)
    assert [line.split(": ")[0] for line in failures] == ["model.c differs from tflite-micro"] * 3


def test_the_table_has_a_word_for_every_heading(micro: Converted) -> None:
    headings, rows = micro.parity.table()
    assert [row[0] for row in rows[::2]] == ["torch", "onnx", "litert", "tflm"]
    assert [row[1] for row in rows[:2]] == ["posture", "placement"]
    assert {len(row) for row in rows} == {len(headings)}


def test_the_share_of_near_ties_is_printed_beside_the_table(micro: Converted) -> None:
    sentence = micro.parity.near_ties()
    for name, head in micro.parity.torch.heads:
        assert f"{100 * (1 - head.decided):.1f} % ({name})" in sentence
    assert sentence in (micro.bundle.folder / "card.md").read_text()


def test_tflite_micro_reproduces_the_golden_windows_byte_for_byte(micro: Converted) -> None:
    golden = read_golden(micro.bundle.folder / "golden.bin")
    windows = int8_input(golden.counts, micro.bundle.spec.front_end)
    again = tflm_logits(micro.bundle.model.read_bytes(), windows)
    assert len(golden.counts) == 64
    assert golden_bytes(replace(golden, answers=again)) == golden_bytes(golden)


def test_a_golden_answer_that_is_off_by_one_is_named(
    micro: Converted, micro_run: Path, tmp_path: Path
) -> None:
    bundle = shutil.copytree(micro.bundle.folder, tmp_path / "bundle")
    golden = bytearray((bundle / "golden.bin").read_bytes())
    golden[-1] ^= 1
    (bundle / "golden.bin").write_bytes(golden)
    assert failures_of(bundle, micro_run, 64) == (
        "golden.bin: tflite-micro reproduces 63 of 64 windows",
    )


def test_swapped_heads_are_named(even: Converted, even_run: Path, tmp_path: Path) -> None:
    bundle = shutil.copytree(even.bundle.folder, tmp_path / "bundle")
    model = parse((bundle / "model.tflite").read_bytes())
    scales = even.bundle.placement, even.bundle.posture
    (bundle / "model.tflite").write_bytes(rewrite(model, (1, 0), INPUT, TASKS, scales).data)
    failures = failures_of(bundle, even_run, 64)
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


@pytest.mark.parametrize("which", ["micro", "in_g"])
def test_decided_windows_are_those_that_torch_leads_by_a_tenth(
    which: str, request: pytest.FixtureRequest
) -> None:
    converted: Converted = request.getfixturevalue(which)
    run = load_run(request.getfixturevalue(f"{which}_run"))
    xyz_g = run.test.xyz_g
    truth = torch_logits(float_net(run), run.float_input(xyz_g))
    answer = litert_logits(converted.bundle.model.read_bytes(), converted.bundle.read(xyz_g))
    for logits, answers, (_, head) in zip(
        truth.heads, (answer.posture, answer.placement), converted.parity.litert.heads, strict=True
    ):
        decided = margin(logits) >= 0.1
        same = answers.argmax(1) == logits.argmax(1)
        assert head.agreement == pytest.approx(same.mean())
        assert head.decided == pytest.approx(decided.mean())
        assert head.decided_agreement == pytest.approx(same[decided].mean())
        assert head.strays == (decided & ~same).sum()


# The limits, on a bundle that keeps them all and of which one figure is changed.

SOUND = Head(0.95, 0.0, 1.0, decided=0.9, decided_agreement=1.0, strays=0, worst_difference=1e-3)


def judged(windows: int = 600, runtime: str = "litert", **changed: Any) -> tuple[str, ...]:
    """The failures of a bundle whose posture, by one runtime, has other figures than SOUND."""
    heads = {"posture": SOUND, "placement": SOUND}
    columns = {
        name: Column(name, "int8", windows, **heads, largest_logit=10.0)
        for name in ("torch", "onnx", "litert", "tflm")
    }
    posture = replace(SOUND, **changed)
    columns[runtime] = replace(columns[runtime], posture=posture)
    return Parity(**columns, litert_from_tflm=0.1, litert_beyond=0.0, golden_windows=64,
                  golden_reproduced=64, generated=()).failures  # fmt: skip


@pytest.mark.parametrize("runtime", ["onnx", "litert"])
@pytest.mark.parametrize(
    ("windows", "allowed"), [(20, 1), (600, 1), (2_500, 2), (10_000, 9), (50_000, 45)]
)
def test_one_decided_window_in_a_thousand_may_stray_and_one_in_any_case(
    runtime: str, windows: int, allowed: int
) -> None:
    assert judged(windows, runtime, strays=allowed) == ()
    too_many, agreement = allowed + 1, 1 - (allowed + 1) / (0.9 * windows)
    (line,) = judged(windows, runtime, strays=too_many, decided_agreement=agreement)
    assert line == (
        f"{runtime}: posture agrees with torch on {100 * agreement:.2f} % of the windows that "
        "torch decides by 0.1 or more, under 99.9 %"
    )


def test_near_ties_that_int8_answers_otherwise_are_no_failure() -> None:
    assert judged(agreement=0.9, decided=0.9) == ()
    assert judged(agreement=0.0, decided=0.0) == (), "not even where nothing is decided"


@pytest.mark.parametrize(("windows", "most"), [(59, 2 * 4**0.5 / 59), (20_000, 0.005)])
def test_of_few_windows_a_loss_that_chance_explains_is_no_failure(
    windows: int, most: float
) -> None:
    others = 1 - 4 / windows  # four windows are answered otherwise
    assert judged(windows, loss=most - 1e-4, agreement=others) == ()
    assert len(judged(windows, loss=most + 1e-4, agreement=others)) == 1


@pytest.mark.parametrize(("loss", "failures"), [(-0.01, 0), (0.004, 0), (0.006, 1)])
def test_more_than_half_a_point_lost_is_a_failure(loss: float, failures: int) -> None:
    sentences = judged(loss=loss)
    assert len(sentences) == failures
    assert all("litert: posture loses 0.60 points" in line for line in sentences)


def test_a_figure_that_is_no_number_is_a_failure() -> None:
    assert len(judged(loss=math.nan)) == 1


logits = integers(2, 18).flatmap(
    lambda classes: arrays(np.float32, (7, classes), elements=floats(-1e4, 1e4, width=32))
)


@given(logits)
def test_the_margin_is_the_lead_of_the_likeliest_class_in_probability(
    given_logits: NDArray[np.float32],
) -> None:
    for row, lead in zip(given_logits.astype(float), margin(given_logits), strict=True):
        powers = sorted(math.exp(logit - max(row)) for logit in row)
        assert lead == pytest.approx((powers[-1] - powers[-2]) / sum(powers), abs=1e-5)


def test_a_tie_has_no_margin_and_a_single_class_all_of_it() -> None:
    assert margin(np.float32([[3, 3, -5], [0, 0, 0]])).tolist() == [0, 0]
    assert margin(np.float32([[3], [-5]])).tolist() == [1, 1]


@pytest.mark.parametrize(("count", "at_most"), [(5, 64), (64, 64), (1000, 64)])
def test_windows_are_chosen_from_first_to_last(count: int, at_most: int) -> None:
    chosen = spread(count, at_most)
    assert len(chosen) == min(count, at_most)
    assert (chosen[0], chosen[-1]) == (0, count - 1)
