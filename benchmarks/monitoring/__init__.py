"""What monitoring costs: live beside a plain logger, and over a whole night."""

from .measure import measure
from .record import Command, Logger, Monitoring
from .section import section

__all__ = ["Command", "Logger", "Monitoring", "measure", "section"]
