"""Read raw public recordings, or simulate them, as Recordings.

The names below are imported when they are first used, because most of them need polars and the
simulated sleeper needs numpy alone.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .dataset import NAMES, Dataset, load, spec_of, windows_of
    from .formats import read_raw
    from .lines import BadLines
    from .raw_files import data_folder
    from .verify import Verdict, verify_wisdm

__all__ = [
    "NAMES",
    "BadLines",
    "Dataset",
    "Verdict",
    "data_folder",
    "load",
    "read_raw",
    "spec_of",
    "verify_wisdm",
    "windows_of",
]

_HOMES = {
    "NAMES": "dataset",
    "BadLines": "lines",
    "Dataset": "dataset",
    "Verdict": "verify",
    "data_folder": "raw_files",
    "load": "dataset",
    "read_raw": "formats",
    "spec_of": "dataset",
    "verify_wisdm": "verify",
    "windows_of": "dataset",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
