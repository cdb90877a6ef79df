"""Measure everything that monitoring costs, on one bundle."""

import tempfile
from pathlib import Path

from edgekit.bundle import Bundle

from .loggers import first_decision_s, loggers
from .night import SHORT_HOURS, WHOLE_HOURS, report, rescore, simulated_night
from .record import Monitoring

SECONDS, QUICK_S = 60.0, 10.0
ROUNDS = 5


def measure(bundle: Bundle, quick: bool = False) -> Monitoring:
    """Measure for about three minutes; `quick`: one round, over ten seconds and a night of an hour.

    Raises EdgekitError where a monitor does not start, UsageError without the simulated bus.
    """
    seconds, rounds = (QUICK_S, 1) if quick else (SECONDS, ROUNDS)
    hours = SHORT_HOURS if quick else WHOLE_HOURS
    with tempfile.TemporaryDirectory(prefix="edgekit-cost-") as place:
        folder = Path(place)
        edgekit, plain, plain_bytes_a_minute = loggers(bundle, folder, seconds)
        first_s = min(first_decision_s(bundle, folder / f"start-{k}") for k in range(rounds))
        night = simulated_night(bundle, folder, hours)
        return Monitoring(
            bundle=bundle.name,
            window_s=bundle.spec.window_s,
            seconds=seconds,
            rounds=rounds,
            edgekit=edgekit,
            plain=plain,
            plain_bytes_a_minute=plain_bytes_a_minute,
            first_decision_s=first_s,
            night_hours=hours,
            night_bytes=night.stat().st_size,
            rescore=rescore(night, bundle, rounds),
            report=report(night, rounds),
        )
