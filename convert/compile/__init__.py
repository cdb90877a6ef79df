"""From anybody's int8 TFLite model over one row of time to a folder of plain C that builds."""

from .compile_model import CompiledModel, compile_model
from .forms import FORMS

__all__ = ["FORMS", "CompiledModel", "compile_model"]
