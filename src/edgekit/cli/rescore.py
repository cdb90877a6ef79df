"""edgekit rescore: another Bundle over a Night's samples; another Night out."""

from pathlib import Path
from typing import Annotated

import typer

from edgekit.bundle import load_bundle
from edgekit.files import fresh

from .folders import latest_bundle, latest_night
from .options import BundleOption, NightArgument
from .output import print_result


def rescore_command(
    night: NightArgument = None,
    bundle: BundleOption = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The new night; NIGHT-BUNDLE.night by it if absent."),
    ] = None,
) -> None:
    """Let another model decide on a night's stored samples, and write that as a night.

    - `edgekit rescore nights/tuesday.night --bundle bundles/other`
    """
    from edgekit.device.rescore import rescore

    path = night or latest_night()
    loaded = load_bundle(bundle or latest_bundle())
    target = out or fresh(path.parent, f"{path.stem}-{loaded.name}", ".night")
    done = rescore(path, loaded, target)
    same = "" if done.agreed is None else f", {100 * done.agreed:.1f} % as before"
    print_result(f"night   {target}: {done.windows:,} decisions{same}")
