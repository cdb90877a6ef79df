"""A TFLite model of any origin becomes a folder of C that builds and answers as tflite-micro."""

import json
import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from shutil import which
from typing import Any

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from edgekit.convert.codegen import generate
from edgekit.convert.compile import CompiledModel, compile_model
from edgekit.convert.compile.names import c_name, checked_name
from edgekit.convert.compile.prepare import prepare
from edgekit.convert.compile.reference import INTERPRETERS, golden, noise
from edgekit.convert.model import read_model, require_int8_ends
from edgekit.errors import EdgekitError, UsageError
from edgekit.firmware.build.toolchain import KERNELS
from tests.helpers.command import edgekit, refused
from tests.helpers.graph_builder import OPERATORS, GraphBuilder
from tests.helpers.mutations import mutations
from tests.helpers.small_models import conv, dense, har, softmax, with_float_ends

MUTATIONS = 600


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> CompiledModel:
    folder = tmp_path_factory.mktemp("compile")
    (folder / "HAR net (v2).tflite").write_bytes(har().file())
    return compile_model(folder / "HAR net (v2).tflite", folder / "out", cores=["cortex-m0plus"])


def test_the_golden_answers_are_those_of_tflite_micro_on_this_machine_and_on_the_core(
    compiled: CompiledModel,
) -> None:
    assert compiled.interpreter.startswith("tflite-micro ")
    assert compiled.checked is not None and compiled.checked.startswith("12 of 12 inputs")
    (cost,) = compiled.costs
    assert cost.core == "cortex-m0plus"
    assert 20_000 < cost.instructions < 100_000
    assert 300 < cost.ram_bytes < 1_000 and 2_000 < cost.flash_bytes < 10_000


def test_litert_stands_in_for_tflite_micro_within_two_steps() -> None:
    """Its reference kernels, where tflite-micro has no wheel; C is held to it less strictly."""
    inputs = noise((1, 24, 3, 1), 3)
    tflm, litert = (golden(har().file(), inputs, [name]) for name in INTERPRETERS)
    assert tflm.within == 0 and litert.within == 2
    for place, answer in enumerate(tflm.outputs[0]):
        assert tflm.agrees(place, answer.tobytes()) and litert.agrees(place, answer.tobytes())
        wrong = (answer.astype(int) + 3).clip(-128, 127).astype(np.int8).tobytes()
        assert not tflm.agrees(place, wrong) and not litert.agrees(place, wrong)
    assert litert.agreement.startswith("within 2 steps of ai-edge-litert ")


def test_the_folder_says_what_it_holds(compiled: CompiledModel) -> None:
    fields = json.loads((compiled.folder / "edgekit.json").read_text())
    assert fields["name"] == compiled.name == "har_net_v2"
    assert [o["name"] for o in fields["operators"]] == list(compiled.operators)
    readme = (compiled.folder / "README.md").read_text()
    assert "har_net_v2_run(input, output);" in readme and "12 of 12 inputs" in readme
    assert f"{compiled.costs[0].instructions:,}" in readme


def test_the_line_of_its_readme_builds_it_with_a_compiler_alone(compiled: CompiledModel) -> None:
    readme = (compiled.folder / "README.md").read_text()
    (line,) = re.findall(r"`(cc [^`]+)`", readme)
    command = line.replace("\n", " ").replace("-o golden", "-o golden -O0")
    done = subprocess.run(
        command, shell=True, cwd=compiled.folder, capture_output=True, text=True, check=False
    )
    (compiled.folder / "golden").unlink()
    assert done.returncode == 0 and "12 of 12" in done.stdout, done.stderr


