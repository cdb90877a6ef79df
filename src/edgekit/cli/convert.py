"""edgekit convert and edgekit verify: a Run in, a Bundle out, and the proof that they agree."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from edgekit.errors import EdgekitError

from .folders import BUNDLES, latest_bundle, latest_run

if TYPE_CHECKING:
    from edgekit.convert.verify import Parity

console = Console(stderr=True)

RunArgument = Annotated[Path | None, typer.Argument(help="The run's folder; the newest if absent.")]


def convert(
    run: RunArgument = None,
    int8: Annotated[
        bool, typer.Option("--int8", help="Quantise to int8: the one form there is.")
    ] = True,
    out: Annotated[
        Path | None, typer.Option(help="The bundle's folder; bundles/<run> if absent.")
    ] = None,
) -> None:
    """Make a run's Bundle: int8 TFLite, ONNX, plain C, a TFLM C array, golden windows, a card.

    Takes under a minute, half of it in quantising. Exit code 1 where the int8 model strays from
    the float one beyond the limits.

    - `edgekit convert --int8`
    - `edgekit convert runs/wisdm-mtl-net-small-subject-seed0 --out bundles/wisdm`
    """
    from edgekit.convert.convert import convert as make_bundle

    run = run or latest_run(finished=True)
    folder = out or BUNDLES / run.resolve().name
    made = make_bundle(run, folder, lambda step: console.print(f"convert  {step}", highlight=False))
    show_parity(made.parity, folder)
    size = made.bundle.model.stat().st_size
    arena = made.bundle.fields["arena_bytes"]
    Console().print(
        f"{folder}: model {size:,} bytes, tensor arena {arena:,} bytes (measured), "
        f"{made.bundle.fields['macs']:,} multiply-adds a window",
        highlight=False,
    )


def verify(
    bundle: Annotated[
        Path | None, typer.Argument(help="The bundle's folder; the newest if absent.")
    ] = None,
    run: Annotated[
        Path | None, typer.Option(help="The run it was made from; runs/<its name> if absent.")
    ] = None,
) -> None:
    """Run held-out windows through torch, ONNX, LiteRT, tflite-micro and model.c, and compare.

    model.c runs on this machine and, by instruction, on a Cortex-M0+ and a Cortex-M4 in emulation.
    Exit code 1 where a limit is not kept: 99.9 % agreement on the windows that the float net
    decides by 0.1 in probability, a loss of 0.5 points per head, or a byte of model.c's answers
    that is not tflite-micro's.

    - `edgekit verify`
    - `edgekit verify bundles/wisdm --run runs/wisdm-mtl-net-small-subject-seed0`
    """
    from edgekit.convert.verify import verify as run_again

    folder = bundle or latest_bundle()
    parity = run_again(folder, run, lambda step: console.print(f"verify  {step}", highlight=False))
    show_parity(parity, folder)


def show_parity(parity: "Parity", bundle: Path) -> None:
    """The table; raises EdgekitError that names every limit which is not kept."""
    headings, rows = parity.table()
    table = Table(title=f"{bundle.resolve().name}: the same held-out windows (measured)")
    for index, heading in enumerate(headings):
        table.add_column(heading, justify="left" if index < 2 else "right")
    for row in rows:
        table.add_row(*row)
    Console().print(table)
    Console().print(f"{parity.near_ties()}.", highlight=False)
    Console().print(
        f"LiteRT is within {parity.litert_from_tflm:.2f} of a logit of tflite-micro; "
        f"golden windows reproduced: {parity.golden_reproduced} of {parity.golden_windows}",
        highlight=False,
    )
    Console().print("windows that model.c answers byte for byte as tflite-micro:", highlight=False)
    for core in parity.generated:
        Console().print(f"  {core}", highlight=False)
    if not parity.passed:
        raise EdgekitError(f"{bundle} is outside the limits: " + "; ".join(parity.failures))
