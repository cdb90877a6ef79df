"""Hold bundles to a budget of size, memory, instructions and accuracy, in a file beside this one.

A bundle is identified by how it was trained, so that one made anew is held to the same figures.
Times are not among them, because a busy machine is no defect.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from edgekit.errors import EdgekitError
from edgekit.files import read_json, write_json

from .facts import Facts
from .figure import format_value
from .inference.record import LITERT, Inference
from .results import Results

BUDGET = Path(__file__).with_name("bundle_budget.json")
RENEW = "edgekit bench --quick --write-budget"

# By unit, how much worse is tolerated. More is worse, except of %, where less is.
SLACK = {
    "instructions": 0.01,  # of the figure: what other weights' ranges change
    "B": 0.01,  # weights are digits in model.c
    "MB": 0.15,  # another allocator, another version of a library
    "%": 3.0,  # points: with one thread in place of two the demo answers 1.6 points less well
}
FILES = ("model.tflite", "model.c", "model.onnx")
MONITOR = "monitor"  # measured with one of the bundles

Values = dict[str, dict[str, float]]  # unit -> name -> value


@dataclass(frozen=True)
class BundleBudget:
    packages: dict[str, str]  # those it was measured with: version by name
    bundles: dict[str, Values]  # by budget_key()


@dataclass(frozen=True)
class Verdict:
    over: tuple[str, ...]  # a line for each figure that is over, or that should be there
    unknown: tuple[str, ...]  # a line for each bundle that has no budget
    held: int  # figures of this run that have a budget
    versions: tuple[str, ...]  # a line for each package that the budget was made with another of


def read_budget(path: Path = BUDGET) -> BundleBudget:
    """Read the budget. Raises EdgekitError when it is damaged."""
    fields = read_json(path)
    try:
        bundles = {
            key: {unit: _numbers(limits[unit]) for unit in SLACK}
            for key, limits in fields["bundles"].items()
        }
        return BundleBudget(dict(fields["packages"]), bundles)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise EdgekitError(f"{path} is no budget ({error!r}). Renew it with: {RENEW}") from None


def write_budget(results: Results, path: Path = BUDGET) -> tuple[str, ...]:
    """Renew the budget with these results and return the keys renewed; other limits stay.

    Raises EdgekitError where no bundle of the results can be held to a budget.
    """
    bundles = read_budget(path).bundles if path.is_file() else {}
    renewed = {
        key: values_of(results, facts) for facts in results.facts if (key := budget_key(facts))
    }
    if not renewed:
        raise EdgekitError(
            "no run is at hand, and a budget is of a trained net. Say where with --run FOLDER"
        )
    for key, values in renewed.items():
        before = bundles.get(key, {})
        bundles[key] = {unit: before.get(unit, {}) | values[unit] for unit in SLACK}
    packages = results.session.machine.packages
    write_json(path, {"packages": packages, "bundles": bundles})
    return tuple(renewed)


def check(results: Results, budget: BundleBudget, whole: bool) -> Verdict:
    """Compare the results with the budget.

    `whole`: every part was measured, so that a figure of the budget that is missing is an error.
    """
    over, unknown, held = [], [], 0
    for facts in results.facts:
        key = budget_key(facts)
        limits = budget.bundles.get(key or "")
        if limits is None:
            why = f"no budget for {key}" if key else "its run is not at hand: no budget"
            unknown.append(f"{facts.name}: {why}. Give it one with: {RENEW}")
            continue
        values, missing = values_of(results, facts), _missing(results, facts)
        for unit, limit_by_name in limits.items():
            for name, limit in limit_by_name.items():
                value = values[unit].get(name)
                reason = next((missing[each] for each in missing if name.startswith(each)), "")
                if value is not None:
                    held += 1
                    over += [f"{facts.name}: {line}" for line in _worse(name, unit, value, limit)]
                elif reason or (whole and not (name == MONITOR and results.monitoring)):
                    because = f": {reason}" if reason else ""
                    over.append(f"{facts.name}: {name} ({unit}) was not measured{because}")
    return Verdict(tuple(over), tuple(unknown), held, tuple(_other_versions(results, budget)))


def budget_key(facts: Facts) -> str | None:
    """Return how the bundle was trained, its key in the budget; None where its run is missing."""
    if facts.training is None:
        return None
    epochs = facts.training.epochs
    return f"{facts.net}, {facts.data}, split {facts.split}, seed {facts.seed}, {epochs} epochs"


def values_of(results: Results, facts: Facts) -> Values:
    """Return all that was measured of one bundle and can be held to a budget."""
    inference = next((each for of, each in results.inference if of.name == facts.name), None)
    values: Values = {unit: {} for unit in SLACK}
    for unit, name, value in (
        *_of_files(facts),
        *_of_inference(inference),
        *_of_device(results, facts),
    ):
        values[unit][name] = value
    return values


def _of_files(facts: Facts) -> Iterator[tuple[str, str, float]]:
    yield "B", "tensor arena", facts.arena_bytes
    for name in FILES:
        if name in facts.file_bytes:
            yield "B", name, facts.file_bytes[name]
    for name, value in (
        ("posture, float", facts.posture_float),
        ("posture, int8", facts.posture_int8),
        ("posture, int8 as float", facts.posture_agreement),
        ("placement, float", facts.placement_float),
        ("placement, int8", facts.placement_int8),
        ("placement, int8 as float", facts.placement_agreement),
    ):
        if value is not None:
            yield "%", name, round(100 * value, 2)


def _of_inference(inference: Inference | None) -> Iterator[tuple[str, str, float]]:
    if inference is None:
        return
    for counted in inference.emulated:
        yield "instructions", counted.core, counted.instructions
        yield "B", f"{counted.core} RAM", counted.ram_bytes
        yield "B", f"{counted.core} code", counted.code_bytes
        yield "B", f"{counted.core} constants", counted.constant_bytes
    litert = inference.of(LITERT)
    if litert is not None:
        yield "MB", f"{LITERT}'s process", round(litert.memory_mb, 1)


def _of_device(results: Results, facts: Facts) -> Iterator[tuple[str, str, float]]:
    if results.monitoring is not None and results.monitoring.bundle == facts.name:
        yield "MB", MONITOR, round(results.monitoring.edgekit.peak_mb, 1)


def _other_versions(results: Results, budget: BundleBudget) -> Iterator[str]:
    here = results.session.machine.packages
    for name, version in budget.packages.items():
        if here.get(name) != version:
            yield f"the budget was made with {name} {version}, here is {here.get(name) or 'none'}"


def _numbers(values: dict[str, float]) -> dict[str, float]:
    """Return the values. Raises ValueError where one is no number."""
    strange = [name for name, value in values.items() if not isinstance(value, int | float)]
    if strange:
        raise ValueError(f"{strange[0]} is no number")
    return values


def _missing(results: Results, facts: Facts) -> dict[str, str]:
    """Return core or runtime -> why it was not measured."""
    return next((each.missing for of, each in results.inference if of.name == facts.name), {})


def _worse(name: str, unit: str, value: float, limit: float) -> Iterator[str]:
    """Yield a line where the value is beyond its limit and the slack."""
    if unit == "%" and value < limit - SLACK[unit]:
        yield f"{name}: {value:.2f} %, was {limit:.2f} %: {limit - value:.1f} points less"
    elif unit != "%" and value > limit * (1 + SLACK[unit]):
        now, before = (f"{format_value(each, unit)} {unit}" for each in (value, limit))
        yield f"{name}: {now}, was {before}: {100 * (value / limit - 1):.1f} % more"
