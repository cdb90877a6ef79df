"""Check the computer: its bus, its disk, its clock, the bundle and what runs it."""

import ctypes
import os
import shutil
from pathlib import Path

from edgekit.bundle import load_bundle
from edgekit.distribution import install_line
from edgekit.errors import EdgekitError

from .finding import Finding

NIGHT_MB = 10.0  # upper bound of a night of 8 h
STA_UNSYNC = 0x40  # adjtimex(2)
TIMEX_BYTES = 512  # more than struct timex has anywhere


def bus_exists(path: Path) -> Finding:
    what = "I2C"
    if path.exists():
        return Finding(what, f"{path} is there")
    others = ", ".join(sorted(str(other) for other in path.parent.glob("i2c-*")))
    if others:
        return Finding(what, f"no {path}, but {others}", "name the bus by --bus")
    is_header = path.name == "i2c-1"
    return Finding(
        what,
        f"{path} is not there: I2C is off"
        if is_header
        else f"{path} is not there, nor is any other bus: a Pi's is --bus 1",
        "sudo raspi-config nonint do_i2c 0, or dtparam=i2c_arm=on in /boot/firmware/config.txt, "
        "then restart; and sudo modprobe i2c-dev",
    )


def bus_permission(path: Path) -> Finding:
    what = "permission"
    if os.access(path, os.R_OK | os.W_OK):
        return Finding(what, f"{path} may be read and written")
    return Finding(
        what,
        f"{path} may not be read and written by you",
        "sudo usermod -aG i2c $USER, then log in again",
    )


def free_disk(folder: Path, nights: int) -> Finding:
    """Check the disk that holds `folder`, or will hold it, for so many nights."""
    what = "disk"
    existing = next(
        path for path in (folder.absolute(), *folder.absolute().parents) if path.exists()
    )
    free_mb = shutil.disk_usage(existing).free / 1e6
    saw = f"{free_mb:,.0f} MB free for {folder}, {free_mb / NIGHT_MB:,.0f} nights"
    if free_mb >= nights * NIGHT_MB:
        return Finding(what, saw)
    return Finding(what, saw, f"free {nights * NIGHT_MB - free_mb:,.0f} MB: see edgekit nights")


def clock_is_synchronised() -> Finding:
    """Ask the kernel by adjtimex(2), which every time daemon keeps informed; needs no root."""
    what = "clock"
    timex = ctypes.create_string_buffer(TIMEX_BYTES)  # modes 0: nothing is set
    try:
        adjtimex = ctypes.CDLL(None, use_errno=True).adjtimex
    except (OSError, AttributeError):
        return Finding(what, "this system does not say whether its clock is synchronised")
    adjtimex(timex)
    word = ctypes.sizeof(ctypes.c_long)
    # modes, offset, freq, maxerror, esterror, status: an int, padded, four longs, an int
    status = ctypes.c_int.from_buffer(timex, 5 * word).value
    return clock_status(status)


def clock_status(status: int) -> Finding:
    if not status & STA_UNSYNC:
        return Finding("clock", "synchronised")
    return Finding(
        "clock",
        "not synchronised: a night may be dated wrong",
        "sudo timedatectl set-ntp true, then a minute with a network; without one: sudo date -s",
    )


_RUNTIMES = {
    "ai_edge_litert": "LiteRT",
    "tflite_runtime": "tflite-runtime",
    "model.c": "the bundle's own C, compiled here because no TensorFlow Lite runtime is installed,",
}


def bundle_runs(folder: Path | None) -> list[Finding]:
    """Check the bundle, and that a runtime here can run its model."""
    if folder is None:
        cure = "edgekit convert, or copy one here from where it was made"
        return [Finding("bundle", "none in bundles/", cure)]
    try:
        bundle = load_bundle(folder)
    except EdgekitError as error:
        return [Finding("bundle", str(error), "copy it here once more")]
    from ..decide.answer import BundleAnswer
    from ..decide.classifier import Classifier

    loaded = Finding("bundle", f"{folder}: {bundle.spec.domain}, {bundle.spec.rate_hz:g} Hz")
    try:
        model = BundleAnswer(bundle).model
        runtime = Classifier(bundle).runtime
    except EdgekitError as error:
        return [loaded, Finding("runtime", str(error), install_line("device"))]
    return [loaded, Finding("runtime", f"{_RUNTIMES.get(runtime, runtime)} runs {model.name}")]
