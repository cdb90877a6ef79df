"""A bundle that got worse is over its budget, by name; one that did not is not."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis.strategies import floats, sampled_from

from edgekit.benchmarks import bundle_budget
from edgekit.benchmarks.bundle_budget import (
    BUDGET,
    SLACK,
    BundleBudget,
    budget_key,
    check,
    read_budget,
    values_of,
    write_budget,
)
from edgekit.benchmarks.facts import Facts
from edgekit.benchmarks.figure import spread
from edgekit.benchmarks.inference.record import LITERT, Emulated, Inference, Timed
from edgekit.benchmarks.machine import Computer
from edgekit.benchmarks.monitoring import Command, Logger, Monitoring
from edgekit.benchmarks.records import write_record
from edgekit.benchmarks.results import Results, Session, key_of, record_path, write_session
from edgekit.cli.bench import check_results
from edgekit.errors import EdgekitError
from tests.helpers.bench_facts import DEMO_FACTS

DEMO = "mtl-net-small, synthetic, split subject, seed 0, 10 epochs"
FACTS = DEMO_FACTS
MONITOR = Monitoring(
    "bundle-synthetic", 2.0, 10.0, 1, Logger(0.12, 57.7, 5.6, 3.0, 400.0),
    Logger(0.36, 10.6, 96.6, 50.0, 2000.0), 1.2e5,
    3.2, 1.0, 765_952, Command(1.1, 0.4), Command(0.8, 0.4),
)  # fmt: skip


def litert(memory_mb: float) -> Timed:
    once = spread([4.0])
    return Timed(
        LITERT, "2.3", "int8", (10.7,), (15.1,), 21_000, once, once, 0.01, memory_mb, 177_024, 95,
        494,
    )  # fmt: skip


def results(
    facts: Facts = FACTS,
    instructions: int = 2_580_332,
    code_bytes: int = 5030,
    litert_mb: float = 13.5,
    monitor_mb: float = 57.7,
) -> Results:
    core = Emulated("cortex-m4", "zig", instructions, code_bytes, 168_332, 11_880, 272, 8, 8)
    timed = (litert(litert_mb),)
    inference = Inference(facts.name, 500, "", "", 40.0, 10.0, timed, (core,), {})
    machine = Computer("a processor", 2, 25.3, "Linux", "3.11", {"ziglang": "0.17.1"})
    return Results(
        session=Session("2026-11-25", "0.1.0", False, machine, (facts.name,)),
        facts=(facts,),
        inference=((facts, inference),),
        accuracy=(),
        robustness=(),
        cores=(),
        instructions={},
        angle=None,
        monitoring=replace(MONITOR, edgekit=replace(MONITOR.edgekit, peak_mb=monitor_mb)),
        metered=(),
    )


def kept_in(folder: Path, found: Results) -> None:
    """As `edgekit bench` keeps them."""
    write_session(folder, found.session)
    for facts, inference in found.inference:
        key = key_of(found.session, facts.key)
        write_record(record_path(folder, "facts", facts.name), facts, key)
        write_record(record_path(folder, "inference", facts.name), inference, key)
        write_record(record_path(folder, "device"), found.monitoring, key)


@pytest.fixture
def budget(tmp_path: Path) -> BundleBudget:
    assert write_budget(results(), tmp_path / "budget.json") == (DEMO,)
    return read_budget(tmp_path / "budget.json")


def test_what_was_measured_is_within_the_budget_that_was_made_of_it(budget: BundleBudget) -> None:
    verdict = check(results(), budget, whole=True)
    assert verdict.over == verdict.unknown == ()
    assert verdict.held == sum(map(len, budget.bundles[DEMO].values())) == 15


@pytest.mark.parametrize(
    ("worse", "line"),
    [
        (
            results(instructions=2_631_939),
            "cortex-m4: 2,631,939 instructions, was 2,580,332 instructions: 2.0 % more",
        ),
        (results(code_bytes=5131), "cortex-m4 code: 5,131 B, was 5,030 B: 2.0 % more"),
        (
            results(replace(FACTS, arena_bytes=14_704)),
            "tensor arena: 14,704 B, was 14,416 B: 2.0 % more",
        ),
        (results(litert_mb=16.2), "LiteRT's process: 16.2 MB, was 13.5 MB: 20.0 % more"),
        (results(monitor_mb=69.2), "monitor: 69.2 MB, was 57.7 MB: 19.9 % more"),
        (
            results(replace(FACTS, posture_int8=0.9189)),
            "posture, int8: 91.89 %, was 94.90 %: 3.0 points less",
        ),
        (
            results(replace(FACTS, placement_agreement=0.96)),
            "placement, int8 as float: 96.00 %, was 99.40 %: 3.4 points less",
        ),
    ],
)
def test_what_got_worse_is_named_with_what_it_was_and_by_how_much(
    worse: Results, line: str, budget: BundleBudget
) -> None:
    assert check(worse, budget, whole=True).over == (f"bundle-synthetic: {line}",)


@given(sampled_from(["instructions", "B", "MB"]), floats(0.5, 1.5))
def test_a_figure_is_over_where_it_grew_by_more_than_its_slack(unit: str, factor: float) -> None:
    now = values_of(results(), FACTS)
    then = {one: dict(names) for one, names in now.items()}
    name, value = next(iter(now[unit].items()))
    then[unit][name] = value / factor
    verdict = check(results(), BundleBudget({}, {DEMO: then}), whole=True)
    assert len(verdict.over) == (value > value / factor * (1 + SLACK[unit]))


@pytest.mark.parametrize(
    "better",
    [
        results(instructions=1_000_000, code_bytes=4000, litert_mb=9.0, monitor_mb=40.0),
        results(replace(FACTS, posture_int8=0.99, placement_float=0.9)),
        results(instructions=2_600_000, code_bytes=5040, litert_mb=15.0, monitor_mb=62.0),
        results(replace(FACTS, posture_int8=0.93)),
    ],
    ids=["less of everything", "better answers", "a little more", "answers a little worse"],
)
def test_what_is_better_or_hardly_worse_is_not_over(better: Results, budget: BundleBudget) -> None:
    assert check(better, budget, whole=True).over == ()


def test_a_bundle_is_known_by_its_training_not_by_its_folder(budget: BundleBudget) -> None:
    renamed = check(results(replace(FACTS, name="tuesday")), budget, whole=False)
    assert (renamed.unknown, renamed.held) == ((), 14)  # the monitor ran on another
    other = results(replace(FACTS, seed=1))
    (line,) = check(other, budget, whole=True).unknown
    assert line.startswith(
        "bundle-synthetic: no budget for mtl-net-small, synthetic, split subject"
    )
    assert "seed 1" in line and line.endswith("edgekit bench --quick --write-budget")


def test_without_its_run_a_bundle_has_no_budget(budget: BundleBudget, tmp_path: Path) -> None:
    stray = results(replace(FACTS, training=None))
    (line,) = check(stray, budget, whole=True).unknown
    assert line.startswith("bundle-synthetic: its run is not at hand")
    with pytest.raises(EdgekitError, match="--run FOLDER"):
        write_budget(stray, tmp_path / "none.json")


def test_a_figure_that_should_be_there_is_missed_when_every_part_was_measured(
    budget: BundleBudget,
) -> None:
    part = replace(results(), monitoring=None)
    assert check(part, budget, whole=False).over == ()
    (line,) = check(part, budget, whole=True).over
    assert line == "bundle-synthetic: monitor (MB) was not measured"
    beside = replace(results(), monitoring=replace(MONITOR, bundle="another"))
    assert check(beside, budget, whole=True).over == ()


def test_a_core_that_answers_wrongly_is_over_its_budget_in_one_part_alone(
    budget: BundleBudget,
) -> None:
    good = results()
    missing = {"cortex-m4": "net on cortex-m4 does not answer as tflite-micro does"}
    inference = replace(good.inference[0][1], emulated=(), missing=missing)
    lines = check(replace(good, inference=((FACTS, inference),)), budget, whole=False).over
    assert lines[0] == (
        "bundle-synthetic: cortex-m4 (instructions) was not measured: net on cortex-m4 does not "
        "answer as tflite-micro does"
    )
    assert len(lines) == 4


def test_a_package_of_another_version_is_named_beside_what_it_made_worse(
    budget: BundleBudget,
) -> None:
    assert check(results(), budget, whole=True).versions == ()
    good = results()
    other = replace(good.session.machine, packages={"ziglang": "0.18"})
    session = replace(good.session, machine=other)
    (line,) = check(replace(good, session=session), budget, whole=True).versions
    assert line == "the budget was made with ziglang 0.17.1, here is 0.18"


def test_renewing_one_part_keeps_the_figures_of_the_others(tmp_path: Path) -> None:
    path = tmp_path / "budget.json"
    write_budget(results(), path)
    write_budget(results(replace(FACTS, seed=1)), path)
    write_budget(replace(results(instructions=3_000_000), monitoring=None), path)
    kept = read_budget(path).bundles
    assert len(kept) == 2
    assert kept[DEMO]["instructions"] == {"cortex-m4": 3_000_000}
    assert kept[DEMO]["MB"]["monitor"] == 57.7


def test_the_command_fails_where_a_bundle_is_over_its_budget_and_says_how_to_renew_it(
    budget: BundleBudget,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(bundle_budget, "read_budget", lambda: budget)
    kept_in(tmp_path / "good", results())
    check_results(tmp_path / "good", whole=True)
    assert "15 figures are within their budgets" in capsys.readouterr().err

    kept_in(tmp_path / "worse", results(instructions=2_631_939))
    with pytest.raises(EdgekitError, match=r"1 of 15 figures.* --write-budget") as refused:
        check_results(tmp_path / "worse", whole=True)
    assert refused.value.exit_code == 1
    assert "over budget: bundle-synthetic: cortex-m4: 2,631,939" in capsys.readouterr().err

    kept_in(tmp_path / "other", results(replace(FACTS, seed=1)))
    with pytest.raises(EdgekitError, match="nothing could be checked"):
        check_results(tmp_path / "other", whole=True)


def test_what_stands_in_brackets_is_printed_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept_in(tmp_path, results(replace(FACTS, name="edgekit[firmware]", training=None)))
    with pytest.raises(EdgekitError, match="nothing could be checked"):
        check_results(tmp_path, whole=True)
    assert "edgekit[firmware]" in capsys.readouterr().err


def test_no_time_is_in_a_budget() -> None:
    assert set(values_of(results(), FACTS)) == {"instructions", "B", "MB", "%"}


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        '{"packages": {}, "bundles": {"a": {}}}',
        '{"packages": {}, "bundles": 3}',
        '{"packages": {}, "bundles": {"a": {"instructions": {"cortex-m4": "many"}}}}',
    ],
)
def test_what_is_no_budget_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "budget.json").write_text(text)
    with pytest.raises(EdgekitError, match=r"is no budget .*--write-budget"):
        read_budget(tmp_path / "budget.json")


def test_the_committed_budget_is_of_the_demo() -> None:
    kept = read_budget(BUDGET).bundles[DEMO]
    assert set(kept["instructions"]) == {
        "cortex-m0plus",
        "cortex-m4",
        "cortex-m33",
        "cortex-m55",
    }
    assert set(kept["MB"]) == {"LiteRT's process", "monitor"}
    assert len(kept["%"]) == 6
    assert budget_key(FACTS) == DEMO
