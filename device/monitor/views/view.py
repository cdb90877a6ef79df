"""View: what looks on at a night as it is recorded, and what it is shown."""

from dataclasses import dataclass
from typing import Protocol

from edgekit.night.night import Decisions, Event, HealthRow

from ...decide.answer import Model
from ...sources.source import About
from ..alarm import Standing


@dataclass(frozen=True)
class Moment:
    """What a view may show after each chunk."""

    at_s: float  # UTC of the newest sample
    rate_hz: float
    done_s: float  # of samples
    last: Decisions | None  # the newest decisions, at least one, once there are any
    alarm: Standing | None = None  # None where nothing is treated


class View(Protocol):
    def begin(self, model: Model, about: About) -> None: ...
    def tell(self, event: Event) -> None: ...
    def check(self, health: HealthRow) -> None: ...
    def show(self, moment: Moment) -> None: ...
