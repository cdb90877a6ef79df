"""The device side, installed as on a Pi: what it weighs, and what it decides by each runtime."""

import json
import os
import shutil
import subprocess
import sys
import time
import tomllib
import zipfile
from pathlib import Path

import numpy as np
import pytest

from edgekit.bundle import load_bundle
from edgekit.convert.runtimes import tflm_logits
from edgekit.front_end import int8_input
from edgekit.night.night import Decisions
from tests.helpers.command import REPOSITORY
from tests.helpers.replayed import assert_same_decisions, replayed_by, replayed_here, short_night

MOST_BYTES = 250e6
CONSTRAINTS = REPOSITORY / "constraints.txt"
PI = [f"manylinux_2_{minor}_aarch64" for minor in range(17, 42)]  # glibc 2.41: Pi OS 13
LOGITS = """
import sys, numpy
from pathlib import Path
from edgekit.bundle import load_bundle
from edgekit.device.decide.classifier import Classifier
classifier = Classifier(load_bundle(Path(sys.argv[1])))
posture, placement = classifier._runtime.logits(numpy.load(sys.argv[2]))
print(classifier.runtime, numpy.__version__, posture.tobytes().hex(), placement.tobytes().hex())
"""


def pip(*words: str | Path) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *words]
    ended = subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stderr


@pytest.fixture(scope="module", autouse=True)
def index(absent) -> None:
    ask = [sys.executable, "-m", "pip", "--disable-pip-version-check", "index", "versions", "rich"]
    if subprocess.run(ask, capture_output=True, timeout=60).returncode:
        absent("no package index can be reached from here")


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Decisions]:
    """A bundle, a recording, and what LiteRT decides of it here."""
    folder = tmp_path_factory.mktemp("night")
    bundle, recording = short_night(folder)
    return bundle, recording, replayed_here(bundle, recording, folder / "here.night")


def bare_python(folder: Path, interpreter: str | Path = sys.executable) -> Path:
    subprocess.run([interpreter, "-m", "venv", "--without-pip", folder], check=True)
    return folder / "bin" / "python"


def environment(folder: Path) -> dict[str, str]:
    """No PYTHONPATH: what is not in the environment's own site-packages is not there."""
    kept = {name: os.environ[name] for name in ("PATH", "OMP_NUM_THREADS") if name in os.environ}
    return {**kept, "HOME": str(folder), "COLUMNS": "200"}


