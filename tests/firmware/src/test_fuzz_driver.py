"""The fuzzers' main(): it finds, keeps and repeats a failing input."""

import subprocess
from collections.abc import Callable
from pathlib import Path

from edgekit.firmware.build.toolchain import FOLDER

READS_BEYOND = """
#include <stddef.h>
#include <stdint.h>
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return size > 3 && data[1] == 0x7F && data[size] == 0;
}
"""


def test_a_failing_input_is_found_kept_and_fails_again(
    c_program: Callable[..., Path], tmp_path: Path
) -> None:
    source, failing, harmless = tmp_path / "target.c", tmp_path / "failing", tmp_path / "harmless"
    source.write_text(READS_BEYOND)
    program = c_program(source, FOLDER / "tests" / "fuzz_driver.c")

    def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
        command = [program, "--failing", failing, *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    fuzzed = run("--iterations", "100000")
    assert fuzzed.returncode != 0
    assert f"it is kept in {failing}" in fuzzed.stderr
    assert failing.read_bytes()[1] == 0x7F
    assert run(failing).returncode != 0
    harmless.write_bytes(b"\0" * 9)
    assert run(harmless).stdout == "1 inputs, seed 1: none failed\n"
    assert run(tmp_path / "absent").returncode == 2
