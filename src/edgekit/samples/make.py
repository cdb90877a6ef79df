"""Make the samples again: train, convert, simulate, each by the command that a user would type.

Nothing is chosen: the net's own recipe and the first seed of all, for the net and for the night.
The same computer makes the same bytes; another one may round a training step otherwise, so
bundle.json holds the recipe, the accuracy that was measured and the digest of every file.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from edgekit.bundle import C_HEADER, C_SOURCE, DESCRIPTION, GOLDEN, MODEL, load_bundle
from edgekit.errors import EdgekitError
from edgekit.files import read_json, sha256, whole_file, whole_folder, write_json, write_text

from . import BUNDLE_NAME, NIGHT_NAME

NET, SEED = "mtl-net-micro", 0
MINUTES = 10
CARD = "card.md"
NOTE = (
    "Shipped with edgekit. It was trained and tested on **simulated people** alone: how well it "
    "reads a person's night was never measured. The ONNX model and the array for TensorFlow Lite "
    "Micro are left out here."
)
# What monitor, report, firmware and the Python API read; the rest is for other frameworks.
KEPT = (MODEL, C_SOURCE, C_HEADER, GOLDEN, CARD)


def make_samples(folder: Path) -> None:
    """Write the bundle and the night into `folder`; takes some minutes, most of them training."""
    with tempfile.TemporaryDirectory(prefix="edgekit-samples-") as place:
        run, bundle = (Path(place) / kind / BUNDLE_NAME for kind in ("run", "bundle"))
        night = Path(place) / NIGHT_NAME
        _edgekit("train", "--net", NET, "--seed", SEED, "--out", run)
        _edgekit("convert", run, "--out", bundle)
        _edgekit("simulate", night, "--hours", MINUTES / 60, "--seed", SEED)
        _keep(bundle, folder / BUNDLE_NAME)
        with whole_file(folder / NIGHT_NAME) as file:
            file.write(night.read_bytes())


def _edgekit(*words: str | int | float | Path) -> None:
    command = [sys.executable, "-m", "edgekit", *map(str, words)]
    print("$ edgekit", *command[3:], flush=True)
    if subprocess.run(command, check=False).returncode:
        raise EdgekitError(f"edgekit {words[0]} failed: see above. Nothing was replaced.")


def _keep(bundle: Path, target: Path) -> None:
    """Copy a bundle without the files that are for other frameworks, and check the copy."""
    fields = read_json(bundle / DESCRIPTION)
    del fields["run"]["digests"]["run.json"]  # it holds how long the training took
    with whole_folder(target) as folder:
        for name in KEPT:
            (folder / name).write_bytes((bundle / name).read_bytes())
        heading, rest = (folder / CARD).read_text().split("\n", 1)
        write_text(folder / CARD, f"{heading}\n\n{NOTE}\n{rest}")
        fields["files"] = {
            name: {"sha256": sha256(folder / name), "bytes": (folder / name).stat().st_size}
            for name in KEPT
        }
        write_json(folder / DESCRIPTION, fields)
    load_bundle(target)
