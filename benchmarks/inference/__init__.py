"""Inference: every runtime on a bundle's net, in turn and in processes of their own."""

from .measure import measure
from .record import Emulated, Inference, Timed
from .section import section

__all__ = ["Emulated", "Inference", "Timed", "measure", "section"]
