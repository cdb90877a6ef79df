"""Every event that the product writes is of a kind in one list."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from edgekit.device.report.health import FAULT_WORDS
from edgekit.device.sources import i2c_bus
from edgekit.night.events import EventKind
from edgekit.night.night import Event
from edgekit.night.reader import open_night
from edgekit.night.writer import NightWriter
from tests.helpers.command import REPOSITORY
from tests.helpers.short_night import META

STAGES = [REPOSITORY / name for name in ("src", "device", "firmware", "benchmarks")]


def spelled_out(tree: ast.Module) -> Iterator[str]:
    """The kinds that a module hands to `Event` as a string of its own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Event":
            kinds = node.args[1:2] + [each.value for each in node.keywords if each.arg == "kind"]
            yield from (ast.unparse(kind) for kind in kinds if not is_of_the_list(kind))


def is_of_the_list(kind: ast.expr) -> bool:
    """One of EventKind, or a variable, whose type mypy knows."""
    return isinstance(kind, ast.Name | ast.Starred) or ast.unparse(kind).startswith("EventKind.")


def test_the_product_writes_no_kind_that_is_not_in_the_list() -> None:
    modules = [path for stage in STAGES for path in stage.rglob("*.py") if "test" not in path.parts]
    written = {path: list(spelled_out(ast.parse(path.read_text()))) for path in modules}
    assert sum("Event(" in path.read_text() for path in modules) > 5
    assert not {path: kinds for path, kinds in written.items() if kinds}


@pytest.mark.parametrize("kind", ['"gap"', 'f"{x}"', "kinds[0]"])
def test_a_kind_spelled_out_is_seen(kind: str) -> None:
    assert list(spelled_out(ast.parse(f"Event(0.0, {kind}, '')")))


def test_each_kind_is_stored_by_its_name_and_says_something() -> None:
    for kind in EventKind:
        assert str(kind) == kind.value and len(kind.words) > 8
    assert len({kind.value for kind in EventKind}) == len(EventKind)
    manual = (REPOSITORY / "docs" / "night.md").read_text()
    listed = manual.split("## events")[1].split("##")[0]
    assert re.findall(r"^\| `(.*?)` \| (.*) \|$", listed, re.M) == [
        (kind.value, kind.words) for kind in EventKind
    ]


def test_a_kind_of_a_later_edgekit_is_read_as_it_is_called(tmp_path: Path) -> None:
    path = tmp_path / "a.night"
    events = [Event(1000.0, EventKind.GAP, "1 s"), Event(1001.0, "of tomorrow")]
    with NightWriter.create(path, META) as writer:
        for event in events:
            writer.add_event(event)
    with open_night(path) as night:
        assert night.events() == events


def test_each_kind_of_fault_that_a_sensor_counts_has_words_in_the_report() -> None:
    sources = (REPOSITORY / "device" / "sources").rglob("*.py")
    code = "".join(path.read_text() for path in sources)
    kinds = {*re.findall(r'(?:BusFault\(|faults\[)"(.*?)"', code), *i2c_bus.KINDS.values(), "io"}
    assert kinds - FAULT_WORDS.keys() == set() and len(kinds) > 8
