"""edgekit data: whether the public recordings at hand are those that were published."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from edgekit.errors import EdgekitError, UsageError

data_app = typer.Typer(help="Look after the recordings.", no_args_is_help=True)


@data_app.callback()
def _group() -> None:
    """Look after the recordings."""


@data_app.command()
def verify(
    dataset: Annotated[str, typer.Argument(help="wisdm")],
    data_dir: Annotated[
        Path | None, typer.Option(help="Where the recordings lie; else $EDGEKIT_DATA.")
    ] = None,
) -> None:
    """Compare a copy of a public data set with its published SHA-256 digests.

    Missing files are counted; a file that differs is named, with exit code 1.

    - `edgekit data verify wisdm --data-dir ~/Downloads`
    """
    if dataset != "wisdm":
        raise UsageError(f"digests were published for wisdm, not for {dataset!r}")
    from edgekit.train.datasets import data_folder, verify_wisdm

    verdicts = verify_wisdm(data_folder(data_dir))
    names = {
        state: [verdict.name for verdict in verdicts if verdict.state == state]
        for state in ("ok", "differs", "missing")
    }
    for name in names["differs"]:
        Console().print(f"differs  {name}", highlight=False)
    Console().print(
        f"wisdm: {len(names['ok'])} of {len(verdicts)} files are as published, "
        f"{len(names['differs'])} differ, {len(names['missing'])} are missing",
        highlight=False,
    )
    if names["differs"]:
        raise EdgekitError("files differ from the published ones: download them again")
