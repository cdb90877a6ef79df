"""The table of what monitoring costs: each figure beside what is asked of it, and the peer's."""

from ..figure import Figure, Kind
from ..section import Cell, Row, Section, Table
from .record import Command, Logger, Monitoring

CPU = "the process's CPU clock (clock_getcpuclockid), all its threads"
TRACED = "strace -c -f, over 10 s"


def section(found: Monitoring) -> Section:
    return Section(
        title="Monitoring",
        note="The device side in processes of their own on this machine, over the simulated "
        "sensor. edgekit and the plain logger ran in the same seconds; the work of the sensor and "
        "its bus is counted in both columns.",
        tables=(_table(found), _hour(found)),
    )


def _table(found: Monitoring) -> Table:
    night = f"{found.night_hours:g} h of a simulated sleeper"
    asked_mb = 10 * found.night_hours / 8
    return Table(
        title=f"{found.bundle}: what monitoring costs",
        note="The plain logger takes one sample a time, its angle by atan2, and writes CSV: it "
        "decides nothing, and has no night to rescore or to report.",
        words=("what", "asked: at most"),
        columns=("edgekit", "plain logger"),
        rows=(
            *_logging(found.edgekit, found.plain, found.seconds),
            Row(("start to the first decision, less its window", "3 s"), (_first(found), None)),
            *_command("rescore", "3 s", found.rescore, f"best of {found.rounds}, {night}"),
            *_command("report", "2 s", found.report, f"best of {found.rounds}, {night}"),
            Row(
                (f"a night of {found.night_hours:g} h on the disk", f"{asked_mb:g} MB"),
                _kept(found),
            ),
        ),
    )


def _hour(found: Monitoring) -> Table:
    return Table(
        title=f"{found.bundle}: an hour of monitoring",
        note="The same processes, an hour's worth of what was counted in a shorter time.",
        words=("what",),
        columns=("edgekit", "plain logger"),
        rows=tuple(
            Row((what,), tuple(_in_an_hour(of, each, found.seconds) for each in _pair(found)))
            for what, of in _HOURLY.items()
        ),
    )


# What of a logger, in how many seconds of its own, of which unit, and how it was counted.
_HOURLY: dict[str, tuple[str, float, str, str]] = {
    "CPU time": ("cpu_s_a_minute", 60, "s", f"{CPU}, over {{seconds:g}} s"),
    "wake-ups": (
        "wakes_a_second",
        1,
        "",
        "voluntary_ctxt_switches of all threads, over {seconds:g} s",
    ),
    "system calls but for bus transfers": ("calls_a_second", 1, "", TRACED),
    "written to the disk": (
        "disk_bytes_a_second",
        1e6,
        "MB",
        "write_bytes of /proc/PID/io, over {seconds:g} s",
    ),
}


def _pair(found: Monitoring) -> tuple[Logger, Logger]:
    return found.edgekit, found.plain


def _in_an_hour(of: tuple[str, float, str, str], logger: Logger, seconds: float) -> Cell:
    name, each, unit, how = of
    value: float | None = getattr(logger, name)
    if value is None:
        return None
    return Figure(
        value * 3600 / each, unit, Kind.MEASURED, f"{how.format(seconds=seconds)}, to an hour"
    )


def _logging(edgekit: Logger, plain: Logger, seconds: float) -> list[Row]:
    over = f"{CPU}, over {seconds:g} s"
    pair = edgekit, plain
    cpu = [Figure(each.cpu_s_a_minute, "s", Kind.MEASURED, over) for each in pair]
    peak = [Figure(each.peak_mb, "MB", Kind.MEASURED, "VmHWM, /proc/PID/status") for each in pair]
    calls = [_calls(each.calls_a_second) for each in pair]
    return [
        Row(("CPU time of a minute at 50 Hz", "0.25 s"), tuple(cpu)),
        Row(("memory, the net's runtime included", "70 MB"), tuple(peak)),
        Row(("system calls but for bus transfers", "12 1/s"), tuple(calls)),
    ]


def _calls(calls_a_second: float | None) -> Cell:
    if calls_a_second is None:
        return None
    return Figure(calls_a_second, "1/s", Kind.COUNTED, TRACED)


def _first(found: Monitoring) -> Figure:
    source = (
        f"from the command to its first line with a decision, best of {found.rounds} starts, less "
        f"{found.window_s:g} s"
    )
    return Figure(found.first_decision_s - found.window_s, "s", Kind.MEASURED, source)


def _command(name: str, asked: str, command: Command, how: str) -> list[Row]:
    wall = Figure(command.wall_s, "s", Kind.MEASURED, f"the command from start to end, {how}")
    cpu = Figure(command.cpu_s, "s", Kind.MEASURED, f"its user and system time, {how}")
    return [
        Row((f"edgekit {name}", asked), (wall, None)),
        Row((f"edgekit {name}, CPU time", ""), (cpu, None)),
    ]


def _kept(found: Monitoring) -> tuple[Figure, Figure]:
    minutes = 60 * found.night_hours
    plain_mb = found.plain_bytes_a_minute * minutes / 1e6
    return (
        Figure(found.night_bytes / 1e6, "MB", Kind.COUNTED, "the night's file"),
        Figure(plain_mb, "MB", Kind.MODELLED, f"bytes of CSV a minute, measured, x {minutes:g}"),
    )
