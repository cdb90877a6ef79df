"""Alarms of positional therapy, attempt by attempt, and the wearer's responses."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from edgekit.night.night import Alarm
from edgekit.text import counted


@dataclass(frozen=True)
class Attempt:
    """The alarms of one attempt to lie in the posture that is to be avoided."""

    number: int
    start_s: float  # UTC of the first alarm
    alarms: int
    level: int  # the highest
    strength: float  # of that level, 0..1; 0 where it was held back
    response_s: float | None  # from the first alarm until the wearer left; None: not by an alarm


@dataclass(frozen=True)
class TherapyOutcome:
    """The alarms of one night."""

    attempts: tuple[Attempt, ...]
    alarms: int
    vibrated: int  # of them; the others were held back
    answered: int  # attempts
    median_response_s: float | None
    longest_response_s: float | None

    @property
    def is_baseline(self) -> bool:
        """Whether every alarm was held back."""
        return self.vibrated == 0


def therapy_outcome(alarms: Sequence[Alarm]) -> TherapyOutcome | None:
    """Group the alarms of a night by attempt; None where there was no alarm."""
    if not alarms:
        return None
    attempts = tuple(_attempt(k, each) for k, each in enumerate(_by_attempt(alarms), 1))
    responses = [a.response_s for a in attempts if a.response_s is not None]
    return TherapyOutcome(
        attempts,
        len(alarms),
        vibrated=sum(alarm.strength > 0 for alarm in alarms),
        answered=len(responses),
        median_response_s=float(np.median(responses)) if responses else None,
        longest_response_s=max(responses, default=None),
    )


def attempts_text(attempts: int, answered: int) -> str:
    return f"{counted(attempts, 'attempt')}, {answered} left after it"


def _by_attempt(alarms: Sequence[Alarm]) -> list[list[Alarm]]:
    """Group alarms. Levels rise within one: a number used again after a restart is another."""
    attempts: list[list[Alarm]] = []
    for alarm in alarms:
        last = attempts[-1][-1] if attempts else None
        if last is None or alarm.attempt != last.attempt or alarm.level <= last.level:
            attempts.append([])
        attempts[-1].append(alarm)
    return attempts


def _attempt(number: int, alarms: list[Alarm]) -> Attempt:
    highest = max(alarms, key=lambda alarm: alarm.level)
    left_s = [a.start_s + a.response_s for a in alarms if a.response_s is not None]
    start_s = alarms[0].start_s
    response_s = left_s[0] - start_s if left_s else None
    return Attempt(number, start_s, len(alarms), highest.level, highest.strength, response_s)
