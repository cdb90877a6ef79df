"""A results folder: what was measured, a JSON file a record, and what is computed from all of it.

raw/run.json  raw/facts-<bundle>.json  raw/inference-<bundle>.json  ...  log.txt
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from edgekit.errors import UsageError

from .accuracy.edge import EdgeAccuracy
from .accuracy.robustness import Robustness
from .energy.angle import Angle
from .facts import Facts
from .inference.record import Emulated, Inference
from .kept import Record, read_record, write_record
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


def read_results(folder: Path) -> Results:
    """Raises UsageError where nothing was measured, EdgekitError where a record is damaged."""
    if not record_path(folder, "run").is_file():
        raise UsageError(f"no results in {folder}. Measure with: edgekit bench --out {folder}")
    made = read_record(record_path(folder, "run"), Made)
    facts = tuple(_all(folder, "facts", made, Facts))
    by_name = {one.name: one for one in facts}
    cores = {one.bundle: one for one in _all(folder, "cores", made, Cores)}
    return Results(
        made=made,
        facts=facts,
        inference=tuple(
            (by_name[one.bundle], _with(one, cores.get(one.bundle)))
            for one in _all(folder, "inference", made, Inference)
        ),
        accuracy=tuple(
            (by_name[one.bundle], one) for one in _all(folder, "accuracy", made, EdgeAccuracy)
        ),
        robustness=tuple(
            (by_name[one.bundle], one) for one in _all(folder, "robustness", made, Robustness)
        ),
        instructions={
            name: counted.instructions
            for name, one in cores.items()
            for counted in one.emulated
            if counted.core == "cortex-m4"
        },
        angle=_one(folder, "angle", Angle),
        monitoring=_one(folder, "device", Monitoring),
        metered=tuple(found for found in (_one(folder, "metered", Metered),) if found),
    )


def _all(folder: Path, part: str, made: Made, record: type[Record]) -> Iterator[Record]:
    for name in made.bundles:
        path = record_path(folder, part, name)
        if path.is_file():
            yield read_record(path, record)


def _one(folder: Path, part: str, record: type[Record]) -> Record | None:
    path = record_path(folder, part)
    return read_record(path, record) if path.is_file() else None


def _with(timed: Inference, cores: Cores | None) -> Inference:
    if cores is None:
        return timed
    return replace(timed, emulated=cores.emulated, missing=timed.missing | cores.missing)