def test_cmake_builds_it_and_ctest_passes(
    compiled: CompiledModel, tmp_path: Path, absent: Callable[[str], None]
) -> None:
    if which("cmake") is None:
        absent("no cmake here (apt-get install cmake)")
    for command in (
        ["cmake", "-S", compiled.folder, "-B", tmp_path],
        ["cmake", "--build", tmp_path],
        ["ctest", "--test-dir", tmp_path],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    assert "1 tests passed" in done.stdout or "100% tests passed" in done.stdout


# What Zephyr's functions do, as far as a module may know.
ZEPHYR = """\
cmake_minimum_required(VERSION 3.13)
project(app LANGUAGES C ASM)
macro(zephyr_include_directories)
  include_directories(${ARGN})
endmacro()
macro(zephyr_library_named name)
  set(ZEPHYR_CURRENT_LIBRARY ${name})
  add_library(${name} STATIC "")
endmacro()
macro(zephyr_library_sources)
  target_sources(${ZEPHYR_CURRENT_LIBRARY} PRIVATE ${ARGN})
endmacro()
macro(zephyr_library_compile_options)
  target_compile_options(${ZEPHYR_CURRENT_LIBRARY} PRIVATE ${ARGN})
endmacro()
set(CONFIG_HAR_NET_V2 y)
add_subdirectory(${MODULE}/zephyr module)
add_executable(app ${MODULE}/test/har_net_v2_test.c)
target_include_directories(app PRIVATE ${MODULE}/test ${MODULE}/src)
target_link_libraries(app -Wl,--whole-archive har_net_v2 edgekit_nn -Wl,--no-whole-archive)
"""


def test_it_is_a_module_for_zephyrs_cmake(
    compiled: CompiledModel, tmp_path: Path, absent: Callable[[str], None]
) -> None:
    if which("cmake") is None:
        absent("no cmake here (apt-get install cmake)")
    (tmp_path / "CMakeLists.txt").write_text(ZEPHYR)
    for command in (
        ["cmake", "-S", tmp_path, "-B", tmp_path / "build", f"-DMODULE={compiled.folder}"],
        ["cmake", "--build", tmp_path / "build"],
        [tmp_path / "build" / "app"],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    assert "12 of 12" in done.stdout
    assert "cmake: zephyr" in (compiled.folder / "zephyr" / "module.yml").read_text()


def test_it_is_a_library_for_platformio_and_for_arduino(compiled: CompiledModel) -> None:
    fields = json.loads((compiled.folder / "library.json").read_text())
    assert fields["name"] == "har_net_v2" and fields["build"]["srcDir"] == "src"
    properties = dict(
        line.split("=", 1)
        for line in (compiled.folder / "library.properties").read_text().splitlines()
    )
    assert {"name", "version", "author", "maintainer", "sentence", "url", "architectures"} <= set(
        properties
    )
    sketch = compiled.folder / "examples" / "har_net_v2_golden"
    assert {path.name for path in sketch.iterdir()} == {
        "har_net_v2_golden.ino",
        "har_net_v2_golden.h",
    }


TWO_MODELS = """\
cmake_minimum_required(VERSION 3.13)
project(app LANGUAGES C ASM)
add_subdirectory(${FIRST} first)
add_subdirectory(${SECOND} second)
add_executable(app main.c)
target_link_libraries(app har_net_v2 other)
"""
MAIN_C = """\
#include "har_net_v2.h"
#include "other.h"
static const int8_t input[HAR_NET_V2_INPUT_SIZE];
int main(void)
{
    int8_t output[HAR_NET_V2_OUTPUT_SIZE], same[OTHER_OUTPUT_SIZE];
    har_net_v2_run(input, output);
    other_run(input, same);
    return output[0] != same[0] || har_net_v2_quantise(0.0f) != HAR_NET_V2_INPUT_ZERO_POINT;
}
"""


def test_two_models_share_their_kernels_in_one_program(
    compiled: CompiledModel, tmp_path: Path, absent: Callable[[str], None]
) -> None:
    if which("cmake") is None:
        absent("no cmake here (apt-get install cmake)")
    (tmp_path / "a.tflite").write_bytes(har().file())
    other = compile_model(tmp_path / "a.tflite", tmp_path / "a", name="other", cores=()).folder
    (tmp_path / "CMakeLists.txt").write_text(TWO_MODELS)
    (tmp_path / "main.c").write_text(MAIN_C)
    folders = f"-DFIRST={compiled.folder}", f"-DSECOND={other}"
    for command in (
        ["cmake", "-S", tmp_path, "-B", tmp_path / "build", *folders],
        ["cmake", "--build", tmp_path / "build"],
        [tmp_path / "build" / "app"],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_conversions_from_and_to_float_are_left_out() -> None:
    prepared = prepare(with_float_ends(har()).file())
    assert prepared.model.operators[0].name == "CONV_2D"
    assert len(prepared.notes) == 2
    inner = prepare(har().file())
    generated, plain = (generate(p.model, "net", ("output",)) for p in (prepared, inner))
    assert generated.arena == plain.arena


def test_a_float_model_is_refused_with_its_tensor() -> None:
    build = har()
    build.graph.tensors[build.graph.inputs[0]].type = schema.TensorType.FLOAT32
    with pytest.raises(EdgekitError, match=r"not int8: tensor 't0' is FLOAT32"):
        prepare(build.file())


def test_float_weights_are_refused_by_operator() -> None:
    build = har()
    build.graph.tensors[1].type = schema.TensorType.FLOAT16
    with pytest.raises(EdgekitError, match=r"operator 0 \(CONV_2D.*FLOAT16"):
        generate(prepare(build.file()).model, "net", ("output",))


def test_recurrent_layers_and_states_are_refused_by_name() -> None:
    build = GraphBuilder(np.random.default_rng(0))
    x = build.entry(4, 1, 0.1, 0)
    y = build.value((1, 1, 4, 1), 0.1, 0)
    build.operator(OPERATORS.UNIDIRECTIONAL_SEQUENCE_LSTM, [x.index], y.index, 0, None)
    with pytest.raises(EdgekitError, match=r"UNIDIRECTIONAL_SEQUENCE_LSTM.*recurrent"):
        generate(prepare(build.file([y])).model, "net", ("output",))
    build.graph.tensors[0].isVariable = True
    with pytest.raises(EdgekitError, match="recurrent layers"):
        prepare(build.file([y]))


@pytest.mark.parametrize("signature", [[-1, 24, -1, 1], [1, -1, 3, 1]])
def test_a_dynamic_shape_is_refused_but_an_open_batch_is_not(signature: list[int]) -> None:
    build = har()
    build.graph.tensors[0].shapeSignature = [-1, 24, 3, 1]
    prepare(build.file())
    build.graph.tensors[0].shapeSignature = signature
    with pytest.raises(EdgekitError, match="dynamic shapes"):
        prepare(build.file())


def test_two_inputs_are_refused() -> None:
    build = har()
    build.entry(4, 1, 0.1, 0)
    with pytest.raises(EdgekitError, match="2 inputs"):
        generate(prepare(build.file()).model, "net", ("output",))


@pytest.mark.parametrize("content", [b"", b"TFL3", b"0123TFL3", b"PK\x03\x04TFL3" * 40])
def test_what_is_no_tflite_file_is_refused(content: bytes) -> None:
    with pytest.raises(EdgekitError, match=r"not a TFLite model|damaged"):
        prepare(content)


@pytest.mark.parametrize("build", [har(), with_float_ends(har()), har(columns=1)])
def test_no_damage_ends_in_anything_but_a_refusal_or_c(build: GraphBuilder) -> None:
    refusals = 0
    for content in mutations(build.file(), MUTATIONS // 3, seed=17):
        try:
            model = prepare(content).model
            generate(model, "net", tuple(f"o{place}" for place in range(len(model.outputs))))
        except EdgekitError as error:
            assert "\n" not in str(error)
            refusals += 1
    assert refusals > MUTATIONS // 6


def test_an_output_of_another_shape_than_the_layer_makes_is_refused() -> None:
    build = GraphBuilder(np.random.default_rng(0))
    x = build.value((1, 24, 3, 1), 0.05, 3)
    build.graph.inputs.append(x.index)
    y = conv(build, x, (24, 3), (6, 16, 1))
    build.graph.tensors[y.index].shape = [1, 10, 3, 6]
    with pytest.raises(EdgekitError, match="not those of its output"):
        generate(prepare(build.file([y])).model, "net", ("output",))
    other = GraphBuilder(np.random.default_rng(0))
    z = dense(other, other.entry(1, 9, 0.1, 0), 10, 4)
    with pytest.raises(EdgekitError, match="do not fit its 9 inputs"):
        generate(prepare(other.file([z])).model, "net", ("output",))


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("ecg", "ecg"),
        ("My Model-v2", "my_model_v2"),
        ("2d", "model_2d"),
        ("string", "string_model"),
        ("test", "test_model"),
        ("all", "all_model"),
        ("app", "app_model"),
        ("edgekit_nn", "edgekit_nn_model"),
        ("edgekit_front_end", "edgekit_front_end_model"),
        ("nn_conv", "model_nn_conv"),
        ("nn", "model_nn"),
        ("Ünï", "n"),
        ("---", "model"),
        ("x" * 99, "x" * 40),
    ],
)
def test_a_files_name_becomes_a_name_for_c(stem: str, name: str) -> None:
    assert c_name(stem) == name


def test_no_model_is_called_as_a_file_of_the_kernels() -> None:
    kernels = {path.stem for path in KERNELS.glob("*.[chS]")}
    assert len(kernels) > 10
    for kernel in kernels:
        with pytest.raises(UsageError, match=f"such as {c_name(kernel)}$"):
            checked_name(kernel)
        assert checked_name(c_name(kernel)) not in kernels


@pytest.mark.parametrize(
    "name",
    ["", "2d", "a-b", "int", "math", "nn", "x" * 41, "ü", "test", "ALL_BUILD", "SPI", "nn_conv"],
)
def test_a_name_that_c_cannot_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"no name for C|is taken"):
        compile_model(tmp_path / "x.tflite", tmp_path / "out", name=name)


def test_a_folder_of_something_else_is_kept_and_an_earlier_model_is_replaced(
    tmp_path: Path,
) -> None:
    (tmp_path / "net.tflite").write_bytes(har().file())
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(UsageError, match="no compiled model"):
        compile_model(tmp_path / "net.tflite", tmp_path / "mine", cores=())
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"
    words = ("compile", "net.tflite", "--form", "cmake", "--core", "none")
    first = edgekit(*words, cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    assert "12 of 12 inputs answered" in first.stdout and "cmake -S net-c" in first.stdout
    assert not (tmp_path / "net-c" / "library.json").exists()
    (tmp_path / "net.tflite").write_bytes(har().file()[:-40])
    code, message = refused(*words, cwd=tmp_path)
    assert code == 1 and message.startswith("edgekit: net.tflite: ")
    assert (tmp_path / "net-c" / "CMakeLists.txt").is_file(), "what was there stays"


@pytest.mark.parametrize(
    ("path", "options", "message"),
    [
        ("missing.tflite", {}, "missing.tflite cannot be read: No such file"),
        (".", {}, "cannot be read: Is a directory"),
        ("net.tflite", {"forms": ["cmaek"]}, "no form is called 'cmaek'. Did you mean cmake"),
        ("net.tflite", {"cores": ["m4"]}, "no core is called 'm4'"),
        ("net.tflite", {"name": "float"}, "'float' is taken, by C"),
    ],
)
def test_a_slip_is_named_before_anything_is_written(
    tmp_path: Path, path: str, options: dict[str, Any], message: str
) -> None:
    (tmp_path / "net.tflite").write_bytes(har().file())
    with pytest.raises(UsageError, match=re.escape(message)):
        compile_model(tmp_path / path, tmp_path / "out", **options)
    assert not (tmp_path / "out").exists()


def test_the_next_command_can_be_copied_from_a_folder_with_a_space(tmp_path: Path) -> None:
    (tmp_path / "my net.tflite").write_bytes(har().file())
    done = edgekit("compile", "my net.tflite", "--form", "cmake", "--core", "none", cwd=tmp_path)
    (line,) = re.findall(r"^next: (.*)$", done.stdout, re.MULTILINE)
    assert shlex.split(line)[:5] == ["cmake", "-S", "my net-c", "-B", "my net-c/build"]


def test_no_core_beside_a_core_is_a_slip(tmp_path: Path) -> None:
    words = ("compile", "net.tflite", "--core", "none", "--core", "cortex-m4")
    code, message = refused(*words, cwd=tmp_path)
    assert code == 2 and "--core none counts on no core" in message


def test_a_model_that_ends_in_indices_is_to_end_before_them() -> None:
    build = har()
    build.graph.tensors[build.graph.outputs[0]].type = schema.TensorType.INT64
    with pytest.raises(EdgekitError, match=r"is INT64\. End the model before .*ARG_MAX"):
        require_int8_ends(read_model(build.file()))


@pytest.mark.parametrize("name", ["WHILE", "UNPACK", "SPLIT"])
def test_an_operator_of_several_outputs_is_refused_as_not_supported(name: str) -> None:
    build = GraphBuilder(np.random.default_rng(0))
    x = build.entry(4, 1, 0.1, 0)
    ys = [build.value((1, 1, 4, 1), 0.1, 0) for _ in range(2)]
    build.operator(getattr(OPERATORS, name), [x.index], ys[0].index, 0, None)
    build.graph.operators[-1].outputs = [y.index for y in ys]
    with pytest.raises(EdgekitError, match=rf"operator 0 \({name}\) is not supported.*2 outputs"):
        prepare(build.file(ys))


def test_a_batch_normalisation_that_was_not_folded_is_named_as_such() -> None:
    build = GraphBuilder(np.random.default_rng(0))
    x = build.entry(4, 1, 0.1, 0)
    y = build.value((1, 1, 4, 1), 0.1, 0)
    by = build.constant(np.ones((1, 1, 4, 1), np.int8), [0.1])
    build.operator(OPERATORS.MUL, [x.index, by], y.index, 0, None)
    with pytest.raises(EdgekitError, match=r"MUL.*with a constant: a BatchNormalization"):
        generate(prepare(build.file([y])).model, "net", ("output",))


def test_a_message_names_a_tensor_by_the_first_of_the_layers_that_were_fused() -> None:
    build = har()
    build.graph.tensors[build.graph.inputs[0]].name = ("a" * 50 + "/b;" + "c" * 900).encode()
    build.graph.tensors[build.graph.inputs[0]].type = schema.TensorType.FLOAT32
    with pytest.raises(EdgekitError, match=r"tensor 'a{50}/b' is FLOAT32"):
        prepare(build.file())


def _softmax_alone(classes: int) -> bytes:
    build = GraphBuilder(np.random.default_rng(0))
    x = build.value((1, classes), 0.1, 0)
    build.graph.inputs.append(x.index)
    return build.file([softmax(build, x, classes)])


def test_a_softmax_is_refused_where_tflite_micro_aborts() -> None:
    """All logits equal: the sum of the exponentials is the number of classes."""
    for classes, ends in ((511, False), (512, True)):
        content = _softmax_alone(classes)
        inputs = np.zeros((1, 1, classes), np.int8)
        if ends:
            with pytest.raises(EdgekitError, match=r"SOFTMAX.*512 classes.*at most 511"):
                generate(prepare(content).model, "net", ("output",))
            with pytest.raises(EdgekitError, match="cannot run the model"):
                golden(content, inputs, INTERPRETERS[:1])
        else:
            generate(prepare(content).model, "net", ("output",))
            assert golden(content, inputs, INTERPRETERS[:1]).outputs
