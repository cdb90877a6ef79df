"""The section on monitoring: each figure beside its limit and the plain logger's."""

from ..figure import Figure, Kind, format_value
from ..section import Cell, FigureSection, FigureTable, Row
from .record import Command, Logger, Monitoring

CPU = "the process's CPU clock (clock_getcpuclockid), all its threads"
TRACED = "strace -c -f, over 10 s"


def section(record: Monitoring) -> FigureSection:
    own, plain = record.edgekit, record.plain
    return FigureSection(
        name="monitoring",
        title="What does monitoring cost on a computer?",
        note="The device side in processes of their own on this machine, over the simulated "
        "sensor. edgekit and the plain logger ran in the same seconds; the work of the sensor and "
        "its bus is counted in both columns.",
        sentences=(
            f"With {record.bundle}, `edgekit monitor` takes {_seconds(own.cpu_s_a_minute)} of "
            f"processor time a minute; a plain logger, which reads sample by sample and "
            f"decides nothing, takes "
            f"{_seconds(plain.cpu_s_a_minute)} (measured). It needs {own.peak_mb:.0f} MB of "
            f"memory, the logger {plain.peak_mb:.0f} MB.",
        ),
        tables=(_cost_table(record),),
        detail_tables=(_hour_table(record),),
    )


def _seconds(value: float) -> str:
    return f"{format_value(value, 's')} s"


def _cost_table(record: Monitoring) -> FigureTable:
    night = f"{record.night_hours:g} h of a simulated sleeper"
    limit_mb = 10 * record.night_hours / 8
    return FigureTable(
        title=f"{record.bundle}: what monitoring costs",
        note="The plain logger reads one sample at a time, computes its angle by atan2 and writes "
        "CSV: it decides nothing, and has no night to rescore or to report.",
        words=("what", "limit"),
        columns=("edgekit", "plain logger"),
        rows=(
            *_logger_rows(record.edgekit, record.plain, record.seconds),
            Row(
                ("start to the first decision, less its window", "3 s"),
                (_first_decision(record), None),
            ),
            *_command_rows("rescore", "3 s", record.rescore, f"best of {record.rounds}, {night}"),
            *_command_rows("report", "2 s", record.report, f"best of {record.rounds}, {night}"),
            Row(
                (f"a night of {record.night_hours:g} h on the disk", f"{limit_mb:g} MB"),
                _night_sizes(record),
            ),
        ),
    )


def _hour_table(record: Monitoring) -> FigureTable:
    return FigureTable(
        title=f"{record.bundle}: an hour of monitoring",
        note="The same processes; what was counted in a shorter time, scaled to an hour.",
        words=("what",),
        columns=("edgekit", "plain logger"),
        rows=tuple(
            Row((what,), tuple(_hourly(quantity, each, record.seconds) for each in _pair(record)))
            for what, quantity in _HOURLY.items()
        ),
    )


# Title -> field of a Logger, its divisor (seconds, or bytes of a MB), unit, and how it was counted.
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


def _pair(record: Monitoring) -> tuple[Logger, Logger]:
    return record.edgekit, record.plain


def _hourly(quantity: tuple[str, float, str, str], logger: Logger, seconds: float) -> Cell:
    name, divisor, unit, how = quantity
    value: float | None = getattr(logger, name)
    if value is None:
        return None
    return Figure(
        value * 3600 / divisor, unit, Kind.MEASURED, f"{how.format(seconds=seconds)}, to an hour"
    )


def _logger_rows(edgekit: Logger, plain: Logger, seconds: float) -> list[Row]:
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


def _first_decision(record: Monitoring) -> Figure:
    source = (
        f"from the command to its first line with a decision, best of {record.rounds} starts, less "
        f"{record.window_s:g} s"
    )
    return Figure(record.first_decision_s - record.window_s, "s", Kind.MEASURED, source)


def _command_rows(name: str, limit: str, command: Command, how: str) -> list[Row]:
    wall = Figure(command.wall_s, "s", Kind.MEASURED, f"the command from start to end, {how}")
    cpu = Figure(command.cpu_s, "s", Kind.MEASURED, f"its user and system time, {how}")
    return [
        Row((f"edgekit {name}", limit), (wall, None)),
        Row((f"edgekit {name}, CPU time", ""), (cpu, None)),
    ]


def _night_sizes(record: Monitoring) -> tuple[Figure, Figure]:
    minutes = 60 * record.night_hours
    plain_mb = record.plain_bytes_a_minute * minutes / 1e6
    return (
        Figure(record.night_bytes / 1e6, "MB", Kind.COUNTED, "the night's file"),
        Figure(plain_mb, "MB", Kind.MODELLED, f"bytes of CSV a minute, measured, x {minutes:g}"),
    )
