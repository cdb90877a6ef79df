"""edgekit convert and edgekit verify: a Run in, a Bundle out, and the proof that they agree."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from edgekit.bundle import BUNDLES
from edgekit.errors import EdgekitError

from .folders import latest_run, own_bundle
from .options import BundleArgument, JsonOption
from .output import print_json, print_progress, print_result, print_table

if TYPE_CHECKING:
    from edgekit.convert.parity import Parity


RunArgument = Annotated[
    Path | None, typer.Argument(metavar="RUN", help="The run's folder; the newest if absent.")
]


def convert_command(
    run: RunArgument = None,
    int8: Annotated[
        bool,
        typer.Option("--int8", hidden=True, help="Accepted, as it was: int8 is the only form."),
    ] = True,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="The bundle's folder; bundles/<run> if absent."),
    ] = None,
) -> None:
    """Make a run's Bundle: int8 TFLite, ONNX, plain C, a TFLM C array, golden windows, a card.

    Takes under a minute, half of it in quantising. Exit code 1 where the int8 model strays from
    the float one beyond the limits.

    - `edgekit convert`
    - `edgekit convert runs/wisdm-mtl-net-small-subject-seed0 --out bundles/wisdm`
    """
    from edgekit.convert.convert import convert

    run = run or latest_run(finished=True)
    folder = out or BUNDLES / run.resolve().name
    made = convert(run, folder, lambda step: print_progress(f"convert  {step}"))
    try:
        show_parity(made.parity, folder)
    except EdgekitError as outside:
        raise EdgekitError(
            f"{outside}. The bundle was written and works; more epochs of training, or "
            "--augmentation light, usually bring the int8 net nearer"
        ) from None
    size = made.bundle.model.stat().st_size
    arena = made.bundle.fields["arena_bytes"]
    print_result(
        f"{folder}: model {size:,} bytes, tensor arena {arena:,} bytes (measured), "
        f"{made.bundle.fields['macs']:,} multiply-adds a window"
    )


def verify_command(
    bundle: BundleArgument = None,
    run: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="The run it was made from; runs/<its name> if absent."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Run held-out windows through torch, ONNX, LiteRT, tflite-micro and model.c, and compare.

    model.c runs on this machine and, by instruction, on a Cortex-M0+ and a Cortex-M4 in emulation.
    Exit code 1 where a limit is exceeded: 99.9 % agreement on the windows that the float net
    decides by 0.1 in probability, a loss of 0.5 points per head, or a byte of model.c's answers
    that is not tflite-micro's.

    - `edgekit verify`
    - `edgekit verify --json`
    - `edgekit verify bundles/wisdm --run runs/wisdm-mtl-net-small-subject-seed0`
    """
    from edgekit.convert.verify import verify

    folder = bundle or own_bundle()  # the shipped one's run is not at hand
    parity = verify(folder, run, lambda step: print_progress(f"verify  {step}"))
    if json:
        print_json("verify", bundle=str(folder), **parity.to_json())
        _check_limits(parity, folder)
        return
    show_parity(parity, folder)


def show_parity(parity: "Parity", bundle: Path) -> None:
    """Print the table of parity. Raises EdgekitError that names every limit which is exceeded."""
    from edgekit.bundle import load_bundle

    tasks = load_bundle(bundle).spec.choices
    headings, rows = parity.table(tasks)
    table = Table(title=f"{bundle.resolve().name}: the same held-out windows (measured)")
    for index, heading in enumerate(headings):
        table.add_column(heading, justify="left" if index < 2 else "right")
    for row in rows:
        table.add_row(*row)
    print_table(table)
    print_result(f"{parity.near_ties(tasks)}.")
    print_result(
        f"LiteRT is within {parity.litert_from_tflm:.2f} of a logit of tflite-micro; "
        f"golden windows reproduced: {parity.golden_reproduced} of {parity.golden_windows}"
    )
    print_result("windows that model.c answers byte for byte as tflite-micro:")
    for core in parity.generated:
        print_result(f"  {core}")
    _check_limits(parity, bundle)


def _check_limits(parity: "Parity", bundle: Path) -> None:
    if not parity.passed:
        raise EdgekitError(f"{bundle} is outside the limits: " + "; ".join(parity.failures))
