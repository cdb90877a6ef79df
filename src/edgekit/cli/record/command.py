"""edgekit record: a protocol of prompts in, labelled Recordings of a sensor's wearer out."""

import shlex
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edgekit.device.sources.sensors import DEFAULT_ADDRESS
from edgekit.errors import EdgekitError, UsageError
from edgekit.recording import Clock
from edgekit.spec import SLEEP
from edgekit.text import counted, duration

from ..options import AddressOption, BusOption, InterruptPinOption, typed_options
from ..output import STDERR, print_progress, print_result
from .source import OpenedSource, SourceOptions, opened_source

if TYPE_CHECKING:
    from edgekit.device.record.protocol import Protocol
    from edgekit.device.record.session import RecordedStep
    from edgekit.device.record.session_files import SessionKey

RATES_HZ = (25, 50, 100)  # that the sensor's driver sets
LONGEST_NAME = 60


def record_command(
    context: typer.Context,
    protocol: Annotated[
        str, typer.Option(help="sleep, activities, or a file of your own (.toml).")
    ] = "sleep",
    subject: Annotated[str | None, typer.Option(help="Who wears the sensor.")] = None,
    placement: Annotated[
        str, typer.Option(help="Where it is worn, unless the protocol says so: chest, wrist.")
    ] = "",
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="The data set's folder; new, or extended.")
    ] = None,
    show_protocol: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Print a packaged protocol, to begin your own from."),
    ] = None,
    restart: Annotated[
        bool, typer.Option("--restart", help="Begin at step 1, though a session is unfinished.")
    ] = False,
    speak: Annotated[
        bool | None,
        typer.Option(
            "--speak/--no-speak",
            help="Prompts by voice (espeak-ng, espeak, spd-say, say); if absent, where found.",
        ),
    ] = None,
    rate: Annotated[
        int, typer.Option(metavar="HZ", help="Samples a second: 25, 50 or 100.")
    ] = round(SLEEP.rate_hz),
    calibration: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="How the sensor is mounted; calibration.json here if absent."
        ),
    ] = None,
    bus: BusOption = 1,
    address: AddressOption = f"0x{DEFAULT_ADDRESS:02x}",
    interrupt_pin: InterruptPinOption = None,
    serial: Annotated[
        str | None,
        typer.Option(metavar="PORT", help="A wearable's serial port, or auto, for its samples."),
    ] = None,
    simulate: Annotated[
        bool,
        typer.Option("--simulate", help="A simulated person with a simulated sensor follows."),
    ] = False,
    speed: Annotated[
        str | None, typer.Option(help="With --simulate: times real time, or 'full'.")
    ] = None,
) -> None:
    """Record labelled data: do what each prompt says, and the sensor's samples get its label.

    After each step the recording is written. Ctrl-C ends the session, and the same command goes on
    with the step that was not finished. What looks wrong is printed after its step and at the end:
    a step that should be still and moved, one that reads as the step before it, gravity that is
    not 1 g.

    - `edgekit record --subject ann --placement chest --out our-set`
    - `edgekit record --protocol activities --subject ann --placement chest --out our-set`
    - `edgekit record --show-protocol sleep > mine.toml`
    - `edgekit record --protocol mine.toml --subject ann --placement wrist --out our-set`
    - `edgekit record --subject ann --placement chest --out our-set --simulate --speed 20`
    """
    from edgekit.device.record.protocol import packaged_text, read_protocol
    from edgekit.device.record.session_files import SessionKey, finished_steps

    if show_protocol is not None:
        print_result(packaged_text(show_protocol).rstrip("\n"))
        return
    wearer = _checked_name(subject or "", "--subject")
    if not wearer:
        raise UsageError("who wears the sensor? Name them with --subject ann")
    if out is None:
        raise UsageError("name the data set's folder: --out our-set")
    if rate not in RATES_HZ:
        raise UsageError(f"--rate is one of {', '.join(map(str, RATES_HZ))} Hz, not {rate}")
    options = SourceOptions(
        wearer, rate, bus, address, interrupt_pin, calibration, serial, simulate, speed
    )
    options.check(typed_options(context))
    worn = read_protocol(protocol).worn_at(_checked_name(placement, "--placement"))
    _check_set(out, worn)
    key = SessionKey(out, wearer, worn)
    finished = 0 if restart else finished_steps(key)
    with opened_source(options, worn) as opened:
        _announce(key, finished, opened.source.about.source)
        result = _record(key, finished, opened, False if simulate and speak is None else speak)
    _print_end(key, finished, result)


