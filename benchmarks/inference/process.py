"""A worker: one runtime's process, spoken to over pipes; whoever waits is not on the processor."""

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
    """It ended, or went silent; the message is why."""


@dataclass(frozen=True)
class Worker:
    process: subprocess.Popen[str]
    said: Path  # what it wrote to stderr

    def answer(self, seconds: float = 0.0) -> dict[str, Any]:
        """Its next line, which takes it `seconds`. Raises WorkerError."""
        stdout = self.process.stdout
        assert stdout is not None
        waited_s = seconds + LIMIT_S
        if not select.select([stdout], [], [], waited_s)[0]:
            raise WorkerError(f"it did not answer within {waited_s:.0f} s")
        line = stdout.readline()
        if not line.endswith("\n"):
            raise WorkerError(self._last_words())
        answer: dict[str, Any] = json.loads(line)
        return answer

    def round(self, seconds: float) -> dict[str, Any]:
        """Raises WorkerError."""
        assert self.process.stdin is not None
        try:
            print(seconds, file=self.process.stdin, flush=True)
        except BrokenPipeError:
            raise WorkerError(self._last_words()) from None
        return self.answer(seconds)

    def _last_words(self) -> str:
        try:
            code = self.process.wait(10)
        except subprocess.TimeoutExpired:
            return "it closed its output and went on"
        if code < 0:
            return f"it was ended by {signal.Signals(-code).name}"
        lines = self.said.read_text(errors="replace").split("\n")
        spoken = [line.strip() for line in lines if line.strip()]
        return spoken[-1] if spoken else f"it ended with exit code {code}"


@contextmanager
def started(job: dict[str, Any], python: Path, folder: Path) -> Iterator[Worker]:
    """A worker, which is gone when the block ends, however it ends."""
    described = folder / f"{job['runtime']}.json"
    described.write_text(json.dumps(job))
    said = described.with_suffix(".stderr")
    with said.open("w") as stderr:
        process = subprocess.Popen(
            # -P: the modules beside the script are no top-level ones.
            [str(python), "-P", str(SCRIPT), str(described)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            env={**os.environ, **ONE_THREAD},
        )
    try:
        yield Worker(process, said)
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            with suppress(BrokenPipeError):
                pipe.close()
