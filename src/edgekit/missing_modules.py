"""What to do about a module that cannot be imported here: the extra that brings it."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from edgekit.distribution import install_line
from edgekit.errors import EdgekitError

P = ParamSpec("P")
T = TypeVar("T")

_BRINGS = {
    "train": ("torch", "safetensors", "polars", "matplotlib"),
    "compare": ("sklearn", "scipy", "sktime", "numba", "ray"),
    "device": ("ai_edge_litert", "tflite_runtime", "jinja2", "starlette", "uvicorn", "edfio"),
    "firmware": ("ziglang", "elftools", "unicorn", "pyocd"),
    "bench": ("pydantic",),
}
# Modules of Python itself that Windows lacks.
_NOT_ON_WINDOWS = ("fcntl", "resource", "termios", "tty", "pwd", "grp")


def missing_module(module: str) -> str:
    """Return what to do about a module that cannot be imported here."""
    root = module.split(".")[0]
    if root in _NOT_ON_WINDOWS:
        return (
            f"this needs Linux: Windows has no {root}. There train, convert, report, simulate and "
            "monitor --replay are written to run, though nobody has tried; the sensor, the service "
            "and emulation are not: use a Raspberry Pi, or WSL 2 (wsl --install)"
        )
    extra = next((name for name, brought in _BRINGS.items() if root in brought), "convert")
    return f"{module} is not installed: {install_line(extra)}"


def explain_missing_modules(function: Callable[P, T]) -> Callable[P, T]:
    """Have a library that is not installed raise EdgekitError with the line that installs it."""

    @wraps(function)
    def explained(*arguments: P.args, **named: P.kwargs) -> T:
        try:
            return function(*arguments, **named)
        except ModuleNotFoundError as error:
            raise EdgekitError(missing_module(error.name or "")) from None

    return explained
