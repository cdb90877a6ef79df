"""The machine that the figures are of."""

import os
import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = (
    "ai-edge-litert",
    "numpy",
    "onnxruntime",
    "tflite-micro",
    "torch",
    "unicorn",
    "ziglang",
)


@dataclass(frozen=True)
class Machine:
    processor: str
    cores: int  # that this process may use
    memory_gb: float
    system: str
    python: str
    packages: dict[str, str]  # version by name

    def __str__(self) -> str:
        return f"{self.processor}, {self.cores} cores, {self.system}, Python {self.python}"


def this_machine() -> Machine:
    return Machine(
        processor=_processor(),
        cores=len(os.sched_getaffinity(0)),
        memory_gb=round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9, 1),
        system=f"{platform.system()} {platform.release().split('-')[0]}, {platform.machine()}",
        python=platform.python_version(),
        packages={name: found for name in PACKAGES if (found := _version(name))},
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _processor() -> str:
    """A Raspberry Pi's name stands under Model, an x86's under model name."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    named = dict(line.split(":", 1) for line in lines if ":" in line)
    fields = {name.strip(): value.strip() for name, value in named.items()}
    return fields.get("model name") or fields.get("Model") or platform.machine()
