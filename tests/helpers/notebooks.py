"""Run the code of a notebook as Jupyter would, without Jupyter: cell by cell, each value shown."""

import json
from pathlib import Path
from typing import Any

# What a notebook does with a cell: run it, and show the value of its last line.
_SHOW = """
import ast
names = {"__name__": "__main__"}
for number, cell in enumerate(CELLS, 1):
    tree = ast.parse(cell, f"cell {number}")
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, f"cell {number}", "exec"), names)
    if last is not None:  # a value that is None is not shown
        value = eval(compile(ast.Expression(last.value), f"cell {number}", "eval"), names)
        for form in () if value is None else ("__repr__", "_repr_svg_", "_repr_html_"):
            if hasattr(value, form):
                print(f"[{number}]", form, getattr(value, form)())
"""


def cells(notebook: Path, kind: str) -> list[dict[str, Any]]:
    """Return the cells of a kind: "code" or "markdown"."""
    return [
        cell
        for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == kind
    ]


def sources(notebook: Path) -> list[str]:
    """Return the code of each cell of code."""
    return ["".join(cell["source"]) for cell in cells(notebook, "code")]


def program(notebook: Path) -> str:
    """Return a program that runs the notebook's code and prints what it would show."""
    return f"CELLS = {sources(notebook)!r}\n{_SHOW}"
