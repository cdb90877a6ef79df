"""Positional therapy: when to vibrate, and how strongly, for a sleeper who lies on the back.

firmware/src/therapy.c decides the same on a wearable, alarm for alarm.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from edgekit.errors import UsageError
from edgekit.night.night import OFF, UPRIGHT, Alarm, Decisions
from edgekit.spec import POSTURE_ANGLE_DEG, Spec, turn_deg
from edgekit.still_limits import TIE_G
from edgekit.therapy_policy import NEW_NIGHT_S, VIBRATION_S, Policy

from .progress import NightProgress

BACK_DEG = POSTURE_ANGLE_DEG["supine"]
SLACK_S = 1e-6  # sums of steps are off by less than this


@dataclass
class Due:
    """What some decisions lead to."""

    vibrate: list[Alarm] = field(default_factory=list)  # now; strength 0 in a baseline night
    done: list[Alarm] = field(default_factory=list)  # for the night, their response known


@dataclass(frozen=True)
class TherapyStatus:
    """The state of a therapy after the newest decision, for views."""

    waits_s: float  # for the sleeper to fall asleep; 0 once that is over
    is_on_back: bool
    due_s: float  # of lying still on the back, until the next level
    level: int  # the last, since the sleeper turned to the back; 0: none
    levels: int  # of the policy
    attempts: int  # with an alarm, of the whole night
    answered: int  # of them
    is_baseline: bool


class Therapy:
    """Decides on alarms from a night's decisions, which are fed in the order of time.

    A decision is dated at its window's end, when it was made. Moving holds the count; leaving the
    back ends it, as sitting up does, with a response; a gap or a sensor taken off ends it without.
    After NEW_NIGHT_S off the body the night begins anew, with its delay.
    """

    def __init__(self, policy: Policy, spec: Spec, progress: NightProgress | None = None) -> None:
        """`progress`: what the night held before, where it is resumed.

        Raises UsageError for a spec that does not know the body's axes.
        """
        if not spec.has_body_axes:
            raise UsageError(f"an alarm needs a bundle of sleep postures, not of {spec.domain}")
        self._policy, self._window_s, self._gap_s = policy, spec.window_s, spec.gap_s
        self._begin_s = progress.begin_s if progress else math.nan  # of the night
        self._last_s = math.nan
        self._worn_s = math.nan  # when it was worn last
        self._is_on_back = False
        self._still_s = 0.0  # on the back, movement left out
        self._due_s = policy.after_s  # of `_still_s`
        self._attempt = progress.attempts if progress else 0
        self._answered = progress.answered if progress else 0
        self._level = 0
        self._unanswered: Alarm | None = None

    def feed(self, decisions: Decisions) -> Due:
        """Return what is due now, and the alarms whose response is known now."""
        due = Due()
        rows = zip(
            (decisions.start_s + self._window_s).tolist(),
            decisions.state.tolist(),
            decisions.torso_angle_deg.tolist(),
            decisions.movement_g.tolist(),
            strict=True,
        )
        for at_s, state, angle_deg, movement_g in rows:
            self._step(due, at_s, state, angle_deg, movement_g)
        return due

    def finish(self) -> Due:
        """Return the last alarm, if it has no response, at the night's end."""
        due = Due()
        self._leave_back(due, None)
        return due

    @property
    def status(self) -> TherapyStatus:
        delay_s = self._policy.delay_s
        is_begun = not math.isnan(self._last_s)
        return TherapyStatus(
            waits_s=max(self._begin_s + delay_s - self._last_s, 0.0) if is_begun else delay_s,
            is_on_back=self._is_on_back,
            due_s=max(self._due_s - self._still_s, 0.0),
            level=self._level,
            levels=len(self._policy.levels),
            attempts=self._attempt,
            answered=self._answered,
            is_baseline=self._policy.baseline,
        )

    def _step(self, due: Due, at_s: float, state: str, angle_deg: float, movement_g: float) -> None:
        if math.isnan(self._begin_s):
            self._begin_s = at_s - self._window_s
        step_s, self._last_s = at_s - self._last_s, at_s
        if not 0 < step_s < self._gap_s - SLACK_S or state == OFF:
            self._leave_back(due, None)
        if state == OFF:
            return
        if at_s - self._worn_s >= NEW_NIGHT_S - SLACK_S:
            self._begin_s = at_s - self._window_s
        self._worn_s = at_s
        if state == UPRIGHT or not self._is_near_back(angle_deg):
            self._leave_back(due, at_s)
            return
        # Unmeasured is still.
        is_still = not movement_g >= self._policy.still_below_g - TIE_G
        if self._is_on_back and is_still:
            self._still_s += step_s
        self._is_on_back = True
        is_past_delay = at_s >= self._begin_s + self._policy.delay_s - SLACK_S
        if is_still and is_past_delay and self._still_s >= self._due_s - SLACK_S:
            self._vibrate(due, at_s)

    def _is_near_back(self, angle_deg: float) -> bool:
        """False where the angle is unknown."""
        return bool(abs(turn_deg(angle_deg - BACK_DEG)) <= self._policy.within_deg)

    def _vibrate(self, due: Due, at_s: float) -> None:
        levels = self._policy.levels
        if self._unanswered is not None:
            due.done.append(self._unanswered)
        if self._level % len(levels) == 0:
            self._attempt, self._level = self._attempt + 1, 0
        strength = 0.0 if self._policy.baseline else levels[self._level]
        self._level += 1
        self._unanswered = Alarm(at_s, self._attempt, self._level, strength)
        due.vibrate.append(self._unanswered)
        is_last = self._level == len(levels)
        self._due_s = self._still_s + (self._policy.pause_s if is_last else self._policy.every_s)

    def _leave_back(self, due: Due, left_s: float | None) -> None:
        """End the count; `left_s` (UTC) is when the sleeper left the back, None where unknown."""
        if self._unanswered is not None:
            response_s = None if left_s is None else left_s - self._unanswered.start_s
            due.done.append(replace(self._unanswered, response_s=response_s))
            self._answered += response_s is not None
        self._unanswered = None
        self._is_on_back, self._still_s, self._due_s = False, 0.0, self._policy.after_s
        self._level = 0


@dataclass(frozen=True)
class Treatment:
    """A therapy and its motor: `vibrate(strength, seconds)` must return at once."""

    therapy: Therapy
    vibrate: Callable[[float, float], None]

    def feed(self, decisions: Decisions) -> list[Alarm]:
        """Vibrate where it is due, and return the alarms to store.

        An alarm is stored when it vibrates, and once more when its response is known.
        """
        due = self.therapy.feed(decisions)
        for alarm in due.vibrate:
            if alarm.strength > 0:
                self.vibrate(alarm.strength, VIBRATION_S)
        return [*due.vibrate, *due.done]

    def finish(self) -> list[Alarm]:
        """Return the alarms to store at the night's end."""
        return self.therapy.finish().done
