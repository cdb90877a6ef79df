"""Check a data set: how its classes are spread, and what ruins training."""

from .check import Checkup, check_folder

__all__ = ["Checkup", "check_folder"]
