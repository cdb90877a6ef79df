"""Train: recordings in, a Run (a trained teacher and its student) out.

The package is also a function, and `help("edgekit.api.training.train")` describes its arguments:

    run = edgekit.train("my-data", net="mtl-net-micro", epochs=30)
"""

import inspect
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from edgekit.run import Run


class _Stage(ModuleType):
    def __call__(self, *choices: Any, **named: Any) -> "Run":
        from edgekit.api.training import train

        return train(*choices, **named)

    @property
    def __signature__(self) -> inspect.Signature:
        from edgekit.api.training import train

        return inspect.signature(train)


sys.modules[__name__].__class__ = _Stage
