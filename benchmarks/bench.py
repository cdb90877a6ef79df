"""Measure all benchmarks of some bundles, part by part, into a results folder.

A record of the same bundle, machine and edgekit is not measured again; records of others are
neither used nor printed.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from edgekit import __version__
from edgekit.bundle import Bundle
from edgekit.errors import EdgekitError, UsageError
from edgekit.signals import ended_by_ctrl_c

from .accuracy import edge, robustness
from .energy import angle
from .facts import Facts, facts_of, records_key
from .inference.emulated import count_on_cores
from .inference.measure import time_runtimes
from .machine import this_machine
from .meters.meter import measure_power
from .meters.record import Metered, What
from .monitoring import measure as measure_monitoring
from .monitoring.loggers import monitor_running
from .records import is_recorded, write_record
from .results import Session, key_of, record_path, write_session

# The name of a record per bundle, the parts that need it, and what measures it.
_PER_BUNDLE: tuple[tuple[str, set[str], Callable[..., Any]], ...] = (
    ("cores", {"inference", "energy", "training"}, count_on_cores),
    ("inference", {"inference"}, time_runtimes),
    ("accuracy", {"accuracy"}, edge.measure),
    ("robustness", {"robustness"}, robustness.measure),
)
PARTS = ("inference", "device", "energy", "training", "accuracy", "robustness", "firmware")
NEED_RUN = ("training", "accuracy", "robustness")  # that a bundle was made from
LOG = "log.txt"

Progress = Callable[[str], None]  # prints a line


@dataclass(frozen=True)
class BundleWithRun:
    bundle: Bundle
    run: Path | None  # the folder of the run that it was converted from, where that is at hand

    @property
    def key(self) -> str:
        return records_key(self.bundle.digest, run=self.run is not None)


@dataclass(frozen=True)
class MeterChoice:
    """A power meter as the command line names it, and what it measures."""

    spec: str
    what: What


@dataclass(frozen=True)
class BenchStep:
    """One record to be measured."""

    part: str
    subject: BundleWithRun | None  # None of what does not depend on a bundle
    measure: Callable[[Progress], Any]  # returns the record

    @property
    def bundle_name(self) -> str:
        return self.subject.bundle.name if self.subject and self.part != "device" else ""


def measure(
    bundles: list[BundleWithRun],
    parts: tuple[str, ...],
    out: Path,
    quick: bool,
    progress: Progress,
    meter: MeterChoice | None = None,
) -> list[EdgekitError]:
    """Measure every record that the parts need into `out`; return why some could not be.

    Raises UsageError where two bundles have one name, EdgekitError where the meter cannot be read
    or a bundle lacks a field that every part needs.
    """
    names = tuple(each.bundle.name for each in bundles)
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"two of the bundles are called {name}: rename the folder of one")
    session = Session(time.strftime("%Y-%m-%d"), __version__, quick, this_machine(), names)
    write_session(out, session)
    with _logged(out / LOG, progress) as log:
        log(f"edgekit {__version__} on {session.machine}")
        if meter is not None:  # always measured anew: the wiring may have changed
            record = _metered(meter, bundles[0], quick, partial(_prefixed, log, "meter"))
            write_record(record_path(out, "metered"), record, key_of(session, bundles[0].key))
        return measure_steps(list(_steps(bundles, parts, quick)), out, session, log)


def measure_steps(
    steps: list[BenchStep], out: Path, session: Session, log: Progress
) -> list[EdgekitError]:
    """Measure the steps in turn; where a tool is missing the others go on. Return the errors.

    Raises EdgekitError where the facts fail, because every section needs them.
    """
    failed = []
    for number, step in enumerate(steps, 1):
        name = f"{step.part} {step.bundle_name}".strip()
        title = f"[{number}/{len(steps)}] {name}"
        try:
            with ended_by_ctrl_c():
                _record(out, step, session, partial(_prefixed, log, title))
        except EdgekitError as error:
            if step.part == "facts":
                raise
            log(f"{title}: not measured: {error}")
            failed.append(EdgekitError(f"{name}: {error}"))
    return failed


def _steps(
    bundles: list[BundleWithRun], parts: tuple[str, ...], quick: bool
) -> Iterator[BenchStep]:
    wanted = set(parts)
    for subject in bundles:
        yield BenchStep("facts", subject, partial(_facts, subject))
    for part, needed_by, measure_part in _PER_BUNDLE:
        for subject in bundles if wanted & needed_by else ():
            if subject.run is not None or part not in NEED_RUN:
                measure_it = partial(measure_part, subject.bundle, subject.run, quick)
                yield BenchStep(part, subject, measure_it)
    if "energy" in wanted:
        yield BenchStep("angle", None, angle.measure)
    if wanted & {"device", "energy"}:
        yield BenchStep("device", bundles[0], partial(measure_monitoring, bundles[0].bundle, quick))


def _facts(subject: BundleWithRun, _: Progress) -> Facts:
    return facts_of(subject.bundle, subject.run)


def _metered(
    meter: MeterChoice, subject: BundleWithRun, quick: bool, progress: Progress
) -> Metered:
    """Measure power; where this machine is metered, at rest and with the monitor running."""
    work = partial(monitor_running, subject.bundle) if meter.what == "monitoring" else None
    return measure_power(meter.spec, meter.what, work, quick=quick, progress=progress)


def _record(out: Path, step: BenchStep, session: Session, progress: Progress) -> None:
    """Measure and write the step's record, unless it is there."""
    key = key_of(session, step.subject.key if step.subject else "")
    began = time.monotonic()
    path = record_path(out, step.part, step.bundle_name)
    if is_recorded(path, key):
        progress("as measured before")
        return
    write_record(path, step.measure(progress), key)
    progress(f"done in {time.monotonic() - began:.0f} s")


def _prefixed(progress: Progress, title: str, line: str) -> None:
    progress(f"{title}: {line}")


@contextmanager
def _logged(path: Path, progress: Progress) -> Iterator[Progress]:
    """Write each line of progress to a file as well, with the time of day."""
    with path.open("a") as file:

        def log(line: str) -> None:
            file.write(f"{time.strftime('%Y-%m-%dT%H:%M:%S')} {line}\n")
            file.flush()
            progress(line)

        yield log
