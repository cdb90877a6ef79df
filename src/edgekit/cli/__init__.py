"""The command line: one file per command, each importing its stage only when it is called."""

import errno
import os
import signal
import sqlite3
import sys
from typing import Any, NoReturn

import typer

from edgekit.errors import EdgekitError
from edgekit.missing_modules import missing_module
from edgekit.text import one_line, printable

from .completion import COMPLETE
from .settings import defaults_by_command
from .tree import command_tree

__all__ = ["fail", "main"]

# Typer's own errors of a command line: its public exception is the second below this class.
_WRONG_COMMAND_LINE: type[Exception] = typer.BadParameter.mro()[2]
_DISK = (errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EPERM)
_WITHOUT_SETTINGS = {"-h", "--help", "--version"}


def main() -> None:
    """Run the command line; what a user may cause ends in one clear line, never in a traceback."""
    signal.signal(signal.SIGTERM, _end)
    try:
        sys.exit(_run())
    except EdgekitError as error:
        fail(str(error), error.exit_code)
    except _WRONG_COMMAND_LINE as error:
        _refuse(error)
    except (KeyboardInterrupt, typer.Abort):
        fail("stopped", 130)
    except ModuleNotFoundError as error:
        fail(missing_module(error.name or ""), 1)
    except OSError as error:
        if error.errno == errno.EPIPE:  # the reader of our output went away, as `head` does
            sys.stderr.close()
            sys.exit(0)
        if error.errno is None:
            raise
        cannot = "cannot be written to" if error.errno in _DISK else "cannot be used"
        fail(f"{error.filename or 'a file'} {cannot}: {error.strerror}", 1)
    except (sqlite3.DatabaseError, MemoryError) as error:
        fail(str(error) or "out of memory", 1)


def _run() -> int:
    """Parse and run the command; return its exit code."""
    tree = command_tree()
    if COMPLETE in os.environ:  # a shell asks how a line may go on
        from typer.completion import completion_init  # type: ignore[attr-defined]

        completion_init()
    asks_for_help = _WITHOUT_SETTINGS.intersection(sys.argv[1:])
    is_asked_alone = asks_for_help or COMPLETE in os.environ
    settings: dict[str, Any] = {} if is_asked_alone else defaults_by_command()
    code = tree.main(
        prog_name="edgekit", complete_var=COMPLETE, standalone_mode=False, default_map=settings
    )
    return code if isinstance(code, int) else 0


def _refuse(error: Any) -> NoReturn:
    """End with one line on what is wrong in the command line, and where its help is."""
    message = one_line(error.format_message())
    if not message:  # a group without a command has shown its help
        sys.exit(error.exit_code)
    context = getattr(error, "ctx", None)
    see = f" See: {context.command_path} --help" if context is not None else ""
    end = "" if message.endswith((".", ")", "?")) else "."
    fail(f"{message}{end}{see}", error.exit_code)


def _end(*_: object) -> None:
    """Turn SIGTERM into SystemExit, so that `finally` blocks run."""
    raise SystemExit(128 + signal.SIGTERM)


def fail(message: str, exit_code: int) -> NoReturn:
    print(printable(f"edgekit: {message}"), file=sys.stderr)
    sys.exit(exit_code)
