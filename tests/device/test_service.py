import os
import shutil
import subprocess
import time
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from edgekit.bundle import Bundle
from edgekit.cli.monitor.night_options import night_under_way
from edgekit.cli.monitor.watching import check_pins
from edgekit.cli.service import service_app
from edgekit.device import service as module
from edgekit.device.service import UNIT, Service, check_reach, install
from edgekit.errors import EdgekitError, UsageError
from edgekit.night.meta import NightMeta
from edgekit.night.utc_offsets import UtcOffsets
from edgekit.night.writer import NightWriter

SERVICE = Service(Path("/opt/edgekit/bundles/sleep"), python=Path("/usr/bin/python3"))


def settings(service: Service) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in service.unit().splitlines():
        if "=" in line and not line.startswith("#"):
            name, value = line.split("=", 1)
            found.setdefault(name, []).append(value)
    return found


def test_the_unit_runs_the_monitor_as_its_own_user_with_the_sensor_alone() -> None:
    unit = settings(SERVICE)
    assert unit["ExecStart"] == [
        "/usr/bin/python3 -m edgekit monitor --resume --bundle /opt/edgekit/bundles/sleep --bus 1"
    ]
    assert unit["Type"] == ["notify"] and unit["Restart"] == ["always"] and unit["WatchdogSec"]
    assert unit["User"] == ["edgekit"] and unit["SupplementaryGroups"] == ["i2c gpio"]
    assert unit["DevicePolicy"] == ["closed"]
    assert unit["DeviceAllow"] == ["/dev/i2c-1 rw", "char-gpiochip rw"]
    assert unit["RestrictAddressFamilies"] == ["AF_UNIX"] and unit["IPAddressDeny"] == ["any"]
    assert unit["UMask"] == ["0077"] and unit["StateDirectory"] == ["edgekit"]
    assert unit["ProtectHome"] == ["yes"] and unit["ProtectSystem"] == ["strict"]


def test_the_dashboard_alone_opens_the_network() -> None:
    unit = settings(replace(SERVICE, web="127.0.0.1"))
    assert unit["ExecStart"][0].endswith(" --web 127.0.0.1")
    assert unit["RestrictAddressFamilies"] == ["AF_UNIX AF_INET AF_INET6"]


def test_another_bus_and_address_and_an_alarm_are_the_units_too() -> None:
    unit = settings(
        replace(SERVICE, bus=3, address=0x1D, alarm="supine", alarm_pin=18, interrupt_pin=17)
    )
    pins = "--alarm-pin 18 --interrupt-pin 17"
    assert unit["ExecStart"][0].endswith(f" --bus 3 --address 0x1d --alarm supine {pins}")
    assert unit["DeviceAllow"][0] == "/dev/i2c-3 rw"


def test_a_bundle_in_a_home_is_read_and_no_more() -> None:
    assert settings(replace(SERVICE, bundle=Path("/home/pi/b")))["ProtectHome"] == ["read-only"]


def test_a_path_keeps_its_spaces_and_signs() -> None:
    [line] = settings(replace(SERVICE, bundle=Path('/opt/my 50% $x"b')))["ExecStart"]
    assert line.endswith(r'--bundle "/opt/my 50%% $$x\"b" --bus 1')
    with pytest.raises(UsageError, match="control character"):
        replace(SERVICE, bundle=Path("/opt/a\nUser=root")).unit()
    with pytest.raises(UsageError, match="without spaces"):
        replace(SERVICE, folder=Path("/srv/a b")).unit()


def test_systemd_finds_no_fault_in_any_unit_and_calls_each_safe(tmp_path: Path, absent) -> None:
    if not shutil.which("systemd-analyze"):
        absent("no systemd-analyze here: make tools")
    shell = Path("/bin/sh")  # is there, as verify wants of a command
    folders = (Path("/var/lib/edgekit"), Path("/srv/nights"))
    bundles = (Path("/opt/sleep"), Path("/home/pi/my 50% $x"))
    alarms = ((None, None), ("baseline", None), ("supine", 18))
    units: list[Path] = []
    for bundle, folder, bus, web, (alarm, pin), line in product(
        bundles, folders, (1, 3), (None, "127.0.0.1"), alarms, (None, 17)
    ):
        units.append(tmp_path / f"edgekit-{len(units)}.service")
        units[-1].write_text(
            Service(bundle, folder, bus, 0x53, web, alarm, pin, line, shell).unit()
        )
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--recursive-errors=no", *units],
        capture_output=True, text=True,
    )  # fmt: skip
    assert [line for line in verified.stderr.splitlines() if "edgekit-" in line] == []
    assert verified.returncode == 0, verified.stderr
    # Of 10: 1.4, and 1.9 with a dashboard (systemd 252).
    safe = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", *units],
        capture_output=True, text=True,
    )  # fmt: skip
    assert safe.returncode == 0, safe.stdout + safe.stderr
    assert safe.stdout.count("Overall exposure") == len(units)


