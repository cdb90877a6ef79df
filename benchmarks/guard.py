"""What a bundle may take and must reach, kept beside this file: what got worse is seen.

A bundle is known by how it was trained, so that one made anew is held to the same figures. No time
is among them: a busy machine is no defect.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from edgekit.errors import EdgekitError
from edgekit.files import read_json, write_json

from .facts import Facts
from .figure import said
from .inference.record import LITERT, Inference
from .results import Results

BUDGET = Path(__file__).with_name("bundle_budget.json")
RENEW = "edgekit bench --quick --write-budget"

# By unit, how much worse is still the same. More is worse, but of %, where less is.
SLACK = {
    "instructions": 0.01,  # of the figure: what other weights' ranges change
    "B": 0.01,  # weights are digits in model.c
    "MB": 0.15,  # another allocator, another version of a library
    "%": 3.0,  # points: with one thread in place of two the demo answers 1.6 points less well
}
FILES = ("model.tflite", "model.c", "model.onnx")
MONITOR = "monitor"  # measured with one of the bundles

Figures = dict[str, dict[str, float]]  # unit -> name -> value


@dataclass(frozen=True)
class Budget:
    packages: dict[str, str]  # that it was measured with: version by name
    bundles: dict[str, Figures]  # by trial()


@dataclass(frozen=True)
class Verdict:
    over: tuple[str, ...]  # a line for each figure that is over, or that should be there
    unknown: tuple[str, ...]  # a line for each bundle that has no budget
    held: int  # figures of this run that have a budget
    versions: tuple[str, ...]  # a line for each package that the budget was made with another of


def read_budget(path: Path = BUDGET) -> Budget:
    """Raises EdgekitError when it is damaged."""
    fields = read_json(path)
    try:
        bundles = {
            trial: {unit: _numbers(kept[unit]) for unit in SLACK}
            for trial, kept in fields["bundles"].items()
        }
        return Budget(dict(fields["packages"]), bundles)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise EdgekitError(f"{path} is no budget ({error!r}). Renew it with: {RENEW}") from None


def write_budget(results: Results, path: Path = BUDGET) -> tuple[str, ...]:
    """The trials whose figures it now holds; what was not measured in this run stays.

    Raises EdgekitError where nothing of these results can be held to a budget.
    """
    bundles = read_budget(path).bundles if path.is_file() else {}
    renewed = {known: figures(results, one) for one in results.facts if (known := trial(one))}
    if not renewed:
        raise EdgekitError(
            "no run is at hand, and a budget is of a trained net. Say where with --run FOLDER"
        )
    for known, found in renewed.items():
        kept = bundles.get(known, {})
        bundles[known] = {unit: kept.get(unit, {}) | found[unit] for unit in SLACK}
    packages = results.made.machine.packages
    write_json(path, {"packages": packages, "bundles": bundles})
    return tuple(renewed)


def check(results: Results, budget: Budget, whole: bool) -> Verdict:
    """`whole`: every part was measured, so that each figure of the budget should be there."""
    over, unknown, held = [], [], 0
    for one in results.facts:
        known = trial(one)
        allowed = budget.bundles.get(known or "")
        if allowed is None:
            why = f"no budget for {known}" if known else "its run is not at hand: no budget"
            unknown.append(f"{one.name}: {why}. Give it one with: {RENEW}")
            continue
        found, missing = figures(results, one), _missing(results, one)
        for unit, names in allowed.items():
            for name, then in names.items():
                now = found[unit].get(name)
                why = next((missing[what] for what in missing if name.startswith(what)), "")
                if now is not None:
                    held += 1
                    over += [f"{one.name}: {line}" for line in _worse(name, unit, now, then)]
                elif why or (whole and not (name == MONITOR and results.monitoring)):
                    said_why = f": {why}" if why else ""
                    over.append(f"{one.name}: {name} ({unit}) was not measured{said_why}")
    return Verdict(tuple(over), tuple(unknown), held, tuple(_other_versions(results, budget)))


def trial(facts: Facts) -> str | None:
    """How it was trained, which is what the budget knows it by; None where its run is not there."""
    if facts.training is None:
        return None
    epochs = facts.training.epochs
    return f"{facts.net}, {facts.data}, split {facts.split}, seed {facts.seed}, {epochs} epochs"


def figures(results: Results, facts: Facts) -> Figures:
    """All that was measured of one bundle, and can be held to a budget."""
    timed = next((one for of, one in results.inference if of.name == facts.name), None)
    found: Figures = {unit: {} for unit in SLACK}
    for unit, name, value in (
        *_of_files(facts),
        *_of_inference(timed),
        *_of_device(results, facts),
    ):
        found[unit][name] = value
    return found


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


def _of_inference(timed: Inference | None) -> Iterator[tuple[str, str, float]]:
    if timed is None:
        return
    for one in timed.emulated:
        yield "instructions", one.core, one.instructions
        yield "B", f"{one.core} RAM", one.ram_bytes
        yield "B", f"{one.core} code", one.code_bytes
        yield "B", f"{one.core} constants", one.constant_bytes
    litert = timed.of(LITERT)
    if litert is not None:
        yield "MB", f"{LITERT}'s process", round(litert.memory_mb, 1)


def _of_device(results: Results, facts: Facts) -> Iterator[tuple[str, str, float]]:
    if results.monitoring is not None and results.monitoring.bundle == facts.name:
        yield "MB", MONITOR, round(results.monitoring.edgekit.peak_mb, 1)


def _other_versions(results: Results, budget: Budget) -> Iterator[str]:
    here = results.made.machine.packages
    for name, then in budget.packages.items():
        if here.get(name) != then:
            yield f"the budget was made with {name} {then}, here is {here.get(name) or 'none'}"


def _numbers(values: dict[str, float]) -> dict[str, float]:
    """As they are; raises ValueError of another thing."""
    strange = [name for name, value in values.items() if not isinstance(value, int | float)]
    if strange:
        raise ValueError(f"{strange[0]} is no number")
    return values


def _missing(results: Results, facts: Facts) -> dict[str, str]:
    """Core or runtime -> why it was not measured."""
    return next((one.missing for of, one in results.inference if of.name == facts.name), {})


def _worse(name: str, unit: str, now: float, then: float) -> Iterator[str]:
    """A line, where it is."""
    if unit == "%" and now < then - SLACK[unit]:
        yield f"{name}: {now:.2f} %, was {then:.2f} %: {then - now:.1f} points less"
    elif unit != "%" and now > then * (1 + SLACK[unit]):
        more = 100 * (now / then - 1)
        yield f"{name}: {said(now, unit)} {unit}, was {said(then, unit)} {unit}: {more:.1f} % more"
