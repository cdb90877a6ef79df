"""Parse all files of a data set; a damaged one is left out and named."""

import hashlib
from dataclasses import dataclass

from edgekit.errors import EdgekitError
from edgekit.recording import Recording

from .formats import Format
from .lines import BadLines
from .raw_files import Sources, read_content


@dataclass(frozen=True)
class Parsed:
    recordings: list[Recording]
    digests: dict[str, str]  # name of a file that was read -> sha256 of its unpacked content
    bad_lines: BadLines
    damaged: dict[str, str]  # file name -> why it was left out


def parse_all(raw_format: Format, sources: Sources) -> Parsed:
    """Parse every file. Raises EdgekitError where not one could be read."""
    parsed = Parsed([], {}, BadLines(), {})
    for path in sources.files:
        name = sources.name(path)
        try:
            content = read_content(path)
            recordings, bad = raw_format.parse(content, path)
        except EdgekitError as error:
            parsed.damaged[name] = str(error)
            continue
        parsed.recordings.extend(recordings)
        parsed.bad_lines.update(bad)
        parsed.digests[name] = hashlib.sha256(content).hexdigest()
    if not parsed.recordings:
        first = next(iter(parsed.damaged.values()))
        raise EdgekitError(
            f"none of {len(sources.files)} files in {sources.root} can be read; the first: {first}"
        )
    for path in sources.beside:
        parsed.digests[sources.name(path)] = hashlib.sha256(read_content(path)).hexdigest()
    return parsed
