"""A results folder: what was measured, a JSON file a record, and what is computed from all of it.

raw/run.json  raw/facts-<bundle>.json  raw/inference-<bundle>.json  ...  log.txt
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from edgekit.errors import UsageError

from .accuracy.edge import EdgeAccuracy
from .accuracy.robustness import Robustness
from .energy.angle import CORE, Angle
from .facts import Facts
from .inference.record import Emulated, Inference
from .kept import Key, Record, is_kept, read_record, write_record
from .machine import Machine
from .meters.record import Metered
from .monitoring import Monitoring

RAW = "raw"


@dataclass(frozen=True)
class Made:
    """When and where, and how thoroughly."""

    day: str  # YYYY-MM-DD
    edgekit: str  # its version
    quick: bool
    machine: Machine
    bundles: tuple[str, ...]  # names, in the order that the tables keep


@dataclass(frozen=True)
class Cores:
    """The generated C of one bundle on every core in emulation."""

    bundle: str
    emulated: tuple[Emulated, ...]
    missing: dict[str, str]  # core -> why not


@dataclass(frozen=True)
class Results:
    """Lists are in the order of the bundles; of a part that was not asked for they are empty."""

    made: Made
    facts: tuple[Facts, ...]
    inference: tuple[tuple[Facts, Inference], ...]  # with the cores, where they were counted
    accuracy: tuple[tuple[Facts, EdgeAccuracy], ...]
    robustness: tuple[tuple[Facts, Robustness], ...]
    instructions: dict[str, int]  # of a window on a Cortex-M4, by bundle
    angle: Angle | None
    monitoring: Monitoring | None
    metered: tuple[Metered, ...]


def write_made(folder: Path, made: Made) -> None:
    write_record(record_path(folder, "run"), made)


def record_path(folder: Path, part: str, bundle: str = "") -> Path:
    return folder / RAW / (f"{part}-{bundle}.json" if bundle else f"{part}.json")


def key_of(made: Made, bundle: str = "") -> Key:
    """`bundle`: as known_by() names it; "" of what is of no bundle.

    A package of another version, or one that was not there, makes it another machine.
    """
    packages = " ".join(f"{name}-{version}" for name, version in made.machine.packages.items())
    return Key(made.edgekit, f"{made.machine}; {packages}", bundle, made.quick)


def read_results(folder: Path) -> Results:
    """Of this run: what another machine, another edgekit or another bundle of that name left there
    is not in it.

    Raises UsageError where nothing was measured, EdgekitError where a record is damaged.
    """
    if not record_path(folder, "run").is_file():
        raise UsageError(f"no results in {folder}. Measure with: edgekit bench --out {folder}")
    made = read_record(record_path(folder, "run"), Made)
    facts = tuple(
        read_record(path, Facts)
        for path in (record_path(folder, "facts", name) for name in made.bundles)
        if path.is_file()
    )
    keys = [key_of(made, one.known_by) for one in facts]

    def of_each(part: str, record: type[Record]) -> Iterator[tuple[Facts, Record]]:
        for one, key in zip(facts, keys, strict=True):
            yield from ((one, found) for found in _one(folder, part, record, [key], one.name))

    cores = {one.name: found for one, found in of_each("cores", Cores)}
    return Results(
        made=made,
        facts=facts,
        inference=tuple(
            (one, _with(found, cores.get(one.name)))
            for one, found in of_each("inference", Inference)
        ),
        accuracy=tuple(of_each("accuracy", EdgeAccuracy)),
        robustness=tuple(of_each("robustness", Robustness)),
        instructions={
            name: counted.instructions
            for name, one in cores.items()
            for counted in one.emulated
            if counted.core == CORE
        },
        angle=next(_one(folder, "angle", Angle, [key_of(made)]), None),
        monitoring=next(_one(folder, "device", Monitoring, keys), None),
        metered=tuple(_one(folder, "metered", Metered, keys)),
    )


def _one(
    folder: Path, part: str, record: type[Record], keys: list[Key], bundle: str = ""
) -> Iterator[Record]:
    """None or one: that of one of these keys."""
    path = record_path(folder, part, bundle)
    if any(is_kept(path, key) for key in keys):
        yield read_record(path, record)


def _with(timed: Inference, cores: Cores | None) -> Inference:
    if cores is None:
        return timed
    return replace(timed, emulated=cores.emulated, missing=timed.missing | cores.missing)
