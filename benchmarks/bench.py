"""All benchmarks of some bundles, measured part by part into a results folder.

A record that is there already, of the same bundle, machine and edgekit, is not measured again; one
of others is not printed.
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
from edgekit.files import sha256
from edgekit.signals import ended_by_ctrl_c

from .accuracy import edge, robustness
from .energy import angle
from .facts import Facts, facts_of, known_by
from .inference.emulated import emulated
from .inference.measure import time_runtimes
from .inference.record import Inference
from .inference.runtimes import RUNTIMES
from .kept import is_kept, write_record
from .machine import this_machine
from .meters.meter import metered
from .meters.record import Metered, What
from .monitoring import Monitoring
from .monitoring import measure as monitoring
from .monitoring.minute import monitor_running
from .results import Cores, Made, key_of, record_path, write_made

PARTS = ("inference", "device", "energy", "training", "accuracy", "robustness", "firmware")
LOG = "log.txt"

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Given:
    """A bundle, and the run that it was made from, where that is at hand."""

    bundle: Bundle
    run: Path | None

    @property
    def known_by(self) -> str:
        return known_by(self.bundle.digest, run=self.run is not None)


@dataclass(frozen=True)
class Meter:
    """A power meter, as its word on the command line names it, and what it sees."""

    spec: str
    what: What


@dataclass(frozen=True)
class Step:
    """One record to be measured."""

    part: str
    of: Given | None  # None of what is of no bundle
    measure: Callable[[Tell], Any]

    @property
    def name(self) -> str:
        return self.of.bundle.name if self.of and self.part != "device" else ""


def measure(
    given: list[Given],
    parts: tuple[str, ...],
    out: Path,
    quick: bool,
    tell: Tell,
    meter: Meter | None = None,
) -> list[EdgekitError]:
    """Every record that the parts need, into `out`; why some of them could not be measured.

    Raises UsageError where two bundles have one name, EdgekitError of a meter, or of a bundle
    that does not say what it is.
    """
    names = tuple(one.bundle.name for one in given)
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"two of the bundles are called {name}: rename the folder of one")
    made = Made(time.strftime("%Y-%m-%d"), __version__, quick, this_machine(), names)
    write_made(out, made)
    steps = list(_steps(given, parts, quick))
    failed = []
    with _log(out / LOG, tell) as told:
        told(f"edgekit {__version__} on {made.machine}")
        if meter is not None:  # never kept: nobody knows what was at its wires the last time
            seen = _metered(meter, given[0], quick, partial(_within, told, "meter"))
            write_record(record_path(out, "metered"), seen, key_of(made, given[0].known_by))
        for number, step in enumerate(steps, 1):
            what = " ".join(filter(None, (f"[{number}/{len(steps)}]", step.part, step.name)))
            try:
                with ended_by_ctrl_c():
                    _keep(out, step, made, partial(_within, told, what))
            except EdgekitError as error:  # a tool that is missing here: the others go on
                if step.part == "facts":
                    raise
                told(f"{what}: not measured: {error}")
                failed.append(EdgekitError(f"{step.part} {step.name}".strip() + f": {error}"))
    return failed


def run_of(bundle: Bundle, folders: list[Path]) -> Path | None:
    """The run that a bundle was made from: of `folders`, beside the bundle, or in runs/.

    A folder is its run when the weights and run.json have the digests that the bundle names.
    """
    name = str(bundle.fields["run"]["name"])
    beside = bundle.folder.resolve().parent
    for folder in (*folders, beside / name, beside.parent / "runs" / name, Path("runs") / name):
        digests = bundle.fields["run"]["digests"]
        if all(
            (folder / file).is_file() and sha256(folder / file) == digest
            for file, digest in digests.items()
        ):
            return folder
    return None


def _steps(given: list[Given], parts: tuple[str, ...], quick: bool) -> Iterator[Step]:
    wanted = set(parts)
    for one in given:
        yield Step("facts", one, partial(_facts, one))
    for part, work in [(part, work) for part, needed, work in _WORKS if wanted & needed]:
        for one in given:
            if one.run is None and part in ("accuracy", "robustness"):
                continue
            yield Step(part, one, partial(work, one, quick))
    if "energy" in wanted:
        yield Step("angle", None, angle.measure)
    if wanted & {"device", "energy"}:
        yield Step("device", given[0], partial(_device, given[0], quick))


def _facts(given: Given, _: Tell) -> Facts:
    return facts_of(given.bundle, given.run)


def _cores(given: Given, quick: bool, tell: Tell) -> Cores:
    return Cores(given.bundle.name, *emulated(given.bundle, quick=quick, tell=tell))


def _inference(given: Given, quick: bool, tell: Tell) -> Inference:
    return time_runtimes(given.bundle, given.run, RUNTIMES, quick=quick, tell=tell)


def _device(given: Given, quick: bool, tell: Tell) -> Monitoring:
    tell("the monitor and a plain logger beside it, over the simulated sensor, in real time")
    return monitoring(given.bundle, quick)


def _metered(meter: Meter, given: Given, quick: bool, tell: Tell) -> Metered:
    """The monitor runs for it, in turn with rest, where this machine is what it sees."""
    work = partial(monitor_running, given.bundle) if meter.what == "monitoring" else None
    return metered(meter.spec, meter.what, work, quick=quick, tell=tell)


def _accuracy(given: Given, quick: bool, tell: Tell) -> edge.EdgeAccuracy:
    assert given.run is not None
    tell("float, LiteRT and generated C on the held-out windows")
    return edge.measure(given.bundle, given.run, quick, tell)


def _robustness(given: Given, quick: bool, tell: Tell) -> robustness.Robustness:
    assert given.run is not None
    return robustness.measure(given.bundle, given.run, quick, tell)


# The record's name, the parts that it is measured for, and how.
_WORKS: tuple[tuple[str, set[str], Callable[[Given, bool, Tell], Any]], ...] = (
    ("cores", {"inference", "energy", "training"}, _cores),
    ("inference", {"inference"}, _inference),
    ("accuracy", {"accuracy"}, _accuracy),
    ("robustness", {"robustness"}, _robustness),
)


def _keep(out: Path, step: Step, made: Made, tell: Tell) -> None:
    key = key_of(made, step.of.known_by if step.of else "")
    began = time.monotonic()
    path = record_path(out, step.part, step.name)
    if is_kept(path, key):
        tell("as measured before")
        return
    write_record(path, step.measure(tell), key)
    tell(f"done in {time.monotonic() - began:.0f} s")


def _within(tell: Tell, what: str, words: str) -> None:
    tell(f"{what}: {words}")


@contextmanager
def _log(path: Path, tell: Tell) -> Iterator[Tell]:
    """Each line told is written, too, with the time of day."""
    with path.open("a") as file:

        def told(words: str) -> None:
            file.write(f"{time.strftime('%Y-%m-%dT%H:%M:%S')} {words}\n")
            file.flush()
            tell(words)

        yield told
