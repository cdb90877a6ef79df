import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from edgekit.device.doctor.computer import (
    bundle_runs,
    bus_exists,
    bus_permission,
    clock_is_synchronised,
    clock_status,
    free_disk,
)
from edgekit.device.doctor.sensor import check_heard, check_self_test, scan
from edgekit.device.sources.adxl345.self_test import limits_g
from edgekit.device.sources.i2c_bus import BusFault
from edgekit.device.sources.sensor import Heard, SelfTestResult
from edgekit.firmware.emulate.simulated_bus import Fault, make_world


def test_a_bus_that_is_there_is_found_and_one_that_is_not_has_its_cure(tmp_path: Path) -> None:
    assert "raspi-config" in bus_exists(tmp_path / "i2c-1").cure
    assert "I2C is off" in bus_exists(tmp_path / "i2c-1").saw
    assert "a Pi's is --bus 1" in bus_exists(tmp_path / "i2c-99").saw
    (tmp_path / "i2c-0").touch()
    assert "i2c-0" in bus_exists(tmp_path / "i2c-1").saw
    (tmp_path / "i2c-1").touch()
    assert bus_exists(tmp_path / "i2c-1").is_ok


def test_a_bus_without_permission_names_its_group(monkeypatch, tmp_path: Path) -> None:
    assert bus_permission(tmp_path).is_ok
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may all
    assert "usermod -aG i2c" in bus_permission(tmp_path).cure


def test_the_disk_holds_some_nights_and_not_any_number(tmp_path: Path) -> None:
    assert free_disk(tmp_path / "not/there/yet", nights=1).is_ok
    free_mb = shutil.disk_usage(tmp_path).free / 1e6
    assert not free_disk(tmp_path, nights=int(free_mb)).is_ok


@pytest.mark.skipif(sys.platform != "linux", reason="adjtimex(2) is Linux's")
def test_the_clock_says_what_the_kernel_does() -> None:
    assert not clock_status(0x40).is_ok and "timedatectl" in clock_status(0x40).cure
    assert clock_status(0x2001).is_ok
    assert clock_is_synchronised().saw in (clock_status(0).saw, clock_status(0x40).saw)


def test_a_bundle_is_there_and_runs_or_says_why_not(bundle, tmp_path: Path) -> None:
    assert [(f.what, f.is_ok) for f in bundle_runs(bundle.folder)] == [
        ("bundle", True),
        ("runtime", True),
    ]
    assert bundle_runs(bundle.folder)[1].saw.startswith("LiteRT runs ")
    assert "edgekit convert" in bundle_runs(None)[0].cure
    [wrong] = bundle_runs(tmp_path)
    assert not wrong.is_ok


class Answering:
    """A bus on which one address answers with one byte."""

    name = reading_method = "a bus"
    address = 0x53

    def __init__(self, answer: int | None) -> None:
        self._answer = answer

    def read(self, register: int, count: int, times: int = 1) -> bytes:
        if self._answer is None:
            raise BusFault("nack")
        return bytes([self._answer] * count)

    def write(self, register: int, value: int) -> None: ...
    def reopen(self) -> None: ...


def test_the_sensor_is_found_at_either_address_and_another_chip_is_reported() -> None:
    found, kind, bus = scan(lambda address: Answering(0xE5 if address == 0x1D else None))
    assert found.saw == "an ADXL345 at 0x1d" and kind is not None and bus is not None
    other, none, _ = scan(lambda address: Answering(0x33))
    assert "0x53 answers 0x33" in other.saw and not other.is_ok and none is None
    nothing, *_ = scan(lambda address: Answering(None))
    assert "nothing answers" in nothing.saw and "SDA" in nothing.cure


def heard(noise_g: float, rate_hz: float = 50.0, **faults: int) -> Heard:
    xyz_g = np.random.default_rng(0).normal([0, 0, 1], noise_g, (int(10 * rate_hz), 3))
    return Heard(xyz_g, rate_hz, Counter(faults))


@pytest.mark.parametrize(
    "case, wrong",
    [
        (heard(0.004), []),
        (heard(0.05), ["noise"]),
        (heard(0.0), ["noise"]),
        (heard(0.004, rate_hz=44), ["rate"]),
        (heard(0.004, overrun=1), ["rate"]),
        (Heard(np.empty((0, 3)), 0.0, Counter()), ["rate"]),
    ],
)
def test_noise_and_rate_have_their_limits(case: Heard, wrong: list[str]) -> None:
    assert [f.what for f in check_heard(case, 50, 0.02) if not f.is_ok] == wrong


def test_a_self_test_is_well_at_2_5_and_at_3_3_volts_and_not_beyond() -> None:
    for change_g in ([0.25, -0.25, 0.35], [3.6, -3.6, 4.9]):
        assert check_self_test(SelfTestResult(np.array(change_g), *limits_g(2.5, 3.3))).is_ok
    for change_g in ([0.0, -1.0, 1.5], [1.0, 1.0, 1.5], [1.0, -1.0, 5.1]):
        assert not check_self_test(SelfTestResult(np.array(change_g), *limits_g(2.5, 3.3))).is_ok


def doctor(tmp_path: Path, bundle, faults=(), **adapter) -> subprocess.CompletedProcess[str]:
    """The command, in a process of its own, before the simulated chip."""
    counts = np.random.default_rng(0).normal([0, 0, 256], 1.0, (3000, 3)).round().astype(np.int16)
    world = make_world(tmp_path / "world", counts, faults, **adapter)
    return subprocess.run(
        [sys.executable, "-m", "edgekit", "doctor", "--bundle", str(bundle.folder)],
        env={**os.environ, **world.environment(), "COLUMNS": "200"},
        cwd=tmp_path, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def marks(text: str) -> dict[str, str]:
    return {what: mark for mark, what in re.findall(r"^(ok|wrong) +(\S+)", text, re.M)}


def test_before_the_simulated_chip_all_of_the_sensor_is_well(tmp_path: Path, bundle) -> None:
    done = doctor(tmp_path, bundle)
    assert "Traceback" not in done.stderr, done.stderr
    seen = marks(done.stdout)
    sensor = ("sensor", "self-test", "rate", "noise", "reading")
    for what in ("I2C", "permission", *sensor, "bundle", "runtime"):
        assert seen.get(what) == "ok", done.stdout
    assert "up to 21 readings a system call" in done.stdout
    assert done.returncode == int("wrong" in seen.values())


@pytest.mark.parametrize("adapter", ["one_reading", "smbus_only"])
def test_the_way_of_reading_that_the_adapter_allows_is_reported(tmp_path, bundle, adapter) -> None:
    done = doctor(tmp_path, bundle, **{adapter: True})
    assert marks(done.stdout)["reading"] == "ok" and "one reading a system call" in done.stdout


def test_faults_of_the_bus_during_the_check_are_reported(tmp_path: Path, bundle) -> None:
    done = doctor(tmp_path, bundle, [Fault(5.0, "brown_out", 20_000)])
    assert marks(done.stdout)["rate"] == "wrong" and "register lost" in done.stdout


def test_a_chip_that_answers_nothing_is_exit_code_1_and_a_cure(tmp_path: Path, bundle) -> None:
    done = doctor(tmp_path, bundle, [Fault(0.0, "nack", 1_000_000)])
    assert done.returncode == 1 and "Traceback" not in done.stderr, done.stderr
    assert marks(done.stdout)["sensor"] == "wrong" and "→ look at the wires" in done.stdout
