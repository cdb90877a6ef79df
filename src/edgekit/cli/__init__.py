"""The command line: one file per command, each importing its stage only when it is called."""

import errno
import signal
import sqlite3
import sys
from collections.abc import Callable

import typer

from edgekit import __version__
from edgekit.distribution import install_line
from edgekit.errors import EdgekitError
from edgekit.text import printable

from .bench import bench_command
from .calibrate import calibrate_command
from .compare import compare_command
from .convert import convert_command, verify_command
from .data import data_app
from .demo import demo_command
from .doctor import doctor_command
from .firmware import firmware_app
from .label import label_command
from .monitor.command import monitor_command
from .nights import nights_app
from .record.command import record_command
from .report import report_command
from .rescore import rescore_command
from .service import service_app
from .simulate import simulate_command
from .train import train_command
from .tune import tune_command

app = typer.Typer(
    name="edgekit",
    help="From accelerometer recordings to a night on a wearable.",
    epilog="A first tour: edgekit train, edgekit convert --int8, edgekit simulate night.npz, "
    "edgekit monitor --replay night.npz, edgekit report. Each needs no further argument.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)
COMMANDS: dict[str, Callable[..., None]] = {
    "demo": demo_command,
    "train": train_command,
    "compare": compare_command,
    "convert": convert_command,
    "verify": verify_command,
    "simulate": simulate_command,
    "label": label_command,
    "calibrate": calibrate_command,
    "record": record_command,
    "tune": tune_command,
    "monitor": monitor_command,
    "report": report_command,
    "rescore": rescore_command,
    "bench": bench_command,
    "doctor": doctor_command,
}
for name, command in COMMANDS.items():
    app.command(name, no_args_is_help=False)(command)
app.add_typer(data_app, name="data")
app.add_typer(firmware_app, name="firmware")
app.add_typer(service_app, name="service")
app.add_typer(nights_app, name="nights")


def main() -> None:
    """Run the command line; what a user may cause ends in one clear line, never in a traceback."""
    signal.signal(signal.SIGTERM, _end)
    try:
        app()
    except EdgekitError as error:
        fail(str(error), error.exit_code)
    except KeyboardInterrupt:
        fail("stopped", 130)
    except ModuleNotFoundError as error:
        fail(f"{error.name} is not installed: {_extra_for(error.name or '')}", 1)
    except OSError as error:
        if error.errno == errno.EPIPE:  # the reader of our output went away, as `head` does
            sys.stderr.close()
            sys.exit(0)
        if error.errno is None:
            raise
        fail(f"{error.strerror}: {error.filename or 'while writing'}", 1)
    except (sqlite3.DatabaseError, MemoryError) as error:
        fail(str(error) or "out of memory", 1)


def _end(*_: object) -> None:
    """Turn SIGTERM into SystemExit, so that `finally` blocks run."""
    raise SystemExit(128 + signal.SIGTERM)


def fail(message: str, exit_code: int) -> None:
    print(printable(f"edgekit: {message}"), file=sys.stderr)
    sys.exit(exit_code)


@app.callback(invoke_without_command=True)
def version(
    show: bool = typer.Option(False, "--version", help="Show the version and leave."),
) -> None:
    if show:
        print(f"edgekit {__version__}")
        raise typer.Exit


_BRINGS = {
    "train": ("torch", "safetensors", "polars", "matplotlib"),
    "compare": ("sklearn", "scipy", "sktime", "numba", "ray"),
    "device": ("ai_edge_litert", "tflite_runtime", "jinja2", "starlette", "uvicorn", "edfio"),
    "firmware": ("ziglang", "elftools", "unicorn", "pyocd"),
    "bench": ("pydantic",),
}


def _extra_for(module: str) -> str:
    """Which extra brings a module; those that are not named come with convert."""
    root = module.split(".")[0]
    extra = next((name for name, brought in _BRINGS.items() if root in brought), "convert")
    return install_line(extra)
