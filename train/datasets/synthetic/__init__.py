"""The synthetic sleeper: a documented, seeded model of a body and of an ADXL345 (docs/synthetic.md)."""

from .minutes import load
from .night import SimulatedNight, simulate_night
from .schedule import Episode

__all__ = ["Episode", "SimulatedNight", "load", "simulate_night"]
