"""Any way to name a trained model: a folder, what was loaded or converted, a shipped name."""

from pathlib import Path
from typing import Protocol

from edgekit import samples
from edgekit.bundle import Bundle, load_bundle
from edgekit.errors import UsageError
from edgekit.run import Run

from .arguments import path_of


class HoldsBundle(Protocol):
    """What has a bundle: a Model, or what `edgekit.convert` returns."""

    @property
    def bundle(self) -> Bundle: ...


AnyModel = str | Path | Bundle | HoldsBundle


def bundle_of(model: AnyModel) -> Bundle:
    """Return the bundle that is meant; its files are checked where it is read from a folder.

    The text "sleep-micro" means the shipped bundle; a folder of that name is "./sleep-micro".
    Raises UsageError when there is no bundle, EdgekitError when it is damaged.
    """
    if isinstance(model, Bundle):
        return model
    if isinstance(model, str | Path):
        return _read(model)
    if isinstance(model, Run):
        raise UsageError(f"{model.name} is a run: convert it first, with edgekit.convert(run)")
    held = getattr(model, "bundle", None)
    if isinstance(held, Bundle):
        return held
    raise UsageError(
        f"a model is a bundle's folder, {samples.BUNDLE_NAME!r} or what edgekit.load_model or "
        f"edgekit.convert returned, not {type(model).__name__}"
    )


def _read(named: str | Path) -> Bundle:
    if named == samples.BUNDLE_NAME:
        return load_bundle(samples.bundle())
    folder = path_of(named)
    if folder.suffix == ".tflite" and folder.is_file():
        raise UsageError(
            f"{folder} is a TFLite file: it does not say what its numbers mean. Name the folder of "
            "its bundle, or write its C with edgekit.to_c"
        )
    if not folder.exists():
        raise UsageError(
            f"no bundle at {folder}. Make one with edgekit.convert, or use the shipped "
            f"{samples.BUNDLE_NAME!r}"
        )
    return load_bundle(folder)