def test_the_device_side_is_under_250_mb_without_torch_and_monitors(
    wheel_path: Path, night: tuple[Path, Path, Decisions], tmp_path: Path
) -> None:
    bundle, recording, expected = night
    python = bare_python(tmp_path / "env")
    pip("--python", python, "install", "-c", CONSTRAINTS, f"{wheel_path}[device]")
    (site,) = (tmp_path / "env" / "lib").glob("*/site-packages")
    installed = {path.name.lower() for path in site.iterdir()}
    assert not {"torch", "tensorflow", "polars", "tflite_runtime"} & installed
    weight = sum(path.lstat().st_size for path in site.rglob("*") if path.is_file())
    print(f"the device side: {weight / 1e6:.0f} MB installed")
    assert weight < MOST_BYTES
    found = replayed_by(
        [python], environment(tmp_path), bundle, recording, tmp_path / "there.night"
    )
    assert_same_decisions(found, expected)
    began = time.monotonic()
    tried = subprocess.run(
        [python, "-m", "edgekit", "try", "--no-open"],
        env=environment(tmp_path) | {"PATH": ""},  # no compiler
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    took_s = time.monotonic() - began
    assert tried.returncode == 0, tried.stderr
    assert (tmp_path / "edgekit-try" / "simulated-night.html").is_file()
    print(f"edgekit try: {took_s:.1f} s")
    assert took_s < 20


def other_pythons() -> dict[str, Path]:
    """The interpreters here of the other versions that edgekit runs on: 3.12 -> its path."""
    found: dict[str, Path] = {}
    for minor in range(11, 15):
        version = f"3.{minor}"
        places = [shutil.which(f"python{version}")]
        places += [
            str(p) for p in (Path.home() / ".pyenv/versions").glob(f"{version}.*/bin/python")
        ]
        for place in filter(None, places):
            asked = [place, "-c", "import sys, venv; print('%d.%d' % sys.version_info[:2])"]
            ended = subprocess.run(asked, capture_output=True, text=True)
            if ended.stdout.strip() == version and minor != sys.version_info.minor:
                found.setdefault(version, Path(place))
    return found


def test_on_every_other_python_here_it_installs_and_decides_the_same(
    wheel_path: Path, night: tuple[Path, Path, Decisions], tmp_path: Path
) -> None:
    pythons = other_pythons()
    if not pythons:
        pytest.skip("no other Python from 3.11 on is here")
    bundle, recording, expected = night
    for version, interpreter in pythons.items():
        folder = tmp_path / version
        python = bare_python(folder / "env", interpreter)
        pip("--python", python, "install", "-c", CONSTRAINTS, f"{wheel_path}[device]")
        command = [str(folder / "env/bin/edgekit")]
        ended = subprocess.run(
            [*command, "doctor", "--json"],
            env=environment(folder) | {"PATH": str(folder / "env/bin")},
            cwd=folder, capture_output=True, text=True,
        )  # fmt: skip
        checks = {each["check"]: each for each in json.loads(ended.stdout)["findings"]}
        assert checks["command"]["saw"] == command[0]
        found = replayed_by([python], environment(folder), bundle, recording, folder / "a.night")
        assert_same_decisions(found, expected)
        print(f"Python {version}: the device side installs, and decides as here")


def test_every_extra_resolves_on_every_python_here(wheel_path: Path, tmp_path: Path) -> None:
    for version, interpreter in {**other_pythons(), "this": Path(sys.executable)}.items():
        python = bare_python(tmp_path / version, interpreter)
        pip("--python", python, "install", "--dry-run", "-c", CONSTRAINTS, f"{wheel_path}[all]")


def test_it_resolves_for_a_pi_of_64_bits_and_python_3_13(wheel_path: Path, tmp_path: Path) -> None:
    platforms = [word for name in PI for word in ("--platform", name)]
    pip("download", "--only-binary", ":all:", "--python-version", "3.13", *platforms,
        "--dest", tmp_path, f"{wheel_path}[device]")  # fmt: skip
    wheels = list(tmp_path.glob("*.whl"))
    assert any(path.name.startswith("ai_edge_litert") for path in wheels)
    assert not any(path.name.startswith("lgpio") for path in wheels)  # none is built for it
    assert not any(path.name.startswith(("torch", "tensorflow")) for path in wheels)
    weight = sum(entry.file_size for path in wheels for entry in zipfile.ZipFile(path).infolist())
    print(f"the device side for aarch64, Python 3.13: {weight / 1e6:.0f} MB unpacked")
    assert weight < MOST_BYTES


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="tflite-runtime ends with Python 3.11")
def test_tflite_runtime_with_numpy_1_answers_as_tflite_micro_and_decides_as_litert(
    wheel_path: Path, night: tuple[Path, Path, Decisions], tmp_path: Path
) -> None:
    bundle, recording, expected = night
    python = bare_python(tmp_path / "env")
    pinned = [line for line in CONSTRAINTS.read_text().splitlines() if "numpy" not in line]
    (tmp_path / "constraints.txt").write_text("\n".join(pinned))
    pip("--python", python, "install", "-c", tmp_path / "constraints.txt",
        f"{wheel_path}[tflite-runtime]")  # fmt: skip
    counts = np.random.default_rng(0).integers(-600, 600, (200, 100, 3), np.int16)
    np.save(tmp_path / "counts.npy", counts)
    answered = subprocess.run(
        [python, "-c", LOGITS, bundle, tmp_path / "counts.npy"],
        env=environment(tmp_path), capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    made = load_bundle(bundle)
    exact = tflm_logits(made.model.read_bytes(), int8_input(counts, made.spec.front_end))
    assert answered[0] == "tflite_runtime"
    assert answered[1].startswith("1.")
    assert answered[2:] == [exact.posture.tobytes().hex(), exact.placement.tobytes().hex()]
    found = replayed_by(
        [python], environment(tmp_path), bundle, recording, tmp_path / "there.night"
    )
    assert_same_decisions(found, expected)


def test_both_runtimes_extras_bring_the_same_besides() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    # gpiod is for the interrupt line, which says itself what to install: 32-bit wheels are unsure.
    runtimes = ("ai-edge-litert", "tflite-runtime", "numpy", "gpiod")
    device, tflite = (
        {
            need
            for need in extras[name]
            if not need.startswith(runtimes) and "platform_machine" not in need
        }
        for name in ("device", "tflite-runtime")
    )
    assert device == tflite
