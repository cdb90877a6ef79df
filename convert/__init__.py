"""Convert: a Run in, a Bundle (int8 model, C array, golden windows) out.

The package is also a function: `edgekit.convert(run)` converts (edgekit/api/training.py).
"""

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from edgekit.convert.convert import Converted


class _Stage(ModuleType):
    def __call__(self, *choices: Any, **named: Any) -> "Converted":
        """Convert a finished run to a bundle: see edgekit.api.training.convert."""
        from edgekit.api.training import convert

        return convert(*choices, **named)


sys.modules[__name__].__class__ = _Stage
