"""edgekit data: import recordings, and check public ones against what was published."""

from pathlib import Path
from typing import Annotated

import typer

from edgekit.errors import EdgekitError, UsageError

from .data_check import check_command
from .data_import import import_command
from .options import DataDirOption
from .output import print_result

data_app = typer.Typer(help="Import and check recordings.", no_args_is_help=True)


@data_app.callback()
def _group() -> None:
    """Import and check recordings."""


data_app.command("import")(import_command)
data_app.command("check")(check_command)


@data_app.command("describe")
def describe_command(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="A folder of labelled recordings (.npz).")
    ],
) -> None:
    """Write the dataset.toml of a folder's recordings, or add to it what they have anew.

    For recordings that were labelled, or copied there, after their import. Comments and order of a
    dataset.toml that is there stay.

    - `edgekit data describe kitchen`
    """
    from edgekit.dataset_folder import describe_folder

    if not folder.is_dir():
        raise UsageError(f"no folder at {folder}")
    line = describe_folder(folder)
    if line is None:
        raise EdgekitError(
            f"no recording in {folder} has a label. Label one with: edgekit label FILE"
        )
    print_result(line)


@data_app.command("verify")
def verify_command(
    dataset: Annotated[str, typer.Argument(help="wisdm")],
    data_dir: DataDirOption = None,
) -> None:
    """Compare a copy of a public data set with its published SHA-256 digests.

    Missing files are counted; a file that differs is named, with exit code 1.

    - `edgekit data verify wisdm --data-dir ~/Downloads`
    """
    if dataset != "wisdm":
        raise UsageError(
            f"digests were published for wisdm, not for {dataset!r}. Look a data set of your own "
            "over with: edgekit data check FOLDER"
        )
    from edgekit.train.datasets import data_folder, verify_wisdm

    verdicts = verify_wisdm(data_folder(data_dir))
    names = {
        state: [verdict.name for verdict in verdicts if verdict.state == state]
        for state in ("ok", "differs", "missing")
    }
    for name in names["differs"]:
        print_result(f"differs  {name}")
    print_result(
        f"wisdm: {len(names['ok'])} of {len(verdicts)} files are as published, "
        f"{len(names['differs'])} differ, {len(names['missing'])} are missing"
    )
    if names["differs"]:
        raise EdgekitError("files differ from the published ones: download them again")
