"""List the raw public formats, and read any file of one of them."""

import shlex
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from edgekit.errors import UsageError
from edgekit.names import pick
from edgekit.recording import load_recording
from edgekit.spec import Spec

from . import hapt, mhealth, sleep, wisdm
from .defaults import TrainingDefaults
from .imported import Imported
from .raw_files import Sources, has_array, read_content


class Format(Protocol):
    """What each format's module offers."""

    @property
    def SPEC(self) -> Spec:  # noqa: N802 (a module's constant)
        """Rate, labels and front end, one of edgekit.spec.DOMAINS."""

    @property
    def SHAPE(self) -> str:  # noqa: N802
        """A line for users: the data set, its files' names and what a line holds."""

    @property
    def TRAINING(self) -> TrainingDefaults:  # noqa: N802
        """How a net is trained on it where the user says nothing."""

    def recognises(self, content: bytes, /) -> bool:
        """Tell whether a file with this content is in the format."""

    def parse(self, content: bytes, path: Path, /) -> Imported:
        """Return gapless recordings in g, and how the file was understood.

        Raises EdgekitError where the content is damaged.
        """

    def sources(self, folder: Path, /) -> Sources:
        """Find the data set's files in a data folder. Raises UsageError where there are none."""


# A new data set is a module here and an entry; its Spec stands in edgekit.spec.DOMAINS.
FORMATS: Mapping[str, Format] = MappingProxyType(
    {"wisdm": wisdm, "mhealth": mhealth, "hapt": hapt, "sleep": sleep}
)


def training_defaults(domain: str) -> TrainingDefaults:
    """Return what training does by default with data of a `Spec.domain`.

    Raises UsageError for an unknown domain.
    """
    return FORMATS[pick("domain", domain, FORMATS)].TRAINING


def read_raw(path: Path) -> Imported:
    """Read one raw public file or one edgekit recording (.npz).

    The content decides the format, the name decides subject, placement and label. Raises UsageError
    where there is no file or its format is not known, EdgekitError where it is damaged.
    """
    content = read_content(path)
    if has_array(content, "header"):
        return Imported([load_recording(path)], "g", "edgekit recording", 0, Counter())
    imported = _format_of(content, path).parse(content, path).measured()
    imported.check(path)
    return imported


def _format_of(content: bytes, path: Path) -> Format:
    for raw_format in FORMATS.values():
        if raw_format.recognises(content):
            return raw_format
    shapes = "\n  ".join(raw_format.SHAPE for raw_format in FORMATS.values())
    raise UsageError(
        f"{path} is in no format that edgekit reads by itself. Make a recording of it first: "
        f"edgekit data import {shlex.quote(str(path))} --out recordings\n"
        f"Read as they are, also gzipped:\n  {shapes}"
    )
