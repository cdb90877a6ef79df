"""Time every runtime on one bundle's net, their rounds in turn, in one run."""

import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgekit.bundle import GOLDEN, Bundle
from edgekit.convert.golden import read_golden
from edgekit.convert.run_input import load_run
from edgekit.errors import EdgekitError
from edgekit.spec import ADXL345_COUNTS_PER_G

from ..figure import Spread, spread
from .process import Worker, WorkerError, start_worker
from .record import GENERATED, MICRO, Inference, Timed
from .runtimes import RUNTIMES, Job, JobContext, TimedRuntime

ROUNDS = 5
ROUND_S, QUICK_ROUND_S = 1.0, 0.2
WARM_UP = 0.1  # share of a round's length
WINDOWS = 500


def time_runtimes(
    bundle: Bundle,
    run: Path | None,
    quick: bool,
    progress: Callable[[str], None],
    *,
    runtimes: Sequence[TimedRuntime] = RUNTIMES,
    round_s: float | None = None,
) -> Inference:
    """Time the runtimes; one that is not installed, or dies, stands in `missing`.

    Emulated cores are counted elsewhere, by count_on_cores(). Raises EdgekitError where the run is
    damaged or no windows are at hand.
    """
    round_s = round_s or (QUICK_ROUND_S if quick else ROUND_S)
    xyz_g, source = _windows(bundle, run)
    missing: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="edgekit-inference-") as name, ExitStack() as workers:
        folder = Path(name)
        np.save(folder / "windows.npy", xyz_g)
        context = JobContext(bundle, run, folder, folder / "windows.npy", quick, progress)
        lanes: list[_Lane] = []
        for runtime in runtimes:
            progress(f"{runtime.name} starts")
            try:
                job = runtime.job(context)
                worker = workers.enter_context(start_worker(job.fields, job.python, folder))
                lanes.append(_Lane(runtime, job, worker, worker.answer()))
            except EdgekitError as error:
                missing[runtime.name] = str(error)
        lanes = _time_rounds(lanes, round_s, missing, progress)
    answers = {lane.runtime.name: lane.ready["answers"] for lane in lanes}
    reference = next((name for name in (MICRO, GENERATED) if name in answers), "")
    return Inference(
        bundle=bundle.name,
        windows=len(xyz_g),
        windows_are=source,
        reference=reference,
        clock_ns=min((lane.ready["clock_ns"] for lane in lanes), default=0.0),
        round_s=round_s,
        timed=tuple(_timed(lane, answers.get(reference)) for lane in lanes),
        emulated=(),
        missing=missing,
    )


@dataclass
class _Lane:
    runtime: TimedRuntime
    job: Job
    worker: Worker
    ready: dict[str, Any]  # the worker's first answer, after every window once
    rounds: list[dict[str, Any]] = field(default_factory=list)


def _time_rounds(
    lanes: list[_Lane], round_s: float, missing: dict[str, str], progress: Callable[[str], None]
) -> list[_Lane]:
    """Time all rounds and return the lanes that finished.

    Each round begins with another lane, so that none is always the first.
    """
    for number in range(ROUNDS + 1):
        progress("warm-up" if number == 0 else f"round {number} of {ROUNDS}")
        for lane in lanes[number:] + lanes[:number]:
            try:
                timing = lane.worker.round(round_s * (WARM_UP if number == 0 else 1))
            except WorkerError as error:
                missing[lane.runtime.name] = str(error)
                lanes = [other for other in lanes if other is not lane]
            else:
                lane.rounds += [timing] if number else []
    return lanes


def _windows(bundle: Bundle, run: Path | None) -> tuple[NDArray[np.float32], str]:
    """Return windows (N, window, 3) in g, and which they are.

    They are spread evenly over the run's held-out ones, else the bundle's golden windows. Raises
    EdgekitError where there are none.
    """
    if run is None:
        counts = read_golden(bundle.folder / GOLDEN).counts
        return np.asarray(counts / np.float32(ADXL345_COUNTS_PER_G)), f"of the bundle's {GOLDEN}"
    xyz_g = load_run(run).test.xyz_g
    at = np.linspace(0, len(xyz_g) - 1, min(WINDOWS, len(xyz_g))).astype(int)
    return xyz_g[at], f"of the {len(xyz_g):,} held-out windows of {run.resolve().name}"


def _timed(lane: _Lane, reference: list[list[list[float]]] | None) -> Timed:
    heads = [np.array(head) for head in lane.ready["answers"]]  # (N, classes) each
    equal = agreeing = None
    if reference is not None:
        references = [np.array(head) for head in reference]
        pairs = list(zip(heads, references, strict=True))
        agreeing = _count(head.argmax(1) == truth.argmax(1) for head, truth in pairs)
        if lane.runtime.numbers == "int8":
            equal = _count((head == truth).all(1) for head, truth in pairs)
    rounds = lane.rounds
    return Timed(
        runtime=lane.runtime.name,
        version=lane.ready["version"],
        numbers=lane.runtime.numbers,
        p50_by_round_us=tuple(timing["p50_us"] for timing in rounds),
        p99_by_round_us=tuple(timing["p99_us"] for timing in rounds),
        inferences=sum(timing["inferences"] for timing in rounds),
        before_us=_side(rounds, "before_us"),
        after_us=_side(rounds, "after_us"),
        start_s=lane.ready["start_s"],
        memory_mb=lane.ready["memory_mb"],
        file_bytes=lane.job.file_bytes,
        equal=equal,
        agreeing=agreeing,
    )


def _side(rounds: list[dict[str, Any]], name: str) -> Spread | None:
    return spread([timing[name] for timing in rounds]) if name in rounds[0] else None


def _count(right_by_head: Any) -> int:
    """Return how many windows are right in every head."""
    return int(np.logical_and.reduce(list(right_by_head)).sum())