def test_install_needs_root_and_print_does_not(
    monkeypatch: pytest.MonkeyPatch, bundle, tmp_path: Path
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(UsageError, match=r"needs root: sudo .* --print"):
        install(SERVICE, tmp_path)
    assert not list(tmp_path.iterdir())
    shown = CliRunner().invoke(service_app, ["install", "--print", "--bundle", str(bundle.folder)])
    assert shown.exit_code == 0 and f"--bundle {bundle.folder}" in shown.output


def test_install_writes_both_files_and_starts_the_unit(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    programs, log = tmp_path / "programs", tmp_path / "log"
    programs.mkdir()
    for name in ("systemctl", "systemd-sysusers"):
        (programs / name).write_text(f'#!/bin/sh\necho {name} "$@" >> "{log}"\n')
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(module, "check_reach", lambda path: None)
    install(SERVICE, tmp_path)
    assert (tmp_path / "systemd/system" / UNIT).read_text() == SERVICE.unit()
    assert "m edgekit i2c" in (tmp_path / "sysusers.d/edgekit.conf").read_text()
    ran = [line.split()[0] for line in log.read_text().splitlines()]
    assert ran == ["systemd-sysusers"] + 3 * ["systemctl"]
    module.uninstall(tmp_path)
    assert not (tmp_path / "systemd/system" / UNIT).exists()
    with pytest.raises(UsageError, match="no service is installed"):
        module.uninstall(tmp_path)


def test_a_bundle_that_the_service_may_not_read_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "home/b").mkdir(parents=True)
    (tmp_path / "home").chmod(0o700)
    with pytest.raises(UsageError, match="cannot enter"):
        check_reach(tmp_path / "home/b")
    with pytest.raises(UsageError, match="is not there"):
        check_reach(tmp_path / "c")


def test_a_service_goes_on_with_this_night_and_begins_another_the_next(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, bundle: Bundle
) -> None:
    def under_way() -> bool:
        return night_under_way(bundle.folder, None, by_sensor=True)

    monkeypatch.chdir(tmp_path)
    assert not under_way()  # its first evening
    night = tmp_path / "nights/a.night"
    NightWriter.create(night, of_sensor(bundle)).close()
    assert under_way()
    for age_h in (-15, 12):  # a clock without a battery may wake in the past
        os.utime(night, (time.time() - age_h * 3600,) * 2)
        assert not under_way()
    (tmp_path / "nights/a.night-wal").touch()
    assert under_way()


@pytest.mark.parametrize(
    "changed", [{"bundle_digest": "another"}, {"source": "replay of a.npz", "exact_rate": False}]
)
def test_a_night_of_another_kind_is_not_gone_on_with(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, bundle: Bundle, changed: dict[str, Any]
) -> None:
    """A rescored copy, a replay, yesterday's model: the service begins a night of its own."""
    monkeypatch.chdir(tmp_path)
    NightWriter.create(tmp_path / "nights/a.night", replace(of_sensor(bundle), **changed)).close()
    assert not night_under_way(bundle.folder, None, by_sensor=True)


def of_sensor(bundle: Bundle) -> NightMeta:
    source, offsets = "ADXL345 0x53 on /dev/i2c-1", UtcOffsets((0.0,), (0,))
    return NightMeta(
        bundle.spec, "b", bundle.digest, source, "me", 0.0, offsets, "utc", exact_rate=True
    )


def test_a_link_into_a_closed_folder_is_seen_from_both_ends(tmp_path: Path) -> None:
    """As a virtual environment's python is one."""
    closed, opened = tmp_path / "closed", tmp_path / "opened"
    closed.mkdir(mode=0o700)
    opened.mkdir()
    (opened / "python").touch()
    (closed / "python").symlink_to(opened / "python")
    with pytest.raises(UsageError, match="cannot enter"):
        check_reach(closed / "python")


@pytest.mark.parametrize(
    ("alarm", "pin", "interrupt_pin", "why"),
    [
        ("banana", 18, None, "--alarm"),
        ("supine", None, None, "--alarm"),
        (None, None, 99, "not to GPIO99"),
        ("supine", 18, 18, "not both"),
    ],
)
def test_an_alarm_or_a_pin_that_cannot_be_is_refused_before_it_is_installed(
    alarm: str | None, pin: int | None, interrupt_pin: int | None, why: str
) -> None:
    with pytest.raises(UsageError, match=why):
        check_pins(alarm, pin, interrupt_pin)


def test_where_systemd_does_not_run_that_is_said_in_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said = "System has not been booted with systemd as init system (PID 1). Can't operate."
    (tmp_path / "systemctl").write_text(f'#!/bin/sh\necho "{said}" >&2; exit 1\n')
    (tmp_path / "systemctl").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(EdgekitError, match="this computer does not run systemd") as refusal:
        module.status()
    assert "PID 1" not in str(refusal.value)
