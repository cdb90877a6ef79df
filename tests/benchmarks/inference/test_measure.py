"""Runtimes side by side: each alone in its process, rounds in turn, one's end no one else's."""

import sys
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from edgekit.benchmarks.inference.measure import ROUNDS, time_runtimes
from edgekit.benchmarks.inference.process import Worker, WorkerError, start_worker
from edgekit.benchmarks.inference.record import GENERATED, LITERT, MICRO, Inference
from edgekit.benchmarks.inference.runtimes import RUNTIMES, Job, JobContext, TimedRuntime
from edgekit.benchmarks.inference.tflite_runtime import tflite_runtime_python
from edgekit.benchmarks.inference.worker import MIN_INFERENCES
from edgekit.bundle import Bundle, load_bundle
from edgekit.convert.export import onnx_bytes
from edgekit.convert.golden import read_golden
from edgekit.convert.runtimes import litert_logits, tflm_logits, torch_logits
from edgekit.errors import EdgekitError
from edgekit.front_end import int8_input
from edgekit.spec import ONE_GAIN, SLEEP, FrontEnd
from edgekit.train.nets import build
from tests.helpers.bundles import add_c, make_bundle

IN_C = "generated C, timed in C"
MISREAD = FrontEnd(32, 512)
ROUND_S = 1e-4  # shorter than ten inferences of any of them


def quiet(_: str) -> None:
    pass


def named(*names: str) -> list[TimedRuntime]:
    return [runtime for runtime in RUNTIMES if runtime.name in names]


def spoilt(name: str, **fields: object) -> TimedRuntime:
    """LiteRT's job by another name, with other fields for its worker."""

    def job(context: JobContext) -> Job:
        (litert,) = named(LITERT)
        made = litert.job(context)
        return replace(made, fields={**made.fields, **fields})

    return TimedRuntime(name, "int8", job)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return load_bundle(add_c(make_bundle(tmp_path_factory.mktemp("bundles") / "by-gravity")))


@pytest.fixture(scope="module")
def found(bundle: Bundle) -> Inference:
    """Runtimes, one that misreads windows, and three that fail: at once, by a signal, later."""
    runtimes = [
        spoilt("of no model", model=str(bundle.folder / "bundle.json")),
        spoilt("that misreads", front_end=asdict(MISREAD)),
        spoilt("of one head", outputs=[[1.0, 0]]),
        *named(LITERT, MICRO, GENERATED, IN_C, "ONNX Runtime", "torch"),
        spoilt(
            "that aborts", runtime="generated", model="libc.so.6", function="abort",
            sizes=[1, 1], compiler="",
        ),
    ]  # fmt: skip
    return time_runtimes(bundle, None, True, quiet, runtimes=runtimes, round_s=ROUND_S)


def test_what_runs_is_timed_and_what_does_not_is_missing_with_its_reason(found: Inference) -> None:
    ran = [timed.runtime for timed in found.timed]
    assert ran == ["that misreads", LITERT, MICRO, GENERATED, IN_C]
    assert "not a valid Flatbuffer" in found.missing["of no model"]
    assert found.missing["that aborts"] == "it was ended by SIGABRT"
    assert "zip()" in found.missing["of one head"]  # its windows were answered, its round was not
    assert found.missing["ONNX Runtime"] == "the bundle holds no model.onnx"
    assert "run" in found.missing["torch"]


def test_every_runtime_ends_every_round_with_ten_inferences_or_more(found: Inference) -> None:
    for timed in found.timed:
        assert len(timed.p50_by_round_us) == len(timed.p99_by_round_us) == ROUNDS
        assert timed.inferences >= ROUNDS * MIN_INFERENCES
        pairs = zip(timed.p50_by_round_us, timed.p99_by_round_us, strict=True)
        assert all(0 < p50 <= p99 for p50, p99 in pairs)
        assert timed.start_s > 0


def test_the_generated_c_answers_every_window_as_tflite_micro_does(found: Inference) -> None:
    assert found.reference == MICRO
    for name in (MICRO, GENERATED, IN_C):
        timed = found.of(name)
        assert timed is not None
        assert timed.equal == timed.agreeing == found.windows


