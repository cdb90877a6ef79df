"""Write a model as plain C from Python, as `edgekit compile` does."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from edgekit.missing_modules import explain_missing_modules

from .arguments import path_of
from .bundles import AnyModel, bundle_of

if TYPE_CHECKING:
    from edgekit.convert.compile import CompiledModel


@explain_missing_modules
def to_c(
    model: AnyModel,
    out: str | Path,
    *,
    name: str | None = None,
    forms: Sequence[str] | None = None,
    cores: Sequence[str] | None = None,
    progress: Callable[[str], None] = lambda line: None,
) -> "CompiledModel":
    """Write a model's C into the folder `out`: sources, a golden test, build files.

    `model` is a .tflite file of anybody (int8, over one row of time), or a bundle, of which the
    same is written: its net alone, from int8 input to int8 answers. `name` is that of the C, the
    model's if absent; `forms` of cmake, platformio, zephyr and arduino, all if absent; `cores`
    those on which instructions, RAM and flash are counted in emulation: all if absent, [] for none.
    Raises UsageError for a path, name, form or core that cannot be used, EdgekitError for a model
    that is not supported, naming its operator and tensor.
    """
    from edgekit.convert.compile import FORMS, compile_model
    from edgekit.convert.compile.names import c_name

    is_file = isinstance(model, str | Path) and Path(model).suffix == ".tflite"
    if is_file:
        path = Path(str(model))
    else:
        bundle = bundle_of(model)
        path, name = bundle.model, name or c_name(bundle.name)
    return compile_model(
        path, path_of(out), name=name, forms=tuple(forms or FORMS), cores=cores, progress=progress
    )
