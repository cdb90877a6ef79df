"""Raw public files, read as `edgekit data` does but with the lines left out counted."""

from pathlib import Path

from edgekit.recording import Recording
from edgekit.train.datasets import BadLines
from edgekit.train.datasets.formats import FORMATS
from edgekit.train.datasets.raw_files import read_content


def read_file(path: Path) -> tuple[list[Recording], BadLines]:
    content = read_content(path)
    raw_format = next(known for known in FORMATS.values() if known.recognises(content))
    return raw_format.parse(content, path)
