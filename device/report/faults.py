"""What went wrong at the sensor and on its bus, in plain words."""

from collections import Counter

from ..night import Health

# Kinds as the sources count them; one that is not here is shown as it is called.
PLAIN = {
    "nack": "The sensor did not answer (a loose wire, or a brown-out)",
    "eio": "Errors on the bus",
    "bus": "Errors on the bus",
    "timeout": "The bus hung",
    "stuck bus": "The bus hung",
    "reopened": "The bus was opened again",
    "overrun": "The sensor's own memory ran over: samples were lost",
    "overruns": "The sensor's own memory ran over: samples were lost",
    "reset": "The sensor lost its settings and was set up again (its supply dipped)",
    "reconfigured": "The sensor lost its settings and was set up again (its supply dipped)",
    "frozen": "The sensor repeated itself and was set up again",
    "crc": "Damaged frames on the line",
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
