"""Read raw public recordings, or simulate them, as Recordings."""

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
