"""The synthetic sleeper: a documented, seeded model of a body and of an ADXL345 (docs/synthetic.md)."""

from .minutes import load

__all__ = ["load"]
