"""The synthetic sleeper: a seeded model of a body and an ADXL345 (docs/synthetic.md)."""

from .minutes import load
from .night import SimulatedNight, simulate_night
from .schedule import Episode

__all__ = ["Episode", "SimulatedNight", "load", "simulate_night"]
