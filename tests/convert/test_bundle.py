"""What a converted bundle holds, and what its model promises to firmware and to the Pi."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import pytest
from ai_edge_litert import schema_py_generated as schema

from edgekit.bundle import Bundle, Quantisation, load_bundle
from edgekit.convert.convert import Converted, convert
from edgekit.convert.export import float_net, onnx_bytes
from edgekit.convert.model import parse
from edgekit.convert.rewrite import ALIGNMENT
from edgekit.convert.run_input import load_run
from edgekit.convert.runtimes import litert_logits
from edgekit.errors import EdgekitError, UsageError
from edgekit.spec import INPUT_SCALE

FILES = {
    "card.md",
    "golden.bin",
    "model.c",
    "model.h",
    "model.onnx",
    "model.tflite",
    "model_data.cc",
    "model_data.h",
    "model_ops.h",
}


def test_a_bundle_lists_every_file_that_it_holds(bundle: Bundle) -> None:
    there = {path.name for path in bundle.folder.iterdir()} - {"bundle.json"}
    assert there == FILES == set(bundle.fields["files"])


def test_posture_comes_before_placement_even_where_their_sizes_are_equal(
    even: Converted, even_run: Path
) -> None:
    test = load_run(even_run).test
    model = even.bundle.model.read_bytes()
    answers = litert_logits(model, even.bundle.read(test.xyz_g))
    assert (answers.posture.argmax(1) == test.posture).mean() > 0.9
    assert (answers.placement.argmax(1) == test.placement).mean() > 0.9


def test_inputs_and_outputs_go_by_their_names(bundle: Bundle) -> None:
    model = parse(bundle.model.read_bytes())
    channels = bundle.spec.front_end.channels
    assert [(port.name, port.shape) for port in model.inputs] == [("window", (1, 1, 100, channels))]
    assert [port.name for port in model.outputs] == ["posture", "placement"]
    assert [port.shape for port in model.outputs] == [
        (1, len(bundle.spec.postures)),
        (1, len(bundle.spec.placements)),
    ]


def test_the_model_needs_no_transpose(bundle: Bundle) -> None:
    assert "TRANSPOSE" not in parse(bundle.model.read_bytes()).operator_names


def buffer_offsets(model: bytes) -> list[int]:
    """Where each buffer that holds data begins in the file."""
    root = schema.Model.GetRootAs(model, 0)
    buffers = [root.Buffers(i) for i in range(root.BuffersLength())]
    start = np.frombuffer(model, np.uint8).ctypes.data
    return [buffer.DataAsNumpy().ctypes.data - start for buffer in buffers if buffer.DataLength()]


def test_every_buffer_lies_on_sixteen_bytes(bundle: Bundle) -> None:
    offsets = buffer_offsets(bundle.model.read_bytes())
    assert len(offsets) > 10
    assert {offset % ALIGNMENT for offset in offsets} == {0}


def test_converting_parses_the_model_once_and_builds_the_float_net_once(
    micro: Converted, calls: Counter[str]
) -> None:
    assert micro.parity.passed
    assert calls == {"parsed": 1, "built": 1}


@pytest.mark.parametrize(
    ("which", "shape"),
    [("micro", [1, 1, 100, 6]), ("even", [1, 1, 100, 6]), ("in_g", [1, 1, 100, 3])],
)
def test_the_input_is_what_the_front_end_makes_though_calibration_saw_less(
    which: str, shape: list[int], request: pytest.FixtureRequest
) -> None:
    bundle: Bundle = request.getfixturevalue(which).bundle
    trained = load_run(request.getfixturevalue(f"{which}_run"))
    assert np.abs(trained.float_input(trained.representative_xyz_g)).max() < 1.9, (
        "short of both ends"
    )
    (entry,) = parse(bundle.model.read_bytes()).inputs
    assert entry.quantisation == Quantisation(INPUT_SCALE, 0)
    assert bundle.fields["input"] == {
        "name": "window", "shape": shape, "scale": INPUT_SCALE, "zero_point": 0
    }  # fmt: skip


@pytest.mark.parametrize("which", ["micro", "in_g"])
def test_the_onnx_file_is_what_torch_exported(which: str, request: pytest.FixtureRequest) -> None:
    bundle: Bundle = request.getfixturevalue(which).bundle
    trained = load_run(request.getfixturevalue(f"{which}_run"))
    path = bundle.folder / "model.onnx"
    assert path.read_bytes() == onnx_bytes(float_net(trained), trained.run.spec)
    (entry,) = onnx.load(path).graph.input
    sizes = [size.dim_value for size in entry.type.tensor_type.shape.dim]
    assert (entry.name, sizes) == ("window", [1, trained.run.spec.front_end.channels, 1, 100])


def test_the_arena_suffices_and_sixteen_bytes_less_do_not(micro: Converted) -> None:
    arena = micro.bundle.fields["arena_bytes"]

    def trial(size: int) -> int:
        command = [sys.executable, "-m", "edgekit.convert.arena_trial", micro.bundle.model, size]
        return subprocess.run([*map(str, command)], capture_output=True, check=False).returncode

    assert trial(arena) == 0
    assert trial(arena - 16) != 0


def test_multiply_adds_are_those_of_the_layers(micro: Converted) -> None:
    stem = 50 * 16 * 9 * 6
    blocks = sum(w * (a * 5 + a * b) for w, a, b in [(25, 16, 32), (13, 32, 64), (7, 64, 96)])
    assert micro.bundle.fields["macs"] == stem + blocks + 192 * (18 + 2)


def test_the_card_says_that_data_are_synthetic_and_that_it_is_no_medical_device(
    bundle: Bundle,
) -> None:
    card = (bundle.folder / "card.md").read_text()
    assert "Not a medical device" in card
    assert "**Synthetic**" in card
    assert "split subject, seed 0" in card


@pytest.mark.parametrize(
    ("which", "words"),
    [
        ("micro", ("[1, 1, 100, 6]", "1/16 g a step", "1/256 g a step (±0.5 g)", "beyond 8 g")),
        ("even", ("[1, 1, 100, 6]", "1/64 g a step", "1/512 g a step (±0.25 g)", "beyond 2 g")),
        ("in_g", ("[1, 1, 100, 3]", "1/64 g a step", "beyond 2 g")),
    ],
)
def test_the_card_says_how_a_window_of_counts_becomes_the_input(
    which: str, words: tuple[str, ...], request: pytest.FixtureRequest
) -> None:
    card = (request.getfixturevalue(which).bundle.folder / "card.md").read_text()
    assert all(phrase in card for phrase in words)
    assert ("less its mean" in card) == (which != "in_g")


def test_the_card_names_the_postures_in_words_for_people(even: Converted) -> None:
    card = (even.bundle.folder / "card.md").read_text()
    assert "3 classes: supine, prone, left." in card


def test_a_bundle_names_no_path_of_the_machine(bundle: Bundle) -> None:
    for name in ("bundle.json", "card.md", "model.tflite", "model.onnx", "model.c", "model.h"):
        assert str(bundle.folder.parent).encode() not in (bundle.folder / name).read_bytes()


def test_a_changed_model_is_refused(micro: Converted, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in micro.bundle.folder.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    model = bytearray((copy / "model.tflite").read_bytes())
    model[len(model) // 2] ^= 1
    (copy / "model.tflite").write_bytes(model)
    with pytest.raises(EdgekitError, match=r"model\.tflite is not the file"):
        load_bundle(copy)


def test_a_folder_that_is_no_bundle_is_never_replaced(micro_run: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(UsageError, match="nothing was changed"):
        convert(micro_run, tmp_path)
    assert (tmp_path / "thesis.tex").read_text() == "years of work"


def test_a_step_that_fails_says_why_and_leaves_nothing(
    micro_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONHOME", str(tmp_path))  # the job's Python cannot even start
    monkeypatch.chdir(tmp_path)
    with pytest.raises(EdgekitError, match="onnx2tf failed"):
        convert(micro_run, tmp_path / "bundle")
    assert list(tmp_path.iterdir()) == []


def test_converting_leaves_nothing_in_the_current_folder(micro: Converted, workplace: Path) -> None:
    assert list(workplace.iterdir()) == []


def test_the_converting_process_can_reach_no_network() -> None:
    script = (
        "from edgekit.convert.onnx2tf_job import refuse_network; refuse_network();"
        "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9')"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert b"converting needs no network" in done.stderr


def test_bundle_json_says_what_made_it(micro: Converted) -> None:
    fields = json.loads((micro.bundle.folder / "bundle.json").read_text())
    assert fields["run"]["net"] == "mtl-net-micro"
    assert set(fields["run"]["digests"]) == {"run.json", "teacher.safetensors"}
    assert fields["accuracy"]["windows"] == 600
    assert fields["shipped"] == "teacher"
    assert "unit" not in fields["input"]
    for head in ("posture", "placement"):
        decided = fields["decided"][head]
        assert 0.9 < decided["share"] <= 1
        assert fields["agreement"][head] <= decided["agreement"] <= 1
