"""A results folder: the session that measured, and its records, one JSON file each.

raw/run.json  raw/facts-<bundle>.json  raw/inference-<bundle>.json  ...  log.txt
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from edgekit.errors import UsageError
from edgekit.posture_words import from_paper, has_all_of_paper

from .accuracy.edge import EdgeAccuracy
from .accuracy.robustness import Robustness
from .energy.angle import CORE, Angle
from .facts import Facts
from .inference.record import Cores, Inference
from .machine import Computer
from .meters.record import Metered
from .monitoring import Monitoring
from .records import Key, Record, is_recorded, read_record, write_record

RAW = "raw"


@dataclass(frozen=True)
class Session:
    """When, by what and on which machine the bundles were measured."""

    day: str  # YYYY-MM-DD
    edgekit: str  # its version
    quick: bool
    machine: Computer
    bundles: tuple[str, ...]  # names, in the order that the tables keep


@dataclass(frozen=True)
class Results:
    """All records of a session, in the order of its bundles; empty for a part not measured."""

    session: Session
    facts: tuple[Facts, ...]
    inference: tuple[tuple[Facts, Inference], ...]  # with the cores, where they were counted
    accuracy: tuple[tuple[Facts, EdgeAccuracy], ...]
    robustness: tuple[tuple[Facts, Robustness], ...]
    cores: tuple[tuple[Facts, Cores], ...]
    instructions: dict[str, int]  # of a window on a Cortex-M4, by bundle
    angle: Angle | None
    monitoring: Monitoring | None
    metered: tuple[Metered, ...]


def write_session(folder: Path, session: Session) -> None:
    write_record(record_path(folder, "run"), session)


def record_path(folder: Path, part: str, bundle: str = "") -> Path:
    return folder / RAW / (f"{part}-{bundle}.json" if bundle else f"{part}.json")


def key_of(session: Session, bundle: str = "") -> Key:
    """Return a record's key. `bundle` is a records_key(); "" for what depends on no bundle.

    Another set of packages or versions counts as another machine.
    """
    machine = session.machine
    packages = " ".join(f"{name}-{version}" for name, version in machine.packages.items())
    return Key(session.edgekit, f"{machine}; {packages}", bundle, session.quick)


def read_results(folder: Path) -> Results:
    """Read the records of the folder's session, and none that another session left there.

    Raises UsageError where nothing was measured, EdgekitError where a record is damaged.
    """
    if not record_path(folder, "run").is_file():
        raise UsageError(f"no results in {folder}. Measure with: edgekit bench --out {folder}")
    session = read_record(record_path(folder, "run"), Session)
    facts = tuple(
        read_record(path, Facts)
        for path in (record_path(folder, "facts", name) for name in session.bundles)
        if path.is_file()
    )
    keys = [key_of(session, each.key) for each in facts]

    def per_bundle(part: str, record_type: type[Record]) -> Iterator[tuple[Facts, Record]]:
        for each, key in zip(facts, keys, strict=True):
            record = _read(folder, part, record_type, [key], each.name)
            if record is not None:
                yield each, record

    cores = {each.name: record for each, record in per_bundle("cores", Cores)}
    metered = _read(folder, "metered", Metered, keys)
    return Results(
        session=session,
        facts=facts,
        inference=tuple(
            (each, _with_cores(record, cores.get(each.name)))
            for each, record in per_bundle("inference", Inference)
        ),
        accuracy=tuple(
            (each, _in_todays_words(record))
            for each, record in per_bundle("accuracy", EdgeAccuracy)
        ),
        robustness=tuple(per_bundle("robustness", Robustness)),
        cores=tuple((each, cores[each.name]) for each in facts if each.name in cores),
        instructions={
            name: counted.instructions
            for name, record in cores.items()
            for counted in record.emulated
            if counted.core == CORE
        },
        angle=_read(folder, "angle", Angle, [key_of(session)]),
        monitoring=_read(folder, "device", Monitoring, keys),
        metered=() if metered is None else (metered,),
    )


def _read(
    folder: Path, part: str, record_type: type[Record], keys: list[Key], bundle: str = ""
) -> Record | None:
    """Return the record where it has one of these keys."""
    path = record_path(folder, part, bundle)
    if any(is_recorded(path, key) for key in keys):
        return read_record(path, record_type)
    return None


def _in_todays_words(accuracy: EdgeAccuracy) -> EdgeAccuracy:
    """Name the sleep postures as today: an older record has the paper's words."""
    names = accuracy.postures
    return replace(accuracy, postures=from_paper(names)) if has_all_of_paper(names) else accuracy


def _with_cores(inference: Inference, cores: Cores | None) -> Inference:
    if cores is None:
        return inference
    missing = inference.missing | cores.missing
    return replace(inference, emulated=cores.emulated, missing=missing)
