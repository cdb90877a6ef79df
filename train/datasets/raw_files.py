"""Find and unpack the raw files of a data set."""

import gzip
import io
import os
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError, UsageError
from edgekit.files import npz_fault

BESIDE_THE_REPOSITORY = Path("..", "shared", "data")
MOST_BYTES = 4 << 30  # more than any logger stores
AT_MOST = f"at most {MOST_BYTES:,} are read"
MOST_UNPACKED = 1 << 29  # a small .gz may unpack to more than a memory holds
GZIP_MAGIC = b"\x1f\x8b"
ZIP_MAGIC = b"PK"


@dataclass(frozen=True)
class Sources:
    """The files that a data set is read from."""

    root: Path  # what the files are named relative to
    files: tuple[Path, ...]  # each holds recordings
    beside: tuple[Path, ...] = ()  # files that are read along with them

    def name(self, path: Path) -> str:
        """Return a file's published name, relative to the root."""
        return path.relative_to(self.root).with_name(plain_name(path)).as_posix()


def data_folder(data_dir: Path | None) -> Path:
    """Return `data_dir`, else $EDGEKIT_DATA, else ../shared/data where the repository has it.

    Raises UsageError where that is no folder.
    """
    named = data_dir or os.environ.get("EDGEKIT_DATA")
    folder = Path(named or BESIDE_THE_REPOSITORY)
    if not folder.is_dir():
        where = f"no data folder at {named}" if named else "no data folder is named"
        raise UsageError(
            f"{where}: name one with --data-dir or EDGEKIT_DATA, or simulate: --dataset synthetic"
        )
    return folder


def either(folder: Path, pattern: str, name: str) -> tuple[Path, ...]:
    """Return files below `folder` whose published name matches `name`, sorted.

    `pattern` is a glob; case matters nowhere, as disks and archives change it. Of a file and its
    .gz, the file.
    """
    chosen: dict[Path, Path] = {}
    for path in sorted(
        folder.glob(_any_case(pattern)), reverse=True
    ):  # x.txt.gz comes before x.txt, which replaces it
        if re.fullmatch(name, plain_name(path), re.IGNORECASE) and path.is_file():
            chosen[path.with_name(plain_name(path))] = path
    return tuple(chosen[published] for published in sorted(chosen))


def folders(root: Path, *names: str) -> list[Path]:
    """Return the folders of these names below `root`, in any case; "" is the root itself."""
    found = [
        path for name in names for path in (sorted(root.glob(_any_case(name))) if name else [root])
    ]
    return [path for path in found if path.is_dir()]


def _any_case(pattern: str) -> str:
    return "".join(f"[{c.lower()}{c.upper()}]" if c.isalpha() else c for c in pattern)


def read_content(path: Path) -> bytes:
    """Read the bytes of a file, unpacked if it is a gzip.

    Raises UsageError where there is no such file, EdgekitError where it is empty or damaged.
    """
    if path.is_dir():
        raise UsageError(f"{path} is a folder; one raw file is needed")
    if path.exists() and not path.is_file():
        raise UsageError(f"{path} is a pipe or a device; one raw file is needed")
    try:
        if path.stat().st_size > MOST_BYTES:
            raise EdgekitError(f"{path} has {path.stat().st_size:,} bytes; {AT_MOST}")
        content = path.read_bytes()
        if content.startswith(GZIP_MAGIC):
            with gzip.open(io.BytesIO(content)) as unpacked:
                content = unpacked.read(MOST_UNPACKED + 1)
            if len(content) > MOST_UNPACKED:
                raise EdgekitError(
                    f"{path} unpacks to over {MOST_UNPACKED:,} bytes: unpack it first"
                )
    except FileNotFoundError:
        raise UsageError(f"no file at {path}") from None
    except (OSError, EOFError, zlib.error) as error:
        raise EdgekitError(f"{path} cannot be read: {error}. Get the file again.") from None
    if not content.strip():
        raise EdgekitError(f"{path} is empty. Get the file again.")
    return content


def plain_name(path: Path) -> str:
    """Return the file's name as published, before it was packed: without `.gz`."""
    return path.name[:-3] if path.name.lower().endswith(".gz") else path.name


def has_array(content: bytes, name: str) -> bool:
    """Tell whether this is an .npz with such an array, by the names in its directory."""
    return content.startswith(ZIP_MAGIC) and f"{name}.npy".encode() in content


def read_arrays(content: bytes, path: Path, names: tuple[str, ...]) -> list[NDArray[Any]]:
    """Read arrays of one length from an .npz. Raises EdgekitError if one is missing or damaged."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            if missing := [name for name in names if name not in archive.files]:
                raise EdgekitError(
                    f"{path} holds {', '.join(archive.files)}, and no {', '.join(missing)}: its "
                    "arrays are not those of a set that edgekit reads. Write its samples in g as "
                    "a recording (docs/recording.md shows ten lines), or as a table"
                )
            arrays = [np.asarray(archive[name]) for name in names]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise EdgekitError(
            f"{path} is a damaged .npz: {npz_fault(error)}. Get the file again."
        ) from None
    if len({len(array) for array in arrays}) != 1:
        raise EdgekitError(f"{path}: the arrays {', '.join(names)} differ in length")
    return arrays
