"""The command in a process of its own, forked from one that has imported its slow packages.

Starting Python with torch and onnx takes 3 s of CPU time; a fork of it takes 20 ms.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Self

# The parent answers with each child's exit code; a child becomes the command.
PARENT = """
import gc, json, os, signal, sys, traceback
import edgekit.convert.convert, edgekit.convert.verify
import edgekit.train.compare.compare, edgekit.train.train_run
from edgekit.__main__ import main
gc.freeze()  # else a collection copies every page
for line in sys.stdin:
    child = os.fork()
    if not child:
        break
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
else:
    sys.exit()
order = json.loads(line)
signal.alarm(order["timeout_s"])
os.chdir(order["cwd"])
sys.argv = ["edgekit", *order["words"]]
for descriptor, name in enumerate(("/dev/null", order["stdout"], order["stderr"])):
    os.dup2(os.open(name, os.O_RDWR | os.O_CREAT), descriptor)
code = 0
try:
    main()
except SystemExit as end:
    code = end.code or 0
except BaseException:
    traceback.print_exc()
    code = 1
sys.stdout.flush()
os._exit(code)  # taking all those modules down would cost a second
"""


class ForkedCommand:
    """Runs `edgekit WORDS`, one at a time, each as a new process."""

    def __init__(self) -> None:
        self._parent = subprocess.Popen(
            [sys.executable, "-c", PARENT],
            env={**os.environ, "COLUMNS": "200"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._parent.communicate(timeout=60)

    def __call__(
        self, *words: str | Path, cwd: Path, timeout_s: int = 300
    ) -> "subprocess.CompletedProcess[str]":
        assert self._parent.stdin is not None and self._parent.stdout is not None
        with tempfile.TemporaryDirectory() as folder:
            stdout, stderr = Path(folder, "stdout"), Path(folder, "stderr")
            order = {
                "words": [*map(str, words)],
                "cwd": str(cwd),
                "timeout_s": timeout_s,
                "stdout": str(stdout),
                "stderr": str(stderr),
            }
            print(json.dumps(order), file=self._parent.stdin, flush=True)
            answer = self._parent.stdout.readline()
            if not answer.strip().lstrip("-").isdecimal():
                raise RuntimeError(answer + self._parent.stdout.read())
            return subprocess.CompletedProcess(
                ["edgekit", *map(str, words)], int(answer), stdout.read_text(), stderr.read_text()
            )
