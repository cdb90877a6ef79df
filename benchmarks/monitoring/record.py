"""Records of the monitor, of a plain logger beside it, and of a night's commands."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Logger:
    """A process that reads the simulated sensor in real time, the work of its bus included."""

    cpu_s_a_minute: float  # user and system, of all its threads
    peak_mb: float
    calls_a_second: float | None  # system calls, except bus transfers; None without strace
    wakes_a_second: float  # of all threads, after sleeping
    disk_bytes_a_second: float  # given to the file system, whole pages and the log included


@dataclass(frozen=True)
class Command:
    """A process from start to end: the minimum of several rounds."""

    wall_s: float
    cpu_s: float


@dataclass(frozen=True)
class Monitoring:
    bundle: str  # its name
    window_s: float
    seconds: float  # that the two loggers were measured over
    rounds: int  # of each command, and of starts
    edgekit: Logger
    plain: Logger
    plain_bytes_a_minute: float  # of CSV
    first_decision_s: float  # from the command to the first decision, its window included
    night_hours: float
    night_bytes: int
    rescore: Command
    report: Command
