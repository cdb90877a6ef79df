"""Read any file that holds acceleration: a recording, a night, a logger's, a public set's, a table.

The content decides what a file is. Two public sets, HAPT and Sleep, hold bare columns of numbers:
they are known by their published names.
"""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np

from edgekit.errors import EdgekitError
from edgekit.night.file import SQLITE_MAGIC
from edgekit.night.gapless import gapless_stretches, missing_log
from edgekit.night.reader import open_night
from edgekit.recording import Recording, load_recording
from edgekit.recording_doubts import doubts
from edgekit.text import one_line

from . import edf, hapt, mhealth, sleep, wisdm
from .formats import Format
from .imported import Imported
from .loggers import is_logger, parse_logger
from .raw_files import has_array, plain_name, read_content
from .tables import TableOptions, is_parquet, parse_parquet, parse_table

BY_CONTENT: tuple[Format, ...] = (wisdm, mhealth)  # public sets whose lines no other file has
UNLABELLED_NIGHT = "no labels: a night's decisions are a net's, not the truth"


def read_any(path: Path, options: TableOptions | None = None) -> Imported:
    """Read a file to Recordings; `options` decides what a table leaves open.

    Raises UsageError where there is no file, its format is not known, an option is impossible or a
    table needs one; EdgekitError where it is damaged.
    """
    options = options or TableOptions()
    options.check()
    try:
        imported = _read(path, options).measured()
    except EdgekitError as error:  # it quotes the file, which may hold anything
        raise type(error)(one_line(str(error))) from None
    imported.check(path)
    recordings = [
        replace(
            recording,
            subject=options.subject or one_line(recording.subject),
            placement=options.placement or one_line(recording.placement),
            label_names=tuple(map(one_line, recording.label_names)),
        )
        for recording in imported.recordings
    ]
    notes = tuple(map(one_line, (*imported.notes, *map(str, doubts(recordings)))))
    return replace(imported, recordings=recordings, layout=one_line(imported.layout), notes=notes)


def _read(path: Path, options: TableOptions) -> Imported:
    content = read_content(path)
    if content.startswith(SQLITE_MAGIC):
        return _read_night(path)
    if has_array(content, "header"):
        recording = load_recording(path)
        return Imported([recording], "g", "edgekit recording", 0, Counter())
    if is_logger(content):
        logger = parse_logger(content, path)
        gaps = max(0, len(logger.recordings) - 1)
        return Imported(
            logger.recordings, "g", "research logger", gaps, logger.bad_blocks, logger.notes
        )
    for public in BY_CONTENT:
        if options.columns is None and public.recognises(content):
            return public.parse(content, path)
    if has_array(content, "acc_g") or hapt.NAME.fullmatch(plain_name(path)):
        return hapt.parse(content, path)
    if sleep.NAME.fullmatch(plain_name(path)):
        return sleep.parse(content, path)
    if is_parquet(content):
        return parse_parquet(content, path, options)
    if edf.recognises(content):
        return edf.parse(content, path, options)
    return parse_table(content, path, options)


def _read_night(path: Path) -> Imported:
    """Join a night's blocks to gapless Recordings, without labels: its decisions are no truth."""
    with open_night(path) as night:
        notes = (UNLABELLED_NIGHT, *((missing_log(night),) if night.lacks_log else ()))
        subject = night.meta.subject or plain_name(path).partition(".")[0]
        recordings = [
            Recording(
                xyz_g=stretch.xyz_g,
                rate_hz=stretch.rate_hz,
                subject=subject,
                placement="unknown",
                start_s=stretch.start_s,
                clock="utc" if night.meta.clock == "utc" else "device",
                source=path.name,
            )
            for stretch in gapless_stretches(night)
        ]
    if not all(np.isfinite(recording.xyz_g).all() for recording in recordings):
        raise EdgekitError(f"{path} is damaged: it holds samples that are not numbers")
    gaps = len(recordings) - 1
    return Imported(recordings, "g", "edgekit night", gaps, Counter(), notes)