@dataclass(frozen=True)
class _Result:
    recorded: "list[RecordedStep]"  # in this run
    written: tuple[Path, ...]
    doubts: tuple[str, ...]  # of whole recordings


def _record(key: "SessionKey", finished: int, opened: OpenedSource, speak: bool | None) -> _Result:
    """Record until the last step, or Ctrl-C; what was recorded is written in any case."""
    from edgekit.device.record.prompts import prompts
    from edgekit.device.record.session import record_steps
    from edgekit.device.record.session_files import SessionFiles
    from edgekit.device.record.speech import find_speech
    from edgekit.recording_doubts import doubts
    from edgekit.signals import stop_signals

    about, protocol = opened.source.about, key.protocol
    clock: Clock = "utc" if about.clock == "utc" else "device"
    speech = find_speech(speak)
    files = SessionFiles(key, finished, f"{about.source}, protocol {protocol.name}", clock)
    with prompts(STDERR, len(protocol.steps), speech) as view, stop_signals() as stopping:
        views = [view, *opened.views]
        try:
            recorded = record_steps(
                opened.source, protocol, finished, files, views, stopping, opened.calibration
            )
            if finished + len(recorded) == len(protocol.steps):
                view.finish("That was the last one. Thank you.")
        except EdgekitError:
            files.close()
            _describe(key)
            raise
        finally:
            files.close()
    of_recordings = (
        f"{path.name}: {doubt}"
        for path, recording in zip(files.written, files.recordings(), strict=True)
        for doubt in doubts([recording])
    )
    return _Result(recorded, files.written, tuple(of_recordings))


def _check_set(out: Path, protocol: "Protocol") -> None:
    """Refuse a folder whose dataset.toml is wrong, or is of sleep where the labels are not.

    Raises UsageError, and EdgekitError for what is wrong in dataset.toml.
    """
    from edgekit.dataset_folder import DESCRIPTION, read_description

    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is a file: name a folder with --out")
    if not (out / DESCRIPTION).is_file():
        return
    others = [label for label in protocol.labels if label not in SLEEP.postures]
    if read_description(out).is_sleep and others:
        raise UsageError(
            f"{out / DESCRIPTION} is of sleep, which has no {others[0]!r}: name another --out"
        )


def _checked_name(text: str, option: str) -> str:
    """Return a name without blanks around it. Raises UsageError where it is no line of text."""
    name = text.strip()
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise UsageError(f"{option} is one line of at most {LONGEST_NAME} characters")
    return name


def _announce(key: "SessionKey", finished: int, source: str) -> None:
    steps = key.protocol.steps[finished:]
    left = duration(sum(step.settle_s + step.seconds for step in steps))
    again = f"; steps 1 to {finished} were recorded before" if finished else ""
    print_progress(f"{key.protocol.name} by {key.subject}: {len(steps)} steps, {left}{again}")
    print_progress(source)


def _print_end(key: "SessionKey", finished: int, result: _Result) -> None:
    """Print what was recorded and what is doubtful of it; exit with 130 where a step is missing."""
    for path in result.written:
        print_result(f"written: {path}")
    seconds = Counter[str]()
    for recorded in result.recorded:
        seconds[recorded.step.label] += round(recorded.step.seconds)
    if seconds:
        rates = [recorded.rate_hz for recorded in result.recorded]
        gaps = sum(recorded.gaps for recorded in result.recorded)
        print_result(", ".join(f"{label} {count} s" for label, count in seconds.items()))
        print_result(f"{sum(rates) / len(rates):.2f} Hz (measured), {counted(gaps, 'gap')}")
    doubtful = [
        f"step {recorded.number} ({recorded.step.label}): {doubt}"
        for recorded in result.recorded
        for doubt in recorded.doubts
    ]
    for doubt in (*doubtful, *result.doubts):
        print_result(f"doubtful: {doubt}")
    if doubtful:
        only = shlex.quote(str(result.written[0])) if len(result.written) == 1 else "RECORDING"
        print_result(f"Correct a wrong label with: edgekit label {only}")
    _describe(key)
    done, total = finished + len(result.recorded), len(key.protocol.steps)
    if done < total:
        print_progress(
            f"stopped; {done} of {total} steps are kept. The same command goes on with step "
            f"{done + 1}"
        )
        raise typer.Exit(130)


def _describe(key: "SessionKey") -> None:
    """Create or extend the set's dataset.toml, where a recording is there to describe."""
    from edgekit.dataset_folder import describe_folder

    is_sleep = key.protocol.domain == SLEEP.domain
    has_recordings = any(key.folder.glob("*.npz"))
    if has_recordings and (line := describe_folder(key.folder, is_sleep=is_sleep)):
        print_result(line)
