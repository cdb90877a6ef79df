"""Parse the files of a data set, and cache the recordings as one Parquet file for quick loading.

A cache is a folder of two files, `index.json` and `samples.parquet`, where `cache_folder` says. It
is used only if it was written from these very files (name, size, time of change) by
this version, and its digest, over both files, is right; else it is written anew.
"""

import hashlib
import io
import json
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError
from edgekit.files import cache_folder, read_json, whole_folder, write_json
from edgekit.recording import Recording
from edgekit.spec import UNLABELLED, Spec

from .formats import Format
from .lines import BadLines
from .raw_files import Sources, read_content

VERSION = 2  # raise it when a reader or this layout changes


@dataclass(frozen=True)
class Parsed:
    recordings: list[Recording]
    digests: dict[str, str]  # name of a file that was read -> sha256 of its unpacked content
    bad_lines: BadLines
    damaged: dict[str, str]  # file name -> why it was left out
    notes: list[str] = field(default_factory=list)  # what is doubtful, after the file's name


def cached(name: str, spec: Spec, sources: Sources, parse: Callable[[], Parsed]) -> Parsed:
    """Return what `parse` returns: from the cache if it holds that, else parsed and cached.

    A cache that cannot be written is left out; a set with a damaged file is never cached, because
    the file may be repaired.
    """
    folder = cache_folder(name)
    key = _key(spec, sources)
    recalled = _read(folder, key, spec)
    if recalled is not None:
        return recalled
    parsed = parse()
    if not parsed.damaged:
        with suppress(OSError, EdgekitError):
            _write(folder, key, parsed)
    return parsed


def parse_all(raw_format: Format, sources: Sources) -> Parsed:
    """Parse every file. Raises EdgekitError where not one could be read."""
    parsed = Parsed([], {}, BadLines(), {})
    for path in sources.files:
        name = sources.name(path)
        try:
            content = read_content(path)
            imported = raw_format.parse(content, path).measured()
            imported.check(path)
        except EdgekitError as error:
            parsed.damaged[name] = str(error)
            continue
        parsed.recordings.extend(imported.recordings)
        parsed.bad_lines.update(imported.left_out)
        parsed.notes.extend(f"{name}: {note}" for note in imported.notes)
        parsed.digests[name] = hashlib.sha256(content).hexdigest()
    if not parsed.recordings:
        first = next(iter(parsed.damaged.values()))
        raise EdgekitError(
            f"none of {len(sources.files)} files in {sources.root} can be read; the first: {first}"
        )
    for path in sources.beside:
        parsed.digests[sources.name(path)] = hashlib.sha256(read_content(path)).hexdigest()
    return parsed


def _key(spec: Spec, sources: Sources) -> str:
    stats = [(str(path.resolve()), path.stat()) for path in (*sources.files, *sources.beside)]
    files = [(name, stat.st_size, stat.st_mtime_ns) for name, stat in stats]
    return hashlib.sha256(json.dumps([VERSION, spec.to_json(), files]).encode()).hexdigest()


def _read(folder: Path, key: str, spec: Spec) -> Parsed | None:
    """Read the cache; None where there is none, or an old or damaged one."""
    import polars as pl  # here, because a folder of one's own is read by numpy alone

    try:
        index = read_json(folder / "index.json")
        samples = (folder / "samples.parquet").read_bytes()
        if index.pop("digest") != _digest(index, samples) or index["key"] != key:
            return None
        table = pl.read_parquet(io.BytesIO(samples))
    except (EdgekitError, OSError, KeyError, pl.exceptions.PolarsError):
        return None
    xyz_g = table.select("x_g", "y_g", "z_g").to_numpy(order="c")
    label = table["label"].to_numpy()
    begin, recordings = 0, []
    for fields in index["recordings"]:
        end = begin + fields.pop("samples")
        recordings.append(_recording(fields, xyz_g[begin:end], label[begin:end], spec))
        begin = end
    bad_lines = Counter(index["bad_lines"])
    return Parsed(recordings, index["digests"], bad_lines, {}, index["notes"])


def _write(folder: Path, key: str, parsed: Parsed) -> None:
    import polars as pl

    xyz_g = np.concatenate([recording.xyz_g for recording in parsed.recordings])
    label = np.concatenate([_labels(recording) for recording in parsed.recordings])
    columns = {"x_g": xyz_g[:, 0], "y_g": xyz_g[:, 1], "z_g": xyz_g[:, 2], "label": label}
    buffer = io.BytesIO()
    pl.DataFrame(columns).write_parquet(buffer, compression="lz4", statistics=False)
    samples = buffer.getvalue()
    index = {
        "key": key,
        "digests": parsed.digests,
        "bad_lines": dict(parsed.bad_lines),
        "notes": parsed.notes,
        "recordings": [_fields(recording) for recording in parsed.recordings],
    }
    with whole_folder(folder) as fresh:
        (fresh / "samples.parquet").write_bytes(samples)
        write_json(fresh / "index.json", {**index, "digest": _digest(index, samples)})


def _digest(index: dict[str, Any], samples: bytes) -> str:
    return hashlib.sha256(json.dumps(index, sort_keys=True).encode() + samples).hexdigest()


def _labels(recording: Recording) -> NDArray[np.int16]:
    if recording.label is None:
        return np.full(len(recording), UNLABELLED, np.int16)
    return recording.label


def _fields(recording: Recording) -> dict[str, Any]:
    nothing = np.empty((0, 3), np.float32)
    fields = asdict(replace(recording, xyz_g=nothing, label=None))
    for elsewhere in ("xyz_g", "label", "label_names"):
        del fields[elsewhere]
    return {**fields, "samples": len(recording), "labelled": recording.label is not None}


def _recording(
    fields: dict[str, Any], xyz_g: NDArray[np.float32], label: NDArray[np.int16], spec: Spec
) -> Recording:
    labelled = fields.pop("labelled")
    return Recording(
        xyz_g=xyz_g, label=label if labelled else None, label_names=spec.postures, **fields
    )
