"""Tables of the constants: each with its kind and its document."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from types import ModuleType
from typing import Any

from ..figure import Figure
from ..section import FigureTable, Row
from . import constants, hosts


def constant_tables() -> tuple[FigureTable, ...]:
    return (
        _table("Constants of the wearable's model", constants),
        _table("Constants of the Raspberry Pis' model", hosts),
    )


def figures_in(value: Any, name: str) -> Iterator[tuple[str, Figure]]:
    """Yield every figure within a constant, with its name in words."""
    if isinstance(value, Figure):
        yield name, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from figures_in(inner, f"{name}, {_key(key)}")
    elif isinstance(value, tuple):
        for inner in value:
            yield from figures_in(inner, name)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            if field.name != "name":
                inner_name = f"{getattr(value, 'name', name)}, {_words(field.name)}"
                yield from figures_in(getattr(value, field.name), inner_name)


def _table(title: str, module: ModuleType) -> FigureTable:
    rows = [
        Row((figure_name,), (figure,))
        for name, value in vars(module).items()
        if name.isupper() and not name.startswith("_")
        for figure_name, figure in figures_in(value, _words(name))
    ]
    file = f"benchmarks/energy/{module.__name__.rpartition('.')[2]}.py"
    note = f"{file}; each with its kind and document."
    return FigureTable(title, note, ("constant",), ("value",), tuple(rows))


def _words(name: str) -> str:
    return name.lower().replace("_", " ")


def _key(key: Any) -> str:
    if isinstance(key, tuple):
        rate_hz, low_power = key
        return f"{rate_hz} Hz, {'low power' if low_power else 'normal'}"
    return str(key)
