"""Find the run that a bundle was made from, by its digests: a bundle holds no path of it."""

from collections.abc import Sequence
from pathlib import Path

from edgekit.bundle import Bundle
from edgekit.files import sha256
from edgekit.run import RUNS


def places(bundle: Bundle) -> list[Path]:
    """Return where the run is looked for: in runs/, beside the bundle, in runs/ beside bundles/."""
    name, beside = str(bundle.fields["run"]["name"]), bundle.folder.resolve().parent
    folders = (RUNS / name, beside / name, beside.parent / RUNS / name)
    first: dict[Path, Path] = {}  # runs/ here may also be beside bundles/
    for folder in folders:
        first.setdefault(folder.resolve(), folder)
    return list(first.values())


def run_of(bundle: Bundle, folders: Sequence[Path] = ()) -> Path | None:
    """Return the run that a bundle was made from: one of `folders`, or of `places`.

    A folder is its run when the weights and run.json have the digests that the bundle names.
    """
    for folder in (*folders, *places(bundle)):
        digests = bundle.fields["run"]["digests"]
        if all(
            (folder / file).is_file() and sha256(folder / file) == digest
            for file, digest in digests.items()
        ):
            return folder
    return None
