"""All records of a benchmark's session as plain JSON values, for scripts."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from edgekit.files import read_json

from .results import key_of, read_results, record_path


def session_records(folder: Path) -> dict[str, Any]:
    """Return each record of the folder's session by the name of its file, without the suffix.

    Raises UsageError where nothing was measured, EdgekitError where a record is damaged.
    """
    results = read_results(folder)
    keys = [None, *(asdict(key_of(results.session, each.key)) for each in results.facts)]
    keys.append(asdict(key_of(results.session)))
    read = {path.stem: read_json(path) for path in record_path(folder, "run").parent.glob("*.json")}
    return {name: read[name]["record"] for name in sorted(read) if read[name].get("key") in keys}
