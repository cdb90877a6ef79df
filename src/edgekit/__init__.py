"""edgekit: from accelerometer recordings to a night on a wearable.

In a notebook or a script (docs/api.md has each with an example):

    load_model       a trained model, ready to classify windows: .classify(xyz_g)
    read_recording   a file of samples that edgekit knows; read_csv a table of any columns
    decide           a model's answers to a recording, as a night
    read_night       a night that `edgekit monitor` recorded, as tables and pictures
    train            a net on labelled recordings; read_run reads its run again
    convert          a run to a model that runs on a Raspberry Pi or a microcontroller
    to_c             a model as plain C

Names are imported when they are first used: `import edgekit` itself takes neither numpy nor torch.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from edgekit.api.c_code import to_c
    from edgekit.api.model import Answer, Answers, Model, load_model
    from edgekit.api.night import NightTables, decide, read_night
    from edgekit.api.picture import Picture
    from edgekit.api.recordings import Recordings, read_csv, read_recording
    from edgekit.api.training import convert, train
    from edgekit.bundle import load_bundle
    from edgekit.convert.convert import convert as convert_run
    from edgekit.errors import EdgekitError, UsageError
    from edgekit.night.reader import open_night
    from edgekit.recording import Recording, load_recording
    from edgekit.run import Run, read_run

__version__ = "0.1.0"

_HOMES = {
    "Answer": ("edgekit.api.model", "Answer"),
    "Answers": ("edgekit.api.model", "Answers"),
    "EdgekitError": ("edgekit.errors", "EdgekitError"),
    "Model": ("edgekit.api.model", "Model"),
    "NightTables": ("edgekit.api.night", "NightTables"),
    "Picture": ("edgekit.api.picture", "Picture"),
    "Recording": ("edgekit.recording", "Recording"),
    "Recordings": ("edgekit.api.recordings", "Recordings"),
    "Run": ("edgekit.run", "Run"),
    "UsageError": ("edgekit.errors", "UsageError"),
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
    "to_c": ("edgekit.api.c_code", "to_c"),
}

_STAGES = ("convert", "train")  # packages that can be called, each as its function in the API
# From before there were names for notebooks: they work, and are not listed.
_LOWER = ("convert_run", "load_bundle", "load_recording", "open_night")

__all__ = [
    "Answer",
    "Answers",
    "EdgekitError",
    "Model",
    "NightTables",
    "Picture",
    "Recording",
    "Recordings",
    "Run",
    "UsageError",
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
    "to_c",
    "train",
]


def __getattr__(name: str) -> Any:
    if name in _STAGES:
        return import_module(f"edgekit.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module 'edgekit' has no attribute {name!r}")
    module, function = _HOMES[name]
    try:
        return getattr(import_module(module), function)
    except ModuleNotFoundError as error:
        if (error.name or "edgekit").split(".")[0] == "edgekit":
            raise
        from edgekit.missing_modules import missing_module

        raise ModuleNotFoundError(missing_module(error.name or ""), name=error.name) from None


def __dir__() -> list[str]:
    special = {name for name in globals() if name.startswith("__") and name.endswith("__")}
    return sorted(special | {*__all__} - {*_LOWER})
