"""Raw public files, read as `edgekit data` does but with the lines left out counted."""

from pathlib import Path

from edgekit.recording import Recording
from edgekit.train.datasets import BadLines
from edgekit.train.datasets.content import read_content
from edgekit.train.datasets.formats import FORMATS


def read_file(path: Path) -> tuple[list[Recording], BadLines]:
    content = read_content(path)
    raw_format = next(known for known in FORMATS.values() if known.recognises(content))
    return raw_format.parse(content, path)
