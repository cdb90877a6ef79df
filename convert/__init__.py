"""Convert: a Run in, a Bundle (int8 model, C array, golden windows) out.

The package is also a function, and `help("edgekit.api.training.convert")` describes its arguments:

    converted = edgekit.convert(run, "bundles/mine")
"""

import inspect
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from edgekit.convert.convert import Converted


class _Stage(ModuleType):
    def __call__(self, *choices: Any, **named: Any) -> "Converted":
        from edgekit.api.training import convert

        return convert(*choices, **named)

    @property
    def __signature__(self) -> inspect.Signature:
        from edgekit.api.training import convert

        return inspect.signature(convert)


sys.modules[__name__].__class__ = _Stage
