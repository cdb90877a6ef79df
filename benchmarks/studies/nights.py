"""Replay a simulated night through the device's own loop."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from edgekit.bundle import Bundle
from edgekit.device.decide.answer import BundleAnswer
from edgekit.device.sources.source import FULL_SPEED, Replay
from edgekit.errors import UsageError
from edgekit.night.columns import joined
from edgekit.night.night import Decisions, Event
from edgekit.recording import Recording


def decide(bundle: Bundle, night: Recording) -> tuple[Decisions, list[Event]]:
    """Return the device's decisions on a recording, and the events of its placement watch.

    Raises UsageError where the recording holds no whole window.
    """
    answer = BundleAnswer(bundle)
    parts = [answer.push(chunk) for chunk in Replay([night], FULL_SPEED).chunks()]
    parts.append(answer.restart())
    decided = [part for part in parts if part is not None]
    if not decided:
        raise UsageError(f"{night.duration_s:g} s hold no whole window; give more --hours")
    return joined(decided), answer.noticed()


def with_end(night: Recording, xyz_g: NDArray[np.floating]) -> Recording:
    """Return the night with its last n samples replaced by samples (n, 3) in g."""
    before_g = night.xyz_g[: len(night) - len(xyz_g)]
    return replace(night, xyz_g=np.concatenate([before_g, xyz_g]).astype(np.float32))