def test_equal_counts_windows_of_which_every_byte_is_the_references_and_same_the_largest(
    bundle: Bundle, found: Inference
) -> None:
    counts, model = read_golden(bundle.folder / "golden.bin").counts, bundle.model.read_bytes()
    misread = litert_logits(model, int8_input(counts, MISREAD))
    truth = tflm_logits(model, int8_input(counts, bundle.spec.front_end))
    pairs = [(misread.posture, truth.posture), (misread.placement, truth.placement)]
    equal = np.all([(one == other).all(1) for one, other in pairs], axis=0)
    same = np.all([one.argmax(1) == other.argmax(1) for one, other in pairs], axis=0)
    timed = found.of("that misreads")
    assert timed is not None
    assert (timed.equal, timed.agreeing) == (equal.sum(), same.sum())
    assert equal.sum() < same.sum() < found.windows


def test_only_python_steps_are_timed_apart(found: Inference) -> None:
    sides = {timed.runtime: (timed.before_us, timed.after_us) for timed in found.timed}
    assert sides[IN_C] == (None, None)
    assert all(side is not None for side in sides[GENERATED])


def test_memory_is_the_runtimes_own_and_not_that_of_whoever_started_it(found: Inference) -> None:
    """This process holds torch and more: what it forked would begin with that."""
    generated = found.of(GENERATED)
    assert generated is not None
    assert 0 <= generated.memory_mb < 20


@pytest.mark.parametrize(
    ("front_end", "int8_ready"),
    [(SLEEP.front_end, True), (ONE_GAIN, True), (ONE_GAIN, False)],
    ids=["two gains", "one gain", "in g"],
)
def test_a_float_net_reads_what_it_was_trained_on(
    front_end: FrontEnd, int8_ready: bool, tmp_path: Path
) -> None:
    spec = replace(SLEEP, front_end=front_end)
    net = build("mtl-net-micro", spec).eval()
    run = {"config": {"recipe": {"int8_ready": int8_ready}}}
    bundle = load_bundle(make_bundle(tmp_path / "bundle", spec, run=run))
    (bundle.folder / "model.onnx").write_bytes(onnx_bytes(net, spec))
    xyz_g = np.random.default_rng(0).normal(0, 1, (4, 100, 3)).astype(np.float32)
    np.save(tmp_path / "windows.npy", xyz_g)
    context = JobContext(bundle, None, tmp_path, tmp_path / "windows.npy", True, quiet)
    (onnx,) = named("ONNX Runtime")
    job = onnx.job(context)
    with start_worker(job.fields, job.python, tmp_path) as worker:
        answers = worker.answer()["answers"]
    read = bundle.read(xyz_g) / np.float32(64) if int8_ready else xyz_g
    for found, expected in zip(answers, torch_logits(net, read).heads, strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-4)


@pytest.fixture
def job(bundle: Bundle, tmp_path: Path) -> Job:
    np.save(tmp_path / "windows.npy", np.zeros((4, 100, 3), np.float32))
    context = JobContext(bundle, None, tmp_path, tmp_path / "windows.npy", True, quiet)
    (litert,) = named(LITERT)
    return litert.job(context)


def test_a_worker_is_gone_when_the_block_ends_even_by_ctrl_c(job: Job, tmp_path: Path) -> None:
    workers: list[Worker] = []
    with pytest.raises(KeyboardInterrupt), start_worker(job.fields, job.python, tmp_path) as worker:
        worker.answer()
        workers.append(worker)
        raise KeyboardInterrupt
    assert workers[0].process.poll() is not None


def test_a_worker_that_is_killed_between_rounds_says_by_what(job: Job, tmp_path: Path) -> None:
    with start_worker(job.fields, job.python, tmp_path) as worker:
        worker.answer()
        worker.process.kill()
        with pytest.raises(WorkerError, match="SIGKILL"):
            worker.round(ROUND_S)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="tflite-runtime ends with Python 3.11")
def test_a_quick_run_installs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDGEKIT_CACHE", str(tmp_path))
    with pytest.raises(EdgekitError, match="without --quick"):
        tflite_runtime_python(may_install=False, progress=quiet)
    assert not list(tmp_path.iterdir())
