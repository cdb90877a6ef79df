"""A bundle as an Arduino library: a zip that the Arduino IDE imports.

The layout is that of arduino.github.io/arduino-cli/latest/library-specification.
"""

import zipfile
from pathlib import Path

from edgekit import __version__
from edgekit.bundle import Bundle
from edgekit.errors import UsageError
from edgekit.files import whole_file

from .bundle_header import bundle_header
from .check import check_bundle
from .toolchain import FOLDER

NAME = "EdgekitPosture"
TEMPLATES = FOLDER / "arduino"
EXAMPLE = "SleepPosture"
# The application's files in the library, with all that those include.
APPLICATION = (
    "src/adxl345/adxl345_registers.h",
    "src/adxl345/sensor_chip.h",
    "src/average.h",
    "src/window.h",
    "src/window.c",
    "src/decision.h",
    "src/decision.c",
    "include/edgekit_spec.h",
)
# Cores of 32 bits alone, because the C needs an int of 32 bits and more than 2 KB of RAM.
ARCHITECTURES = "esp32,mbed,mbed_nano,mbed_rp2040,nrf52,renesas_uno,rp2040,sam,samd,stm32"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the same bundle makes the same bytes


def export_arduino(bundle: Bundle, path: Path) -> None:
    """Write the zip, whole or not at all; raises EdgekitError for a bundle without C."""
    check_bundle(bundle)
    if path.suffix.lower() != ".zip":
        raise UsageError(f"the Arduino IDE reads a .zip, not {path.name}")
    with whole_file(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in sorted(library(bundle).items()):
            entry = zipfile.ZipInfo(f"{NAME}/{name}", EPOCH)
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, text, zipfile.ZIP_DEFLATED)


def library(bundle: Bundle) -> dict[str, bytes]:
    """Return the bytes of each file of the library by its path."""
    kernels = [path for ending in "chS" for path in (FOLDER / "nn").glob(f"*.{ending}")]
    sources = [
        *(bundle.folder / name for name in ("model.c", "model.h")),
        *kernels,
        *(FOLDER / name for name in APPLICATION),
        *(TEMPLATES / name for name in ("EdgekitPosture.h", "edgekit_posture.h")),
        TEMPLATES / "edgekit_posture.c",
    ]
    return {
        "library.properties": _properties(bundle).encode(),
        "README.md": _readme(bundle).encode(),
        "LICENSE": (TEMPLATES / "LICENSE").read_bytes(),
        "keywords.txt": (TEMPLATES / "keywords.txt").read_bytes(),
        f"examples/{EXAMPLE}/{EXAMPLE}.ino": (TEMPLATES / f"{EXAMPLE}.ino").read_bytes(),
        "src/edgekit_bundle.h": bundle_header(bundle, low_power=False).encode(),
        **{f"src/{path.name}": path.read_bytes() for path in sources},
    }


def _properties(bundle: Bundle) -> str:
    fields = {
        "name": NAME,
        "version": __version__,
        "author": "the edgekit authors",
        "maintainer": "the edgekit authors",
        "sentence": "Body postures from an accelerometer, by an int8 net in plain C.",
        "paragraph": f"Made of the edgekit bundle {bundle.name}: {bundle.spec.domain}, "
        f"{bundle.spec.rate_hz:g} Hz, {len(bundle.spec.postures)} postures.",
        "category": "Data Processing",
        "url": "README.md",  # a field that must be there; the project has no address
        "architectures": ARCHITECTURES,
        "includes": f"{NAME}.h",
    }
    return "".join(f"{name}={value}\n" for name, value in fields.items())


def _readme(bundle: Bundle) -> str:
    spec = bundle.spec
    return f"""\
# {NAME}

The edgekit bundle `{bundle.name}` ({spec.domain}, {spec.rate_hz:g} Hz) as an Arduino library.
Postures: {", ".join(spec.postures)}. Placements: {", ".join(spec.placements)}.

Open the example {EXAMPLE}: it reads an ADXL345 over Wire. With another sensor, call
`addG(x, y, z)` with g, `rateHz()` times a second; it is true when there is a new answer, one each
{spec.hop / spec.rate_hz:g} s.

Digest of the bundle: {bundle.digest}. It was compiled for Cortex-M0+ and M4; not run on hardware.
"""
