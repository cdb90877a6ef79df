"""The device side on the Pi's processor: Debian's arm64 Python under qemu-user, no TFLite there."""

import shutil
from pathlib import Path

import pytest

from edgekit.bundle import load_bundle
from edgekit.device import classifier
from edgekit.device.generated_model import compile_model

from .command import REPOSITORY
from .replayed import assert_same_decisions, replayed_by, replayed_here, short_night

ROOT = REPOSITORY / "cache" / "aarch64"
LIBRARIES = ROOT / "usr" / "lib" / "aarch64-linux-gnu"


def test_a_replayed_night_on_aarch64_decides_as_the_c_does_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, absent
) -> None:
    emulator = shutil.which("qemu-aarch64")
    if emulator is None or not (ROOT / "ready").is_file():
        absent("no qemu-aarch64 with Debian's arm64 Python here: make tools")
    bundle, recording = short_night(tmp_path)
    compile_model(load_bundle(bundle), "aarch64", bundle)
    python = [
        emulator, "-L", ROOT,
        "-E", f"LD_LIBRARY_PATH={LIBRARIES / 'blas'}:{LIBRARIES / 'lapack'}",
        "-E", f"PYTHONPATH={REPOSITORY / 'src'}:{ROOT / 'site'}",
        ROOT / "usr" / "bin" / "python3", "-B",
    ]  # fmt: skip
    there = replayed_by(python, {"COLUMNS": "200"}, bundle, recording, tmp_path / "there.night")
    monkeypatch.setattr(classifier, "_interpreter_class", lambda: None)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    here = replayed_here(bundle, recording, tmp_path / "here.night")
    assert_same_decisions(there, here)
