"""Check the installation: whose command `edgekit` is, and what drives a motor's pin."""

import importlib.util
import os
import sys
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from edgekit.distribution import NAME, wheel_line

from ..monitor.vibrator import LGPIO
from .finding import Finding

OTHERS = "edgekit"  # another product's name in the package index, and its command's
OUR_MODULE = "edgekit.__main__"  # what the script of our command imports
MOST_SCRIPT_BYTES = 1 << 20


def whose_command(
    installed: Iterable[metadata.Distribution] | None = None, search_path: str | None = None
) -> Finding:
    """Check that no other product's `edgekit` lies in this environment, or first on the PATH."""
    what = "command"
    distributions = metadata.distributions(name=OTHERS) if installed is None else installed
    if not all(_is_of_ours(each) for each in distributions):
        return Finding(
            what,
            f"another product called {OTHERS} is installed in this environment, in the same folder",
            f"{sys.executable} -m pip uninstall {OTHERS}, then install {NAME} again: "
            f"{wheel_line('device', again=True)}",
        )
    scripts = _scripts(os.environ.get("PATH", "") if search_path is None else search_path)
    others = [path for path in scripts if not _is_ours(path)]
    if others and others[0] == scripts[0]:
        return Finding(
            what,
            f"{others[0]} comes first on the PATH and is another product's",
            f"uninstall it (pipx uninstall {OTHERS}, pip uninstall {OTHERS}), or type: "
            f"{sys.executable} -m edgekit",
        )
    if others:
        return Finding(what, f"{scripts[0]}; later on the PATH another product's {others[0]}")
    return Finding(what, str(scripts[0]) if scripts else f"not on the PATH: {sys.executable}")


def pin_driver(is_needed: bool) -> Finding:
    """Check that gpiozero finds lgpio to drive the motor's pin by; wrong only where one is set."""
    what = "motor"
    if importlib.util.find_spec("lgpio") is not None:
        return Finding(what, "lgpio drives its pin")
    saw = "lgpio is not here, without which --alarm-pin does not vibrate"
    return Finding(what, saw, LGPIO) if is_needed else Finding(what, f"{saw}. {LGPIO}")


def _is_of_ours(distribution: metadata.Distribution) -> bool:
    """Tell whether a distribution is ours, which was called edgekit once, by its command."""
    commands = distribution.entry_points.select(group="console_scripts", name=OTHERS)
    return all(OUR_MODULE in each.value for each in commands)


def _scripts(search_path: str) -> list[Path]:
    """Return every command called edgekit, the one that a shell takes first."""
    names = ("edgekit", "edgekit.exe") if os.name == "nt" else ("edgekit",)
    return [
        Path(folder) / name
        for folder in dict.fromkeys(search_path.split(os.pathsep))
        for name in names
        if folder and os.access(Path(folder) / name, os.X_OK) and (Path(folder) / name).is_file()
    ]


def _is_ours(script: Path) -> bool:
    """Tell whether a command is edgekit-wearable's, by what its script imports."""
    try:
        with script.open("rb") as file:
            text = file.read(MOST_SCRIPT_BYTES)
    except OSError:
        return True  # unreadable is no proof of another product
    return OUR_MODULE.encode() in text or not text.startswith(b"#!")
