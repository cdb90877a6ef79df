"""The C++ that a bundle holds compiles, lies in flash, is aligned, and fits its model."""

import re
import subprocess
from pathlib import Path

import pytest

from edgekit.bundle import Bundle
from edgekit.convert.carray import RESOLVER_METHOD, resolver_header
from edgekit.convert.model import parse
from edgekit.errors import EdgekitError

STRICT = ["-std=c++17", "-Wall", "-Wextra", "-Werror"]

PROGRAM = """
#include <cstdint>
#include <cstdio>
#include "model_data.h"
int main() {
  bool aligned = reinterpret_cast<std::uintptr_t>(g_edgekit_model_data) % 16 == 0;
  std::fwrite(g_edgekit_model_data, 1, g_edgekit_model_data_size, stdout);
  return aligned ? 0 : 1;
}
"""

# What model_ops.h uses of TFLM, counting what is registered.
TFLM = """
#include <set>
#include <string>
enum TfLiteStatus { kTfLiteOk, kTfLiteError };
namespace tflite {
template <unsigned N> struct MicroMutableOpResolver {
  std::set<std::string> added;
  TfLiteStatus Add(const char* name) {
    return added.insert(name).second && added.size() <= N ? kTfLiteOk : kTfLiteError;
  }
METHODS
};
}
"""


def test_the_array_is_the_model_aligned_to_sixteen_bytes(
    bundle: Bundle, tmp_path: Path, cxx: str
) -> None:
    (tmp_path / "main.cc").write_text(PROGRAM)
    sources = [tmp_path / "main.cc", bundle.folder / "model_data.cc"]
    subprocess.run(
        [cxx, *STRICT, f"-I{bundle.folder}", *sources, "-o", tmp_path / "main"], check=True
    )
    printed = subprocess.run([tmp_path / "main"], capture_output=True, check=True).stdout
    assert printed == bundle.model.read_bytes()


def test_the_array_lies_in_flash(bundle: Bundle, tmp_path: Path, cxx: str) -> None:
    object_file = tmp_path / "model_data.o"
    source = bundle.folder / "model_data.cc"
    subprocess.run([cxx, *STRICT, "-c", source, "-o", object_file], check=True)
    symbols = subprocess.run(["objdump", "-t", object_file], capture_output=True, check=True)
    (line,) = re.findall(rb".*\bg_edgekit_model_data\b.*", symbols.stdout)
    assert b" g " in line and b".rodata" in line


def test_the_resolver_registers_exactly_the_models_operators(
    bundle: Bundle, tmp_path: Path, cxx: str
) -> None:
    methods = "\n".join(
        f'  TfLiteStatus {method}() {{ return Add("{name}"); }}'
        for name, method in RESOLVER_METHOD.items()
    )
    header = tmp_path / "tensorflow/lite/micro/micro_mutable_op_resolver.h"
    header.parent.mkdir(parents=True)
    header.write_text(TFLM.replace("METHODS", methods))
    (tmp_path / "main.cc").write_text(
        '#include <cstdio>\n#include "model_ops.h"\nint main() {\n'
        "  EdgekitOpResolver resolver;\n"
        "  if (EdgekitAddOps(resolver) != kTfLiteOk) return 1;\n"
        '  for (auto& name : resolver.added) std::printf("%s\\n", name.c_str());\n}\n'
    )
    folders = [f"-I{tmp_path}", f"-I{bundle.folder}"]
    subprocess.run(
        [cxx, *STRICT, *folders, tmp_path / "main.cc", "-o", tmp_path / "main"], check=True
    )
    printed = subprocess.run([tmp_path / "main"], capture_output=True, check=True).stdout
    assert printed.decode().split() == sorted(set(parse(bundle.model.read_bytes()).operator_names))
    assert (
        f"MicroMutableOpResolver<{len(printed.split())}>"
        in (bundle.folder / "model_ops.h").read_text()
    )


def test_an_operator_without_a_resolver_is_named() -> None:
    with pytest.raises(EdgekitError, match="GELU"):
        resolver_header(["CONV_2D", "GELU"])
