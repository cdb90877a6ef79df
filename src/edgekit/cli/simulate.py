"""edgekit simulate: a whole night of the synthetic sleeper as a Recording."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from edgekit.errors import UsageError
from edgekit.names import pick
from edgekit.night.names import checked_subject
from edgekit.recording import save_recording
from edgekit.recording_doubts import doubts
from edgekit.spec import SLEEP

from .output import print_doubts, print_result

DUSK = datetime(2026, 1, 10, 22, 30, tzinfo=UTC)


def simulate_command(
    out: Annotated[
        Path, typer.Argument(metavar="FILE", help="The recording to write (.npz).")
    ] = Path("night.npz"),
    hours: Annotated[float, typer.Option(min=0.1, max=24, help="Length of the night.")] = 8.0,
    placement: Annotated[str, typer.Option(help="neck, chest or abdomen.")] = "chest",
    seed: Annotated[int, typer.Option(help="The same seed, the same night.")] = 0,
    subject: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The sleeper's name; sleeper-night-SEED if absent."),
    ] = None,
    date: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], metavar="DATE", help="Of the evening, such as 2026-11-28."
        ),
    ] = None,
) -> None:
    """Simulate a night: turns, restlessness, getting up, taking the sensor off.

    A model of the body and of an ADXL345 (docs/synthetic.md), not a person's recording.

    - `edgekit simulate night.npz`
    - `edgekit simulate short.npz --hours 1 --seed 7 --placement abdomen`
    - `edgekit simulate tuesday.npz --seed 2 --subject anna --date 2026-11-24`
    """
    from edgekit.train.datasets.synthetic import simulate_night

    pick("placement", placement, SLEEP.placements)
    if out.suffix != ".npz":
        raise UsageError(
            f"simulate writes a Recording, a file that ends in .npz, not {str(out)!r}. "
            "For example: edgekit simulate night.npz"
        )
    if out.exists():
        raise UsageError(f"{out} is there already: name another file")
    name = checked_subject(subject)
    dusk = datetime.combine(date, DUSK.timetz()) if date else DUSK
    recording = simulate_night(seed, hours, placement, dusk.timestamp()).recording
    recording = replace(recording, subject=name or recording.subject)
    print_doubts(doubts([recording]), out.name)
    save_recording(recording, out)
    print_result(
        f"{out}: {hours:g} h, {len(recording):,} samples, {placement} (simulated, seed {seed})"
    )
