"""Train: recordings in, a Run (a trained teacher and its student) out.

The package is also a function: `edgekit.train("our-set")` trains (edgekit/api/training.py).
"""

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from edgekit.run import Run


class _Stage(ModuleType):
    def __call__(self, *choices: Any, **named: Any) -> "Run":
        """Train a net on a data set: see edgekit.api.training.train."""
        from edgekit.api.training import train

        return train(*choices, **named)


sys.modules[__name__].__class__ = _Stage
