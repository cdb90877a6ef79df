"""Write dataset.toml for the recordings of a folder, or add to it what is new.

A file that is there keeps its comments, its order and what the user wrote: new labels are added at
the ends of its lists, new subjects as tables at its end.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from edgekit.errors import EdgekitError
from edgekit.files import write_text
from edgekit.recording import Recording
from edgekit.resample import CLOCK_TOLERANCE
from edgekit.spec import SLEEP
from edgekit.text import counted

from .description import (
    FORMAT,
    NAME,
    NOWHERE,
    VERSION,
    Description,
    check_name,
    parse_description,
    plain,
    read_description,
)
from .recordings import RecordingFile, read_folder, used_labels

# Of a new set: people's movement ends below 20 Hz, which 50 Hz keeps. The firmware can make each of
# these from a rate of its sensor.
RATES_HZ = (50.0, 25.0, 20.0, 12.5, 10.0, 5.0, 1.0)
REACHED_BY = 0.9  # share of the recorded time that must reach the rate of a new set
TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'|#[^\n]*|[\],]|\s+|.', re.DOTALL)


@dataclass(frozen=True)
class _Found:
    """What the recordings of a folder hold, each name once, in the order of appearance."""

    postures: tuple[str, ...]
    placements: tuple[str, ...]
    subjects: tuple[str, ...]
    rate_hz: float


def describe_folder(folder: Path, *, is_sleep: bool = False) -> str | None:
    """Create FOLDER/dataset.toml, or add to it what the recordings have; return it in a line.

    `is_sleep`: the axes are the body's; a new dataset.toml says so where all postures are sleep's.
    Returns None where no recording is labelled and there is no dataset.toml. Raises EdgekitError
    where dataset.toml is wrong, or is written in a way that cannot be added to: what to add is
    named then.
    """
    path = folder / NAME
    old = read_description(folder) if path.is_file() else None
    found = _found(folder, old)
    if old is None:
        if not found.postures:
            return None
        return _create(path, found, is_sleep)
    new = replace(
        old,
        postures=(*old.postures, *(n for n in found.postures if n not in old.postures)),
        placements=(*old.placements, *(n for n in found.placements if n not in old.placements)),
        subjects=dict(old.subjects) | {s: {} for s in found.subjects if s not in old.subjects},
    )
    if new == old:
        return f"{path} is as it was: no label, placement or subject is new"
    added = _added(old, new)
    text = _extended(path.read_text(encoding="utf-8-sig"), old, new)
    try:
        is_right = parse_description(text) == new
    except ValueError:
        is_right = False
    if not is_right:
        raise EdgekitError(f"{path} cannot be added to as it is written. Add to it: {added}")
    write_text(path, text)
    return f"{path} extended: {added}"


def new_rate_hz(recordings: Iterable[Recording]) -> float:
    """Return the highest of RATES_HZ that 90 % of the recorded time reaches, else the lowest."""
    pairs = [(recording.rate_hz, recording.duration_s) for recording in recordings]
    total_s = sum(seconds for _, seconds in pairs)
    for rate_hz in RATES_HZ:
        least_hz = rate_hz * (1 - CLOCK_TOLERANCE)
        if sum(s for hz, s in pairs if hz >= least_hz) >= REACHED_BY * total_s:
            return rate_hz
    return RATES_HZ[-1]


def description_text(description: Description) -> str:
    """Return a dataset.toml."""
    lines = [
        "# A data set: this file, and the recordings (.npz) in this folder and below.",
        f"format = {_quoted(FORMAT)}",
        f"version = {VERSION}",
        f"name = {_quoted(description.name)}",
        f"rate_hz = {description.rate_hz:g}  # windows of 100 samples are cut at this rate",
        "# domain = \"sleep\"  # where axes are the body's and postures sleep's",
        f"postures = {_list(description.postures)}",
        f"placements = {_list(description.placements)}",
        f"licence = {_quoted(description.licence)}",
        f"note = {_quoted(description.note)}",
    ]
    if description.is_sleep:
        lines[5] = 'domain = "sleep"'
    return "\n".join(lines) + "\n" + _tables(description.subjects)


def _found(folder: Path, description: Description | None) -> _Found:
    files = [file for file in read_folder(folder, description) if isinstance(file, RecordingFile)]
    recordings = [recording for file in files for recording in file.recordings]
    labelled = [recording for recording in recordings if used_labels(recording)]
    places = _once(recording.placement for recording in labelled)
    return _Found(
        _once(name for recording in labelled for name in used_labels(recording)),
        tuple(place for place in places if place not in NOWHERE) or places[:1] or ("unknown",),
        tuple(s for s in _once(recording.subject for recording in labelled) if s),
        new_rate_hz(labelled or recordings),
    )


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(plain, names)))


def _create(path: Path, found: _Found, is_sleep: bool) -> str:
    postures = SLEEP.in_its_words(found.postures) if is_sleep else found.postures
    is_sleep = is_sleep and set(postures) <= set(SLEEP.postures)
    if is_sleep:
        postures = tuple(posture for posture in SLEEP.postures if posture in postures)
    description = Description(
        _free_name(path.parent.resolve().name),
        found.rate_hz,
        postures,
        tuple(place or "unknown" for place in found.placements),
        is_sleep=is_sleep,
        subjects={subject: {} for subject in found.subjects},
    )
    text = description_text(description)
    try:
        parse_description(text)
    except ValueError as error:  # a label in the recordings that none can be
        raise EdgekitError(f"{path} cannot be written for these recordings: {error}") from None
    write_text(path, text)
    return (
        f"{path}: {counted(len(found.postures), 'label')}, "
        f"{counted(len(found.placements), 'placement')}, "
        f"{counted(len(found.subjects), 'subject')}, windows at {found.rate_hz:g} Hz "
        "(change rate_hz there for another)"
    )


def _free_name(folder: str) -> str:
    """Return a data set's name after its folder's, changed where that cannot be one."""
    name = "".join(c if c.isalnum() or c in " ._-" else "-" for c in plain(folder)).strip(" ._-")
    while len(name.encode()) > 30:
        name = name[:-1].strip(" ._-")
    for candidate in (name, f"own {name}"):
        try:
            return check_name(candidate)
        except ValueError:
            continue
    return "own recordings"


def _added(old: Description, new: Description) -> str:
    lists = {
        "postures": new.postures[len(old.postures) :],
        "placements": new.placements[len(old.placements) :],
        "subjects": tuple(subject for subject in new.subjects if subject not in old.subjects),
    }
    return "; ".join(
        f"{key} {', '.join(map(_quoted, names))}" for key, names in lists.items() if names
    )


def _extended(text: str, old: Description, new: Description) -> str:
    text = _with_items(text, "postures", new.postures[len(old.postures) :])
    text = _with_items(text, "placements", new.placements[len(old.placements) :])
    fresh = [subject for subject in new.subjects if subject not in old.subjects]
    return (text if text.endswith("\n") else text + "\n") + _tables(fresh)


def _with_items(text: str, key: str, names: Sequence[str]) -> str:
    """Add items at the end of the list `key`, in the list's own layout."""
    begin = re.search(rf"^{key}[ \t]*=[ \t]*\[", text, re.MULTILINE)
    if not names or begin is None:
        return text
    after_value, has_comma = begin.end(), True  # an empty list needs no comma
    for token in TOKEN.finditer(text, begin.end()):
        if token[0] == "]":
            break
        if token[0] == ",":
            has_comma = True
        elif token[0][0] in "\"'":
            after_value, has_comma = token.end(), False
    else:
        return text
    line_start = text.rfind("\n", 0, token.start()) + 1
    if line_start > begin.end() and not text[line_start : token.start()].strip():
        items = "".join(f"    {_quoted(name)},\n" for name in names)
        comma = "" if has_comma else ","
        return text[:after_value] + comma + text[after_value:line_start] + items + text[line_start:]
    items = ", ".join(map(_quoted, names))
    rest = text[after_value : token.start()]
    if "#" in rest:  # a comment would swallow what is added on its line
        return text
    lead = "" if after_value == begin.end() else ", "
    return f"{text[:after_value]}{lead}{items}{text[token.start() :]}"


def _tables(subjects: Iterable[str]) -> str:
    return "".join(f"\n[subjects.{_key(subject)}]\n" for subject in subjects)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _quoted(name)


def _list(names: Sequence[str]) -> str:
    line = f"[{', '.join(map(_quoted, names))}]"
    if len(line) <= 80:
        return line
    return "[\n" + "".join(f"    {_quoted(name)},\n" for name in names) + "]"


def _quoted(text: str) -> str:
    """Return a TOML string: JSON's escapes are TOML's too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
