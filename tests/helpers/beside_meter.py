"""A process beside a simulated meter; its time is the simulated world's."""

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from edgekit.firmware.emulate.simulated_bus import Fault, Meter, make_world


def said_beside(
    folder: Path, setup: str, code: str, meter: Meter, faults: Sequence[Fault] = ()
) -> list[Any]:
    """The values of its last line, which is JSON."""
    world = make_world(folder, np.zeros((100, 3), np.int16), faults, meter=meter)
    done = subprocess.run(
        [sys.executable, "-c", setup + textwrap.dedent(code)],
        env={**os.environ, **world.environment()},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout.splitlines()[-1]))
