"""Bundle: a deployable model that describes itself; one folder, every file under its digest."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError, UsageError
from edgekit.files import read_json, sha256
from edgekit.front_end import read_g
from edgekit.spec import INPUT_SCALE, Spec

BUNDLES = Path("bundles")  # where bundles lie if nobody names a folder
FORMAT = "edgekit bundle"
VERSION = 2  # 1: before the front end of two gains
DESCRIPTION = "bundle.json"
MODEL = "model.tflite"
ONNX = "model.onnx"
C_SOURCE, C_HEADER = "model.c", "model.h"
GOLDEN = "golden.bin"


@dataclass(frozen=True)
class Quantisation:
    """real = scale * (q - zero_point), q int8."""

    scale: float
    zero_point: int

    def dequantise(self, q: NDArray[np.int8]) -> NDArray[np.float32]:
        """Return the real values of int8 ones."""
        return (q.astype(np.float32) - self.zero_point) * np.float32(self.scale)


@dataclass(frozen=True)
class Bundle:
    """A bundle whose every file was checked against its digest."""

    folder: Path
    spec: Spec
    posture: Quantisation  # of output 0, the posture logits
    placement: Quantisation  # of output 1, the placement logits
    digest: str  # sha256 of bundle.json, and through it of every file
    fields: dict[str, Any]  # all of bundle.json

    def __repr__(self) -> str:
        spec = self.spec
        return f"<bundle {self.name}: {len(spec.postures)} {spec.domain} classes, {self.folder}>"

    def read(self, xyz_g: NDArray[np.floating]) -> NDArray[np.int8]:
        """Return windows (..., window, 3) in g as the model's input, (..., window, channels)."""
        return read_g(xyz_g, self.spec.front_end)

    @property
    def model(self) -> Path:
        return self.folder / MODEL

    @property
    def name(self) -> str:
        return self.folder.resolve().name


def load_bundle(folder: str | Path) -> Bundle:
    """Read a bundle and check every file of it.

    Raises UsageError when there is no bundle, EdgekitError when it is damaged or of another
    version.
    """
    folder = Path(folder)
    description = folder / DESCRIPTION
    if not description.is_file():
        raise UsageError(
            f"no bundle at {folder}: it holds no {DESCRIPTION}. Make one with: edgekit convert"
        )
    fields = read_json(description)
    if (fields.get("format"), fields.get("version")) != (FORMAT, VERSION):
        raise EdgekitError(
            f"{description} is {fields.get('format')!r} version {fields.get('version')!r}; "
            f"this edgekit reads {FORMAT!r} version {VERSION}. Train and convert it again: "
            "edgekit train, then edgekit convert"
        )
    try:
        bundle = Bundle(
            folder=folder,
            spec=Spec.from_json(fields["spec"]),
            posture=_quantisation(fields["outputs"][0]),
            placement=_quantisation(fields["outputs"][1]),
            digest=hashlib.sha256(description.read_bytes()).hexdigest(),
            fields=fields,
        )
        digests = {str(name): str(entry["sha256"]) for name, entry in fields["files"].items()}
        digests[MODEL]  # raises KeyError for a bundle without a model
        _check_input(fields["input"], bundle.spec)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise EdgekitError(f"{description} is damaged: {error!r}. Convert the run again.") from None
    for name, digest in digests.items():
        _check(folder / name, digest)
    return bundle


def _check_input(entry: dict[str, Any], spec: Spec) -> None:
    """Raises ValueError when the model's input is not what the spec's front end makes."""
    shape = list(spec.input_shape)
    if entry["shape"] != shape or _quantisation(entry) != Quantisation(INPUT_SCALE, 0):
        raise ValueError(
            f"its input is {entry['shape']} of scale {entry['scale']} and zero point "
            f"{entry['zero_point']}; its front end makes {shape} of {INPUT_SCALE} and 0"
        )


def _quantisation(entry: dict[str, Any]) -> Quantisation:
    return Quantisation(float(entry["scale"]), int(entry["zero_point"]))


def _check(path: Path, digest: str) -> None:
    if not path.is_file():
        raise EdgekitError(
            f"the bundle lacks {path.name}: {path} is missing. Convert the run again."
        )
    if sha256(path) != digest:
        raise EdgekitError(
            f"{path} is not the file that its bundle.json describes (SHA-256 differs): it was "
            "changed or damaged on the way. Copy the bundle again, or convert the run again."
        )
