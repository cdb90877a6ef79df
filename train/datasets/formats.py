"""The raw public formats, and any one file of them."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from edgekit.errors import UsageError
from edgekit.recording import Recording, load_recording
from edgekit.spec import Spec

from . import hapt, mhealth, sleep, wisdm
from .content import has_array, read_content
from .lines import BadLines
from .sources import Sources


class Format(Protocol):
    """What each format's module offers."""

    @property
    def SPEC(self) -> Spec: ...  # noqa: N802 (a module's constant)

    @property
    def SHAPE(self) -> str: ...  # noqa: N802

    def recognises(self, content: bytes, /) -> bool: ...

    def parse(self, content: bytes, path: Path, /) -> tuple[list[Recording], BadLines]: ...

    def sources(self, folder: Path, /) -> Sources: ...


FORMATS: Mapping[str, Format] = MappingProxyType(
    {"wisdm": wisdm, "mhealth": mhealth, "hapt": hapt, "sleep": sleep}
)


def read_raw(path: Path) -> list[Recording]:
    """The recordings, in g, of one raw public file or of one edgekit recording (.npz).

    The content tells the format, the name tells subject, placement and label. Raises UsageError
    where there is no file or its format is not known, EdgekitError where it is damaged.
    """
    content = read_content(path)
    if has_array(content, "header"):
        return [load_recording(path)]
    recordings, _ = _format_of(content, path).parse(content, path)
    return recordings


def read_file(path: Path) -> tuple[list[Recording], BadLines]:
    """As `read_raw` of a public format, with the lines left out counted by cause."""
    content = read_content(path)
    return _format_of(content, path).parse(content, path)


def _format_of(content: bytes, path: Path) -> Format:
    for raw_format in FORMATS.values():
        if raw_format.recognises(content):
            return raw_format
    shapes = "\n  ".join(raw_format.SHAPE for raw_format in FORMATS.values())
    raise UsageError(
        f"{path} is in no format that edgekit reads. It reads, also gzipped:\n  {shapes}"
    )
