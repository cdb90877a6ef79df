"""The build systems that a compiled model comes with; one folder serves them all."""

from collections.abc import Callable, Sequence

from ..interface import Interface
from .arduino import arduino
from .cmake import cmake
from .platformio import platformio
from .zephyr import zephyr

# Each returns its files: path in the folder -> text. It gets the names of the kernels' sources.
FORMS: dict[str, Callable[[Interface, Sequence[str]], dict[str, str]]] = {
    "cmake": cmake,
    "platformio": platformio,
    "zephyr": zephyr,
    "arduino": arduino,
}

__all__ = ["FORMS"]
