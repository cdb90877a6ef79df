"""Read the files of research loggers: Axivity, ActiGraph, GENEActiv."""

from .formats import is_logger, parse_logger
from .logger import Header, Logger

__all__ = ["Header", "Logger", "is_logger", "parse_logger"]
