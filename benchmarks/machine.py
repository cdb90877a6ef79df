"""The machine that measured the figures: processor, system, versions of packages."""

import os
import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from edgekit.programs import cores

PACKAGES = ("ai-edge-litert", "numpy", "onnxruntime", "tflite-micro", "torch", "unicorn", "ziglang")


@dataclass(frozen=True)
class Computer:
    processor: str
    cores: int  # that this process may use
    memory_gb: float
    system: str
    python: str
    packages: dict[str, str]  # version by name

    def __str__(self) -> str:
        return f"{self.processor}, {self.cores} cores, {self.system}, Python {self.python}"


def this_machine() -> Computer:
    return Computer(
        processor=processor(),
        cores=cores(),
        memory_gb=round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9, 1),
        system=f"{platform.system()} {platform.release().split('-')[0]}, {platform.machine()}",
        python=platform.python_version(),
        packages={name: number for name in PACKAGES if (number := _version(name))},
    )


def _version(package: str) -> str:
    """Return the version, empty where the package is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def processor() -> str:
    """Return the name in /proc/cpuinfo: `model name` of an x86, `Model` of a Raspberry Pi."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    pairs = (line.split(":", 1) for line in lines if ":" in line)
    fields = {name.strip(): value.strip() for name, value in pairs}
    return fields.get("model name") or fields.get("Model") or platform.machine()
