"""The synthetic sleeper: a seeded model of a body and an ADXL345 (docs/synthetic.md)."""

from .minutes import load, still
from .night import SimulatedNight, simulate_night
from .schedule import Episode
from .wearing import Wearing

__all__ = ["Episode", "SimulatedNight", "Wearing", "load", "simulate_night", "still"]
