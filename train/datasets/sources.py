"""Which files a data set is read from, and the folder where data lies."""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from edgekit.errors import UsageError

from .content import plain_name


@dataclass(frozen=True)
class Sources:
    root: Path  # what the files are named relative to
    files: tuple[Path, ...]  # each holds recordings
    beside: tuple[Path, ...] = ()  # files that are read along with them

    def name(self, path: Path) -> str:
        return path.relative_to(self.root).with_name(plain_name(path)).as_posix()


def data_folder(data_dir: Path | None) -> Path:
    """`data_dir`, else $EDGEKIT_DATA, else ../shared/data; UsageError where that is no folder."""
    folder = data_dir or Path(os.environ.get("EDGEKIT_DATA") or Path("..", "shared", "data"))
    if not folder.is_dir():
        raise UsageError(
            f"no data folder at {folder}: name one with --data-dir or EDGEKIT_DATA, or take the "
            "data set 'synthetic'."
        )
    return folder


def either(paths: Iterable[Path], name: str) -> tuple[Path, ...]:
    """The files whose published name matches `name`, sorted; of a file and its .gz, the file."""
    kept: dict[Path, Path] = {}
    for path in sorted(paths, reverse=True):  # x.txt.gz comes before x.txt, which replaces it
        if re.fullmatch(name, plain_name(path), re.IGNORECASE) and path.is_file():
            kept[path.with_name(plain_name(path))] = path
    return tuple(kept[published] for published in sorted(kept))
