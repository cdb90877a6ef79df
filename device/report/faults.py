"""What went wrong at the sensor and on its bus, in plain words."""

from collections import Counter

from edgekit.night.night import Health

# Kinds as device/adxl345 counts them; one that is not here is shown as it is called.
PLAIN = {
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


def fault_rows(health: Health) -> list[tuple[str, str]]:
    """(what, how often), the most frequent first."""
    counts: Counter[str] = Counter()
    for faults in health.faults:
        counts.update(faults)
    named: Counter[str] = Counter()
    for kind, count in counts.items():
        named[PLAIN.get(kind.lower(), kind)] += count
    return [(name, str(count)) for name, count in named.most_common() if count]
