"""The sensor's health in a night: rate, gaps and faults, in plain words."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from edgekit.night.night import HealthRow
from edgekit.text import grouped

# Kinds as the sensor's driver counts them; a kind that is not here is shown as it is.
FAULT_WORDS = {
    "nack": "Not answered (a loose wire, or no supply)",
    "timeout": "The bus hung",
    "busy": "The bus was busy",
    "io": "Errors on the bus",
    "ones": "Nobody drove the bus",
    "silent": "Answered, but measured nothing",
    "overrun": "The sensor's memory ran over",
    "register lost": "Settings lost (the supply dipped)",
    "frozen": "Repeated itself",
    "bus reopened": "The bus was opened anew",
    "wrong device": "Another chip answered",
    "set up anew": "The sensor was set up anew",
}


def health_rows(health: Sequence[HealthRow]) -> list[tuple[str, str]]:
    """Return (what, how much); the faults last, the most frequent first. Empty without health."""
    if not health:
        return []
    rate = np.array([row.rate_hz for row in health])
    samples = sum(row.samples for row in health)
    return [
        ("Samples", grouped(samples)),
        ("Rate", f"{np.median(rate):.2f} Hz (from {rate.min():.2f} to {rate.max():.2f})"),
        ("Gaps in the samples", grouped(sum(row.gaps for row in health))),
        ("Clipped samples", grouped(sum(row.clipped for row in health))),
        ("Stuck samples", grouped(sum(row.stuck for row in health))),
        *((words, grouped(count)) for words, count in _faults(health).most_common() if count),
    ]


def _faults(health: Sequence[HealthRow]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for row in health:
        for kind, count in row.faults.items():
            counts[FAULT_WORDS.get(kind.lower(), kind)] += count
    return counts
