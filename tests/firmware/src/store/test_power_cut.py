"""The power goes at any step, and anything may be in the flash: programs under the sanitizers."""

import subprocess
from collections.abc import Callable
from pathlib import Path

from edgekit.firmware.build.toolchain import FOLDER
from tests.helpers.store_device import PAGE_BYTES, SOURCES, Make


def test_a_power_cut_at_any_step_leaves_the_records_before_it(
    c_program: Callable[..., Path],
) -> None:
    program = c_program(FOLDER / "tests" / "store_power_cut.c", *SOURCES)
    done = subprocess.run([program], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[0]) > 10_000  # cuts


def test_the_store_survives_fuzzing(device: Make, fuzz: Callable[..., str], tmp_path: Path) -> None:
    full = device(2)
    full.fill(turns=1.7)
    seeds = [tmp_path / "operations", tmp_path / "image"]
    seeds[0].write_bytes(b"\1" + b"\4\x50\5\x90\0\0\6\xfe\2\7" * 12)
    image = bytes(full.flash.bytes[: 2 * PAGE_BYTES])
    seeds[1].write_bytes(b"\0" + b"\0\0\4\x40\3\x21\2\x11\0\0\xff" + image)
    report = fuzz(FOLDER / "tests" / "fuzz_store.c", *SOURCES, iterations=2500, seeds=seeds)
    assert int(report.split()[0]) >= 2500


def test_a_power_cut_at_any_step_leaves_the_settings_whole(
    c_program: Callable[..., Path],
) -> None:
    sources = (
        FOLDER / "src" / f"{name}.c" for name in ("journal", "record", "settings", "mounting")
    )
    program = c_program(FOLDER / "tests" / "settings_power_cut.c", *sources, *SOURCES)
    done = subprocess.run([program], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    cuts, after, before = (int(word) for word in done.stdout.split() if word.isdecimal())
    assert cuts == after + before > 600
