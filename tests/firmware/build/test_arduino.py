"""The Arduino library: laid out as the IDE wants it, compiles for its cores, and answers."""

import re
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from edgekit.bundle import Bundle
from edgekit.errors import EdgekitError, UsageError
from edgekit.firmware.build.arduino import export_arduino
from edgekit.firmware.build.toolchain import BARE_FLAGS, COMMON_FLAGS, Compiler, zig
from edgekit.spec import POSTURE_ANGLE_DEG, SLEEP, Spec
from tests.helpers.gravity import gravity_at

STUB = Path(__file__).parent / "arduino_stub"
CORES = ("cortex-m0plus", "cortex-m4")


# Of 50 Hz, as the chip runs; and of 20 Hz, for which the means of five are taken.
SPECS = [SLEEP, replace(SLEEP, rate_hz=20.0)]


@pytest.fixture(scope="module", params=SPECS, ids=lambda spec: f"{spec.rate_hz:g} Hz")
def bundle(request: pytest.FixtureRequest, c_bundle: Callable[[Spec], Bundle]) -> Bundle:
    return c_bundle(request.param)


@pytest.fixture(scope="module")
def library(bundle: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("arduino")
    export_arduino(bundle, folder / "library.zip")
    with zipfile.ZipFile(folder / "library.zip") as packed:
        packed.extractall(folder)
    return folder / "EdgekitPosture"


def test_it_is_laid_out_as_the_specification_says(library: Path) -> None:
    assert {path.name for path in library.iterdir()} == {
        "library.properties",
        "keywords.txt",
        "README.md",
        "LICENSE",
        "src",
        "examples",
    }
    assert (library / "src" / "EdgekitPosture.h").is_file()
    assert [path.name for path in (library / "examples").rglob("*.ino")] == ["SleepPosture.ino"]
    assert (library / "LICENSE").read_text().startswith("MIT License")


def test_its_properties_are_those_that_the_specification_requires(library: Path) -> None:
    text = (library / "library.properties").read_text()
    fields = dict(line.split("=", 1) for line in text.splitlines())
    required = {"name", "version", "author", "maintainer", "sentence", "paragraph", "category"}
    assert required | {"url", "architectures"} <= fields.keys()
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 _.\-]{0,62}", fields["name"])
    assert re.fullmatch(r"\d+\.\d+\.\d+", fields["version"])
    assert fields["category"] == "Data Processing"
    assert "avr" not in fields["architectures"].split(",")
    assert (library / "src" / fields["includes"]).is_file()


def test_its_keywords_are_names_and_kinds_with_a_tab_between(library: Path) -> None:
    for line in (library / "keywords.txt").read_text().splitlines():
        assert re.fullmatch(r"\w+\t(KEYWORD1|KEYWORD2|LITERAL1)", line)


def test_the_same_bundle_makes_the_same_bytes(bundle: Bundle, tmp_path: Path) -> None:
    for name in ("one.zip", "two.zip"):
        export_arduino(bundle, tmp_path / name)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def compile_all(compiler: Compiler, library: Path, work: Path) -> list[Path]:
    flags = [*COMMON_FLAGS, f"-I{library / 'src'}"]
    flags += [] if compiler.core.name == "host" else BARE_FLAGS
    objects = []
    for source in sorted((library / "src").glob("*.c")):
        objects.append(work / f"{source.stem}.o")
        compiler.run([*flags, "-c", source, "-o", objects[-1]])
    return objects


@pytest.mark.parametrize("core", CORES)
def test_its_c_compiles_without_a_warning_by_zig(core: str, library: Path, tmp_path: Path) -> None:
    assert compile_all(zig(core), library, tmp_path)


@pytest.mark.parametrize("core", CORES)
def test_its_c_compiles_without_a_warning_by_gcc(
    core: str, library: Path, tmp_path: Path, arm_gcc: dict[str, Compiler]
) -> None:
    assert compile_all(arm_gcc[core], library, tmp_path)


@pytest.mark.parametrize("posture", ["supine", "right-prone", "left"])
def test_the_example_reads_the_sensor_and_prints_the_posture(
    posture: str, bundle: Bundle, library: Path, tmp_path: Path, cxx: str, gcc_host: Compiler
) -> None:
    objects = compile_all(gcc_host, library, tmp_path)
    sketch = library / "examples" / "SleepPosture" / "SleepPosture.ino"
    flags = ["-std=c++11", "-Wall", "-Wextra", "-Werror", f"-I{STUB}", f"-I{library / 'src'}"]
    # As the IDE does: Arduino.h comes before the sketch's first line.
    command = [cxx, *flags, "-include", "Arduino.h", "-x", "c++", sketch, STUB / "main.cc"]
    program = tmp_path / "program"
    subprocess.run([*command, "-x", "none", *objects, "-o", program], check=True)
    counts = [round(256 * float(g)) for g in gravity_at(POSTURE_ANGLE_DEG[posture])]
    done = subprocess.run(
        [program, *map(str, counts)], capture_output=True, text=True, check=True, timeout=20
    )
    lines = done.stdout.splitlines()
    label = bundle.spec.postures[list(POSTURE_ANGLE_DEG).index(posture)]
    assert len(lines) >= 1
    assert all(re.fullmatch(rf"{label} \d+ % .+", line) for line in lines)


CLASSIFY = """
#include <stdio.h>
#include "EdgekitPosture.h"
int main()
{
    static edgekit_sample_t window[EDGEKIT_MODEL_WINDOW];
    for (edgekit_sample_t &sample : window) {
        sample.z = -256;
    }
    puts(edgekit_posture_name(EdgekitPosture::classify(window).posture));
}
"""


def test_a_window_of_counts_is_classified_by_itself(
    library: Path, tmp_path: Path, cxx: str, gcc_host: Compiler
) -> None:
    objects = compile_all(gcc_host, library, tmp_path)
    source, program = tmp_path / "main.cc", tmp_path / "program"
    source.write_text(CLASSIFY)
    flags = ["-std=c++11", "-Wall", "-Wextra", "-Werror", f"-I{library / 'src'}"]
    subprocess.run([cxx, *flags, source, *objects, "-o", program], check=True)
    done = subprocess.run([program], capture_output=True, text=True, check=True)
    assert done.stdout == "prone\n"


def test_a_bundle_without_c_is_refused_with_the_next_command(
    bundle: Bundle, tmp_path: Path
) -> None:
    files = {name: entry for name, entry in bundle.fields["files"].items() if name != "model.c"}
    older = Bundle(
        **{**vars(bundle), "fields": {**bundle.fields, "files": files, "run": {"name": "night"}}}
    )
    with pytest.raises(EdgekitError, match=r"no model\.c.*edgekit convert runs/night --out"):
        export_arduino(older, tmp_path / "older.zip")
    assert not list(tmp_path.iterdir())


def test_what_is_no_zip_is_refused(bundle: Bundle, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"reads a \.zip"):
        export_arduino(bundle, tmp_path / "library.tar")
