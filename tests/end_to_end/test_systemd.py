"""The service under a real systemd, in namespaces of its own: its unit and user as installed.

Not run on a Raspberry Pi: the sensor is simulated behind the real smbus2. Of the unit, the times
alone are shortened.
"""

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from edgekit.device.service import SYSUSERS, UNIT, USER, Service
from edgekit.firmware.emulate.simulated_bus import Fault, make_world
from edgekit.night.reader import open_night
from edgekit.recording import load_recording
from tests.helpers.command import REPOSITORY, the
from tests.helpers.replayed import short_night

SYSTEMD = Path("/usr/lib/systemd/systemd")
SPEED = 8.0
FAULTS = (Fault(15.0, "kill"), Fault(40.0, "nack", 1e9))  # the second: silence for good
LONGEST_S = 60.0
TARGETS = ("sysinit", "basic", "shutdown", "multi-user", "time-sync")
SHORTENED = "[Service]\nWatchdogSec=2\nRestartSec=200ms\nStandardError=file:/srv/it/said\n"
# All that it needs lies under /srv: nothing of this machine is written to but a cgroup of its own.
BOOT = """set -e
umount -R -l /sys/fs/cgroup; mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs /run; mkdir /run/systemd
mount -t tmpfs -o mode=755 tmpfs /srv; mkdir /srv/it /srv/python /srv/edgekit /srv/site
mount --bind {folder} /srv/it
mount --bind {python} /srv/python; mount --bind {site} /srv/site
mount --bind {repository} /srv/edgekit
mount --bind {folder}/var /var/lib
mount --bind {folder}/etc/passwd /etc/passwd; mount --bind {folder}/etc/group /etc/group
mount --bind {console} /dev/console
export container=test SYSTEMD_UNIT_PATH=/srv/it/units
exec {systemd} --system --log-target=console --log-color=no --show-status=no --unit={unit}
"""


@pytest.fixture
def cgroup(absent) -> Iterator[Path]:
    if not SYSTEMD.exists():
        absent("no systemd here: make tools")
    mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    roots = [Path(words[1]) for words in mounts if words[2] == "cgroup2"]
    if os.geteuid() != 0 or not roots or subprocess.run(["unshare", "--mount", "true"]).returncode:
        pytest.skip("a systemd of its own needs root, unshare and cgroup2")
    own = roots[0] / f"edgekit-{os.getpid()}"
    try:
        own.mkdir()
    except OSError as error:
        pytest.skip(f"no cgroup of its own can be made: {error.strerror}")
    yield own
    for folder in sorted((x for x in own.rglob("*") if x.is_dir()), reverse=True):
        folder.rmdir()
    own.rmdir()


def put_in_place(folder: Path) -> None:
    """The unit, its user and the world that its process finds on /dev/i2c-1."""
    _, recording = short_night(folder)
    counts = np.rint(load_recording(recording).xyz_g * 256).astype(np.int16)
    world = make_world(folder / "world", counts, FAULTS, start_utc_s=time.time())
    environment = world.environment(SPEED)
    shutil.copy(environment["LD_PRELOAD"], folder / "sim.so")
    environment |= {
        "LD_PRELOAD": "/srv/it/sim.so",
        "EDGEKIT_SIM_WORLD": "/srv/it/world/world",
        "EDGEKIT_SIM_COUNTS": "/srv/it/world/counts",
        "PYTHONPATH": "/srv/edgekit/src:/srv/site",
    }
    units = folder / "units"
    (units / f"{UNIT}.d").mkdir(parents=True)
    python = Path("/srv/python/bin") / Path(sys.executable).resolve().name
    (units / UNIT).write_text(Service(Path("/srv/it/bundle"), python=python).unit())
    lines = [f"Environment={name}={value}" for name, value in environment.items()]
    lines += ["ReadWritePaths=/srv/it/world", ""]
    (units / f"{UNIT}.d" / "test.conf").write_text(SHORTENED + "\n".join(lines))
    for name in TARGETS:
        (units / f"{name}.target").write_text("[Unit]\nDefaultDependencies=no\n")
    (folder / "etc").mkdir()
    sysusers = ["systemd-sysusers", f"--root={folder}", "-"]
    subprocess.run(sysusers, input=SYSUSERS, text=True, check=True, capture_output=True)
    (user,) = re.findall(rf"^{USER}:[^:]*:(\d+):", (folder / "etc/passwd").read_text(), re.M)
    for path in (folder / "world", *(folder / "world").iterdir()):
        os.chown(path, int(user), -1)
    folder.chmod(0o755)
    (folder / "var").mkdir()


def lived_under_systemd(folder: Path, cgroup: Path, until: str) -> str:
    """What systemd said, until it said `until`."""
    end, console = pty.openpty()
    script = BOOT.format(
        folder=folder, python=sys.base_prefix, repository=REPOSITORY,
        site=sysconfig.get_path("purelib"), console=os.ttyname(console),
        systemd=SYSTEMD, unit=UNIT,
    )  # fmt: skip
    spaces = ("--pid", "--fork", "--mount", "--mount-proc", "--uts", "--ipc", "--cgroup")
    process = subprocess.Popen(
        ["unshare", *spaces, "--kill-child", "bash", "-c", script],
        stdin=console, stdout=console, stderr=console, cwd="/",
        preexec_fn=lambda: print(os.getpid(), file=(cgroup / "cgroup.procs").open("w")),
    )  # fmt: skip
    said, begun = "", time.monotonic()
    try:
        while until not in said and process.poll() is None:
            assert time.monotonic() - begun < LONGEST_S, said
            if select.select([end], [], [], 1.0)[0]:
                said += os.read(end, 4096).decode(errors="replace")
    finally:
        process.kill()  # and with it, all that systemd started
        process.wait()
        os.close(end)
        os.close(console)
        while "populated 1" in (cgroup / "cgroup.events").read_text():
            time.sleep(0.05)
    return said


def test_a_killed_monitor_goes_on_with_its_night_and_one_without_samples_is_restarted(
    cgroup: Path, tmp_path: Path
) -> None:
    put_in_place(tmp_path)
    said = lived_under_systemd(tmp_path, cgroup, until="restart counter is at 2")
    told = re.findall(r"status=9/KILL|Watchdog timeout|status=6/ABRT", said)
    assert told == ["status=9/KILL", "Watchdog timeout", "status=6/ABRT"], said
    path = the(tmp_path / "var/edgekit/nights", "*.night")
    assert path.stat().st_mode & 0o777 == 0o600
    with open_night(path) as night:
        kinds = [event.kind for event in night.events()]
        windows = len(night.decisions())
    assert kinds == ["start", "gap", "resumed", "start", "sensor lost"]
    assert windows > 20
