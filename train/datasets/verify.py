"""Verify that the WISDM files at hand are those that were published."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from edgekit.errors import EdgekitError

from . import wisdm
from .raw_files import read_content

DIGESTS = Path(__file__).with_name("wisdm_sha256.txt")  # SHA-256 of the 102 accelerometer files


@dataclass(frozen=True)
class Verdict:
    name: str
    state: Literal["ok", "differs", "missing"]


def verify_wisdm(folder: Path) -> list[Verdict]:
    """Judge each published accelerometer file, in name order; a .gz is judged unpacked.

    Raises UsageError where `folder` holds no WISDM file at all.
    """
    sources = wisdm.sources(folder)
    path_of = {Path(sources.name(path)).name: path for path in sources.files}
    lines = DIGESTS.read_text().splitlines()
    published = sorted((name, digest) for digest, name in map(str.split, lines))
    return [Verdict(name, _state(path_of.get(name), digest)) for name, digest in published]


def _state(path: Path | None, digest: str) -> Literal["ok", "differs", "missing"]:
    if path is None:
        return "missing"
    try:
        content = read_content(path)
    except EdgekitError:
        return "differs"
    return "ok" if hashlib.sha256(content).hexdigest() == digest else "differs"
