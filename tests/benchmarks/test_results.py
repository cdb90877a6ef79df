"""A results folder tells of one run: this machine, this edgekit, these bundles."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from edgekit.benchmarks.accuracy.edge import EdgeAccuracy
from edgekit.benchmarks.accuracy.robustness import Robustness
from edgekit.benchmarks.energy.angle import Angle
from edgekit.benchmarks.facts import records_key
from edgekit.benchmarks.machine import Computer
from edgekit.benchmarks.records import write_record
from edgekit.benchmarks.results import Session, key_of, read_results, record_path, write_session
from edgekit.posture_words import OF_PAPER
from edgekit.spec import SLEEP
from tests.helpers.bench_facts import DEMO_FACTS as FACTS

HERE = Computer("a processor", 2, 8.0, "Linux 6", "3.11", {})
SESSION = Session("2026-11-25", "0.1", True, HERE, (FACTS.name,))
ANGLE, CURVES = Angle("cortex-m4", "zig", 13_000), Robustness(FACTS.name, 1000, ())


def measured(folder: Path, session: Session, of: str = FACTS.key) -> None:
    """As `edgekit bench` leaves it when only `facts` are measured anew."""
    for part, record, known in (
        ("angle", ANGLE, ""),
        ("robustness", CURVES, of),
    ):
        bundle = FACTS.name if known else ""
        write_record(record_path(folder, part, bundle), record, key_of(session, known))
    write_record(record_path(folder, "facts", FACTS.name), FACTS, key_of(SESSION, FACTS.key))
    write_session(folder, SESSION)


def test_what_this_run_measured_is_read_back(tmp_path: Path) -> None:
    measured(tmp_path, SESSION)
    found = read_results(tmp_path)
    assert found.angle == ANGLE and found.robustness == ((FACTS, CURVES),)


@pytest.mark.parametrize(
    "other",
    [
        {"machine": replace(HERE, processor="a Pi")},
        {"machine": replace(HERE, packages={"ai-edge-litert": "2.2"})},
        {"edgekit": "0.2"},
        {"quick": False},
    ],
)
def test_what_another_machine_package_version_or_pace_left_there_is_not_printed(
    tmp_path: Path, other: dict[str, Any]
) -> None:
    measured(tmp_path, replace(SESSION, **other))
    found = read_results(tmp_path)
    assert found.angle is None and found.robustness == ()


def test_nor_what_another_bundle_of_that_name_left(tmp_path: Path) -> None:
    measured(tmp_path, SESSION, of=records_key("another digest", run=True))
    found = read_results(tmp_path)
    assert found.angle == ANGLE and found.robustness == ()


def test_a_run_that_came_to_hand_makes_a_bundle_s_records_anew() -> None:
    assert records_key("d", run=True) != records_key("d", run=False)
    assert replace(FACTS, training=None).key == records_key(FACTS.digest, run=False)


def test_a_record_in_the_papers_words_is_read_in_todays(tmp_path: Path) -> None:
    measured(tmp_path, SESSION)
    none = tuple(0 for _ in OF_PAPER)
    older = EdgeAccuracy(FACTS.name, 100, tuple(OF_PAPER), none, (), (), ())
    path = record_path(tmp_path, "accuracy", FACTS.name)
    write_record(path, older, key_of(SESSION, FACTS.key))
    ((_, read),) = read_results(tmp_path).accuracy
    assert read == replace(older, postures=SLEEP.postures)
