"""Draw from independent streams of one seed, so that more draws of one thing change no other."""

from enum import IntEnum

import numpy as np

from edgekit.errors import UsageError


class Stream(IntEnum):
    """What is drawn; HABITS to DISTURBANCES serve minutes with an index and nights without."""

    SUBJECT = 0
    MINUTE = 1
    NIGHT = 2
    HABITS = 3
    WEARING = 4
    AWAKE = 5
    DISTURBANCES = 6
    STILL = 7


def stream(seed: int, kind: Stream, *index: int) -> np.random.Generator:
    """Return the generator of one thing of one seed; raises UsageError for a negative seed."""
    if seed < 0:
        raise UsageError(f"a seed is 0 or more, not {seed}")
    # A spawn key, because numpy pads a short list of seeds with zeros: [5] would equal [5, 0, 0].
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(kind, *index)))


def split(rng: np.random.Generator, count: int) -> list[np.random.Generator]:
    """Return `count` independent generators, drawn from one."""
    return [np.random.default_rng(seed) for seed in rng.integers(2**63, size=count)]
