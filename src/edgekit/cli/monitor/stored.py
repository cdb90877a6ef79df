"""Nights that a wearable stored by itself: listed, and fetched into files."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.progress import Progress
from rich.table import Table

from edgekit.errors import UsageError
from edgekit.text import counted

from ..folders import nights_folder
from ..output import STDERR, print_json, print_progress, print_result, print_table, print_warning
from .night_options import NightOptions
from .wearable import greeted, refuse_others_options

if TYPE_CHECKING:
    from edgekit.device.sources.wearable.dump import Progress as Fetched
    from edgekit.device.sources.wearable.greeting import Greeting
    from edgekit.device.sources.wearable.on_computer import OnComputer
    from edgekit.device.sources.wearable.stored import AllStored
    from edgekit.device.sources.wearable.stored_nights import StoredNight


@dataclass(frozen=True)
class Choice:
    """Which of the stored nights, by the options."""

    is_list: bool
    number: int | None  # 1 is the last; None: all
    since: date | None
    json: bool

    @property
    def is_one(self) -> bool:
        return self.number is not None and self.since is None


def chosen_nights(
    stored: bool, is_list: bool, night: str | None, since: str | None, json: bool, out: Path | None
) -> Choice | None:
    """Return what --stored and its options ask for; None without them. Raises UsageError."""
    given = {"--list": is_list, "--night": night is not None, "--since": since is not None}
    names = [name for name, is_given in given.items() if is_given]
    if not stored:
        if names or json:
            raise UsageError(
                f"{names[0] if names else '--json'} is for what a wearable stored: "
                "edgekit monitor --serial PORT --stored --list"
            )
        return None
    if len(names) > 1:
        raise UsageError(f"{' and '.join(names)} exclude each other: pass one of them")
    if json and not is_list:
        raise UsageError("--json is for --list: what is fetched is written as nights")
    choice = Choice(is_list, _number(night), _date(since), json)
    if out is not None and (is_list or not choice.is_one):
        raise UsageError("--out names one file: with it, fetch one night by --night N")
    return choice


def fetch_nights(options: NightOptions, choice: Choice, port: str) -> None:
    """List, or write, the nights that the wearable at `port` stored. Raises UsageError."""
    from edgekit.device.sources.wearable.on_computer import on_computer
    from edgekit.device.sources.wearable.stored import read_stored

    refuse_others_options(options)
    if options.out:
        options.new_night()  # refused before a long transfer
    with greeted(port, options.bundle) as (link, greeting), _progress() as progress:
        stored = read_stored(link, greeting, progress)
    if stored.missing:
        print_warning(
            f"{counted(stored.missing, 'record')} of {stored.records + stored.missing:,} cannot be "
            "had: damaged, or written over by newer ones. The nights' events say when"
        )
    if stored.damaged_pages:
        print_warning(
            f"{counted(stored.damaged_pages, 'page')} of the wearable's flash had a damaged header "
            "at its start: what could be read there is here, the rest is lost"
        )
    if choice.is_list:
        folder = nights_folder()
        found = [on_computer(night, greeting, folder) for night in stored.nights]
        show = _print_json if choice.json else _print_table
        show(port, greeting, stored, found)
        return
    written: set[Path] = set()  # another night than these, however much of their time it shares
    for night in _chosen(choice, stored):
        written |= _fetch(options, choice, night, greeting, len(stored.nights), written)


def _fetch(
    options: NightOptions,
    choice: Choice,
    night: "StoredNight",
    greeting: "Greeting",
    of: int,
    others: set[Path],
) -> set[Path]:
    """Write a night; or complete the file that holds a part of it, where --out names none.

    Files of `others` are not its own. Returns the file that was written anew.
    """
    from edgekit.device.sources.wearable.on_computer import complete, on_computer
    from edgekit.device.sources.wearable.stored import refuse_other_model, write_night

    if not night.is_readable and not choice.is_one:
        print_warning(f"night {night.number} is of another model, and is left out")
        return set()
    refuse_other_model(night, greeting)
    found = None if options.out else on_computer(night, greeting, nights_folder(), others)
    if found is None:
        path = options.new_night(night.start_s)
        write_night(night, greeting, path, options.wearer, earlier=of - night.number)
        hours = (night.end_s - night.start_s) / 3600
        print_result(
            f"{path}: {hours:.2f} h, {counted(night.windows, 'decision')} that the wearable "
            "stored; no samples"
        )
        return {path}
    if found.is_whole:
        print_result(f"{found.path} holds that night already, and is left as it is")
    else:
        complete(found, night)
        print_result(
            f"{found.path} held a part of that night: completed by "
            f"{counted(len(found.lacks), 'decision')} that the wearable stored"
        )
    return set()


def _chosen(choice: Choice, stored: "AllStored") -> list["StoredNight"]:
    """Return the chosen nights, oldest first. Raises UsageError for none."""
    nights = stored.nights
    if choice.since is not None:
        chosen = [night for night in nights if night.evening >= choice.since]
        if not chosen:
            raise UsageError(
                f"no night since {choice.since}: the last that it stored is of {nights[0].evening}"
            )
        return chosen[::-1]
    if choice.number is None:
        return nights[::-1]
    if choice.number > len(nights):
        raise UsageError(
            f"no night {choice.number}: the wearable stored {counted(len(nights), 'night')}; "
            "--list shows them"
        )
    return [nights[choice.number - 1]]


def _print_table(
    _port: str, greeting: "Greeting", stored: "AllStored", found: list["OnComputer | None"]
) -> None:
    table = Table()
    for name in ("night", "date", "start", "end"):
        table.add_column(name)
    for name in ("hours", "bouts", "gaps", "missing"):
        table.add_column(name, justify="right")
    for name in ("clock", "model", "on this computer"):
        table.add_column(name)
    for night, here in zip(stored.nights, found, strict=True):
        table.add_row(
            str(night.number), f"{night.evening}", f"{night.local(night.start_s):%H:%M}",
            f"{night.local(night.end_s):%H:%M}", f"{(night.end_s - night.start_s) / 3600:.2f}",
            f"{len(night.bouts):,}", str(night.gaps()), str(night.missing_count),
            "utc" if night.is_dated else "assumed", _model(night, greeting), _here(here),
        )  # fmt: skip
    print_table(table)


def _here(found: "OnComputer | None") -> str:
    if found is None:
        return ""
    if found.is_whole:
        return str(found.path)
    return f"{found.path}, but {counted(len(found.lacks), 'decision')}"


def _model(night: "StoredNight", greeting: "Greeting") -> str:
    return greeting.model.name if night.is_readable else f"another, {night.bundle_start.hex()}"


def _print_json(
    port: str, greeting: "Greeting", stored: "AllStored", found: list["OnComputer | None"]
) -> None:
    print_json(
        "stored nights",
        port=port,
        board=greeting.hello.board,
        device_id=greeting.hello.device_id.hex(),
        records=stored.records,
        missing_records=stored.missing,
        nights=[
            _fields(night, here, greeting) for night, here in zip(stored.nights, found, strict=True)
        ],
    )


def _fields(
    night: "StoredNight", found: "OnComputer | None", greeting: "Greeting"
) -> dict[str, Any]:
    return {
        "number": night.number,
        "date": night.evening.isoformat(),
        "start": night.local(night.start_s).isoformat(timespec="seconds"),
        "end": night.local(night.end_s).isoformat(timespec="seconds"),
        "start_utc_s": round(night.start_s, 3),
        "duration_h": round((night.end_s - night.start_s) / 3600, 4),
        "clock": "utc" if night.is_dated else "assumed",
        "bouts": len(night.bouts),
        "decisions": night.windows,
        "gaps": night.gaps(),
        "missing_records": night.missing_count,
        "model": greeting.model.name if night.is_readable else None,
        "bundle_digest_start": night.bundle_start.hex(),
        "path": str(found.path) if found else None,
        "lacks_decisions": len(found.lacks) if found else None,
    }


def _number(text: str | None) -> int | None:
    """Return --night as a number; 1 where it is absent, None for all. Raises UsageError."""
    if text is None:
        return 1
    if text == "all":
        return None
    if not (text.isascii() and text.isdecimal() and int(text) > 0):
        raise UsageError(f"--night is 1 (the last), 2 (the one before it) ... or all: not {text!r}")
    return int(text)


def _date(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--since is a date, such as 2026-11-28: not {text!r}") from None


@contextmanager
def _progress() -> "Iterator[Fetched]":
    """Show how many records have come: a bar in a terminal, else one line."""
    print_progress("reading what the wearable stored: up to half a minute at 115,200 baud")
    with Progress(console=STDERR, transient=True, disable=not STDERR.is_terminal) as progress:
        task = progress.add_task("records", total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)
