"""A worker: one runtime's process, used over pipes. Workers that wait use no processor."""

import json
import os
import select
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edgekit.errors import EdgekitError

SCRIPT = Path(__file__).with_name("worker.py")
LIMIT_S = 120.0  # to start, and for a round beyond its own length
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class WorkerError(EdgekitError):
    """The worker ended or went silent; the message says why."""


@dataclass(frozen=True)
class Worker:
    process: subprocess.Popen[str]
    stderr: Path  # the file of its stderr

    def answer(self, seconds: float = 0.0) -> dict[str, Any]:
        """Return its next answer, which takes it `seconds`. Raises WorkerError."""
        stdout = self.process.stdout
        assert stdout is not None
        waited_s = seconds + LIMIT_S
        if not select.select([stdout], [], [], waited_s)[0]:
            raise WorkerError(f"it did not answer within {waited_s:.0f} s")
        line = stdout.readline()
        if not line.endswith("\n"):
            raise WorkerError(self._reason_of_end())
        answer: dict[str, Any] = json.loads(line)
        return answer

    def round(self, seconds: float) -> dict[str, Any]:
        """Time a round of so many seconds and return the timing. Raises WorkerError."""
        assert self.process.stdin is not None
        try:
            print(seconds, file=self.process.stdin, flush=True)
        except BrokenPipeError:
            raise WorkerError(self._reason_of_end()) from None
        return self.answer(seconds)

    def _reason_of_end(self) -> str:
        try:
            code = self.process.wait(10)
        except subprocess.TimeoutExpired:
            return "it closed its output and went on"
        if code < 0:
            return f"it was ended by {signal.Signals(-code).name}"
        lines = self.stderr.read_text(errors="replace").split("\n")
        filled = [line.strip() for line in lines if line.strip()]
        return filled[-1] if filled else f"it ended with exit code {code}"


@contextmanager
def start_worker(job: dict[str, Any], python: Path, folder: Path) -> Iterator[Worker]:
    """Start a worker, which is killed when the block ends."""
    job_file = folder / f"{job['runtime']}.json"
    job_file.write_text(json.dumps(job))
    errors = job_file.with_suffix(".stderr")
    with errors.open("w") as stderr:
        process = subprocess.Popen(
            # -P: the modules beside the script are not importable as top-level ones.
            [str(python), "-P", str(SCRIPT), str(job_file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            env={**os.environ, **ONE_THREAD},
        )
    try:
        yield Worker(process, errors)
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            with suppress(BrokenPipeError):
                pipe.close()
