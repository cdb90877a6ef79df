import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from edgekit.bundle import Bundle, load_bundle
from edgekit.convert.runtimes import tflm_logits
from edgekit.device.decide.classifier import Classifier
from edgekit.device.decide.generated_model import GeneratedModel, compile_library
from edgekit.errors import EdgekitError
from edgekit.front_end import int8_input
from tests.helpers.bundles import add_c, make_bundle
from tests.helpers.runtimes import hide_runtimes


@pytest.fixture
def with_c(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bundle:
    """A bundle that holds its model.c, and a folder of its own to keep libraries in."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return load_bundle(add_c(make_bundle(tmp_path / "b")))


def test_the_library_answers_byte_for_byte_as_tflite_micro(with_c: Bundle) -> None:
    """Of a window of counts, which it reads itself; half of them move by more than it can hold."""
    random = np.random.default_rng(0)
    still = random.integers(-512, 512, (100, 1, 3)) + random.integers(-9, 10, (100, 100, 3))
    any_counts = random.integers(-(1 << 15), 1 << 15, (100, 100, 3))
    counts = np.concatenate([still, any_counts]).astype(np.int16)
    windows = int8_input(counts, with_c.spec.front_end)
    expected = tflm_logits(with_c.model.read_bytes(), windows)
    posture, placement = GeneratedModel(with_c).logits(counts)
    assert posture.tobytes() == expected.posture.tobytes()
    assert placement.tobytes() == expected.placement.tobytes()


def test_where_no_runtime_is_installed_the_bundle_s_c_decides(
    with_c: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    lying = np.repeat(np.float32([[[0, 0, 1]]]), 100, axis=1)
    by_litert = Classifier(with_c)
    hide_runtimes(monkeypatch)
    by_c = Classifier(with_c)
    assert (by_litert.runtime, by_c.runtime) == ("ai_edge_litert", "model.c")
    answers = by_litert.classify(lying).posture, by_c.classify(lying).posture
    np.testing.assert_allclose(*answers, atol=0.15)  # a step of the logits, rounded otherwise
    assert answers[0].argmax() == answers[1].argmax()


def test_a_library_is_compiled_once(with_c: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    GeneratedModel(with_c)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "ziglang", None)
    GeneratedModel(with_c)


def test_one_made_beforehand_needs_no_compiler(
    with_c: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = [sys.executable, "-m", "edgekit.device.decide.generated_model", str(with_c.folder)]
    subprocess.run(command, check=True, capture_output=True)
    load_bundle(with_c.folder)  # a library beside it does not damage a bundle
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    GeneratedModel(with_c)


def test_without_runtime_and_compiler_every_way_out_is_named(
    with_c: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    hide_runtimes(monkeypatch)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(EdgekitError) as refusal:
        Classifier(with_c)
    for way in (
        "apt install gcc",
        "--machine",
        "edgekit-wearable[device]",
        "edgekit-wearable[tflite-runtime]",
    ):
        assert way in str(refusal.value)


def test_c_that_answers_otherwise_than_the_golden_windows_is_refused(with_c: Bundle) -> None:
    golden = with_c.folder / "golden.bin"
    golden.write_bytes(golden.read_bytes()[:-1] + b"\x55")
    with pytest.raises(EdgekitError, match=r"does not answer as golden\.bin says"):
        GeneratedModel(with_c)


def test_a_bundle_without_c_is_no_model_for_it(bundle: Bundle) -> None:
    with pytest.raises(EdgekitError, match=r"holds no model\.c"):
        GeneratedModel(bundle)


def test_c_of_another_size_is_refused_before_it_writes_past_an_end(with_c: Bundle) -> None:
    header = with_c.folder / "model.h"
    header.write_text(header.read_text().replace("_POSTURES 12", "_POSTURES 13"))
    with pytest.raises(EdgekitError, match=r"has 13 postures; its bundle\.json needs 12"):
        GeneratedModel(with_c)


@pytest.mark.parametrize(
    ("machine", "elf_machine"), [("aarch64", 183), ("armv7l", 40), ("armv6l", 40)]
)
def test_it_is_compiled_for_the_pi_elsewhere(
    with_c: Bundle, tmp_path: Path, machine: str, elf_machine: int
) -> None:
    made = compile_library(with_c, machine, tmp_path / machine)
    assert int.from_bytes(made.read_bytes()[18:20], "little") == elf_machine
