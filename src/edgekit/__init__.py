"""edgekit: from accelerometer recordings to a night on a wearable.

The names below are imported when they are first used: `import edgekit` itself takes neither numpy
nor torch. docs/api.md shows each with an example.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from edgekit.api.model import Answer, Answers, Model, load_model
    from edgekit.api.night import NightTables, decide, read_night
    from edgekit.api.recordings import Recordings, read_csv, read_recording
    from edgekit.api.training import convert, train
    from edgekit.bundle import load_bundle
    from edgekit.convert.convert import convert as convert_run
    from edgekit.night.reader import open_night
    from edgekit.recording import load_recording
    from edgekit.run import read_run

__version__ = "0.1.0"

_HOMES = {
    "Answer": ("edgekit.api.model", "Answer"),
    "Answers": ("edgekit.api.model", "Answers"),
    "Model": ("edgekit.api.model", "Model"),
    "NightTables": ("edgekit.api.night", "NightTables"),
    "Recordings": ("edgekit.api.recordings", "Recordings"),
    "convert_run": ("edgekit.convert.convert", "convert"),
    "decide": ("edgekit.api.night", "decide"),
    "load_bundle": ("edgekit.bundle", "load_bundle"),
    "load_model": ("edgekit.api.model", "load_model"),
    "load_recording": ("edgekit.recording", "load_recording"),
    "open_night": ("edgekit.night.reader", "open_night"),
    "read_csv": ("edgekit.api.recordings", "read_csv"),
    "read_night": ("edgekit.api.night", "read_night"),
    "read_recording": ("edgekit.api.recordings", "read_recording"),
    "read_run": ("edgekit.run", "read_run"),
}

_STAGES = ("convert", "train")  # packages that can be called, each as its function in the API

__all__ = [
    "Answer",
    "Answers",
    "Model",
    "NightTables",
    "Recordings",
    "convert",
    "convert_run",
    "decide",
    "load_bundle",
    "load_model",
    "load_recording",
    "open_night",
    "read_csv",
    "read_night",
    "read_recording",
    "read_run",
    "train",
]


def __getattr__(name: str) -> Any:
    if name in _STAGES:
        return import_module(f"edgekit.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module 'edgekit' has no attribute {name!r}")
    module, function = _HOMES[name]
    return getattr(import_module(module), function)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
