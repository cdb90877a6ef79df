"""The house keeps its order: who imports whom, and what lies where (CONTRIBUTING.md)."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
TESTS, HELPERS, CORE = HOUSE / "tests", HOUSE / "tests" / "helpers", HOUSE / "src" / "edgekit"
STAGES = ("train", "convert", "device", "firmware", "benchmarks")
# Above all stages: these may import each of them.
ABOVE = {"cli", "benchmarks"}
# The imports from one stage into another, as CONTRIBUTING.md lists them.
ACROSS = {
    ("convert/export.py", "train"),
    ("convert/generated.py", "firmware"),
    ("convert/compile/compile_model.py", "firmware"),
    ("convert/compile/cost.py", "firmware"),
    ("convert/compile/helium.py", "firmware"),
    ("device/decide/generated_model.py", "firmware"),
}
MOST_AT_THE_TOP = {"device": 5, "firmware": 2, "train/compare": 4}
# Folders of tests that stand for no folder of the product.
OF_THE_WHOLE = {Path(), Path("core"), Path("end_to_end")}


def python_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text())))


def place(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(HOUSE)}:{getattr(node, 'lineno', 1)}"


def imports(path: Path) -> Iterator[tuple[ast.AST, str]]:
    """Yield each dotted name that a file imports; relative ones in full."""
    inside = path.relative_to(HOUSE / "src" if path.is_relative_to(CORE) else HOUSE).parts
    package = inside if inside[0] in ("edgekit", "tests") else ("edgekit", *inside)
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: -node.level] if node.level else ()
            module = (*start, node.module) if node.module else start
            yield from ((node, ".".join((*module, alias.name))) for alias in node.names)


def stage_of(module: str) -> str | None:
    """Return the stage that a dotted name belongs to; None for the core and other packages."""
    first, _, rest = module.partition(".")
    name = rest.split(".")[0]
    return name if first == "edgekit" and name in STAGES else None


def is_private(name: str) -> bool:
    """Return whether a part of a dotted name is private; what Python or a notebook asks for is not.

    A notebook asks a value for _repr_html_ and _repr_svg_.
    """
    return any(
        part.startswith("_") and not (part.startswith(("__", "_repr_")) and part.endswith("_"))
        for part in name.split(".")
    )


def test_no_test_imports_from_another_test_or_from_a_conftest() -> None:
    wrong = [
        f"{place(path, node)} imports {name}"
        for path in python_files(TESTS)
        for node, name in imports(path)
        if any(part.startswith("test_") or part == "conftest" for part in name.split("."))
    ]
    assert not wrong, "what several tests need lies in tests/helpers:\n" + "\n".join(wrong)


def private_names(path: Path) -> Iterator[tuple[ast.AST, str]]:
    """Yield what a test imports, reads or patches of another module's private names."""
    yield from (pair for pair in imports(path) if is_private(pair[1]))
    for node in nodes(path):
        if isinstance(node, ast.Attribute) and is_private(node.attr):
            if not (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")):
                yield node, ast.unparse(node)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
            ("setattr", "getattr", "delattr", "hasattr", "patch", "patch.object")
        ):
            for word in node.args:
                text = word.value if isinstance(word, ast.Constant) else None
                if isinstance(text, str) and is_private(text):
                    yield node, f"{ast.unparse(node.func)} of {text!r}"


def test_no_test_reads_or_patches_a_private_name() -> None:
    wrong = [
        f"{place(path, node)} {name}"
        for path in python_files(TESTS)
        for node, name in private_names(path)
    ]
    assert not wrong, "test the behaviour, or give the product a public seam:\n" + "\n".join(wrong)


def test_what_is_no_test_lies_in_helpers() -> None:
    wrong = [
        str(path.relative_to(HOUSE))
        for path in python_files(TESTS)
        if not path.is_relative_to(HELPERS)
        and not path.name.startswith("test_")
        and path.name != "conftest.py"
    ]
    assert not wrong, "move these to tests/helpers (tests need no __init__.py):\n" + "\n".join(
        wrong
    )


def stands_for(folder: Path) -> list[Path]:
    """Return where the product's part may lie that a folder of tests is for."""
    part = folder.relative_to("core") if folder.parts[0] == "core" else folder
    return [
        root / part.with_suffix(suffix) for root in (HOUSE, CORE) for suffix in ("", ".py", ".c")
    ]


def test_the_folders_of_tests_mirror_the_product() -> None:
    folders = {path.parent.relative_to(TESTS) for path in TESTS.rglob("test_*.py")} - OF_THE_WHOLE
    wrong = [str(f) for f in sorted(folders) if not any(path.exists() for path in stands_for(f))]
    assert not wrong, f"tests/ has folders for which the product has none: {wrong}"


def test_no_module_of_the_core_imports_a_stage() -> None:
    """But for the package itself, which offers five functions of the stages when they are used."""
    core = [path for path in CORE.glob("*.py") if path.name not in ("__init__.py", "__main__.py")]
    core += [*python_files(CORE / "night"), *python_files(CORE / "pages")]
    assert len(core) > 20
    wrong = [
        f"{place(path, node)} imports {name}"
        for path in core
        for node, name in imports(path)
        if stage_of(name) or name.startswith("edgekit.cli")
    ]
    assert not wrong, "the core is below the stages:\n" + "\n".join(wrong)


def test_stages_import_each_other_only_where_contributing_says() -> None:
    across = {
        (str(path.relative_to(HOUSE)), other)
        for stage in STAGES
        if stage not in ABOVE
        for path in python_files(HOUSE / stage)
        for _, name in imports(path)
        if (other := stage_of(name)) and other != stage
    }
    assert across == ACROSS, "stages meet through artefacts: name a new import in CONTRIBUTING.md"
    text = (HOUSE / "CONTRIBUTING.md").read_text()
    assert all(f"`{path}`" in text for path, _ in ACROSS)


def test_no_stage_imports_the_command_line() -> None:
    wrong = [
        f"{place(path, node)} imports {name}"
        for stage in STAGES
        for path in python_files(HOUSE / stage)
        for node, name in imports(path)
        if name.startswith("edgekit.cli")
    ]
    assert not wrong, "the command line is above the stages:\n" + "\n".join(wrong)


@pytest.mark.parametrize("folder", MOST_AT_THE_TOP)
def test_few_files_lie_at_the_top_of_a_folder(folder: str) -> None:
    top = sorted(path.name for path in (HOUSE / folder).glob("*.py") if path.name != "__init__.py")
    assert len(top) <= MOST_AT_THE_TOP[folder], f"give these a room of their own: {top}"


def test_every_package_says_in_its_docstring_what_it_is() -> None:
    folders = {
        path.parent
        for root in (CORE, *(HOUSE / stage for stage in STAGES))
        for path in python_files(root)
    }
    assert len(folders) > 30
    silent = [
        str(folder.relative_to(HOUSE))
        for folder in sorted(folders)
        if not (folder / "__init__.py").is_file()
        or not ast.get_docstring(ast.parse((folder / "__init__.py").read_text()))
    ]
    assert not silent, f"without a docstring in __init__.py: {silent}"
