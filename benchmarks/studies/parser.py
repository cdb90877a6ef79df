"""Arguments that studies share."""

from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.progress import track


def study_parser(name: str, description: str | None, *, bundle: bool = False) -> ArgumentParser:
    """Return the parser of a study, whose --help is its docstring; `bundle` adds --bundle."""
    parser = ArgumentParser(
        f"python -m edgekit.benchmarks.studies.{name}",
        description=description,
        formatter_class=RawDescriptionHelpFormatter,
    )
    if bundle:
        parser.add_argument("-b", "--bundle", type=Path, required=True, help="a bundle's folder")
    return parser


def nights_parser(name: str, description: str | None, seeds: tuple[int, int]) -> ArgumentParser:
    """Return the parser of a study of simulated nights by a bundle, one sleeper per seed."""
    return seeds_parser(name, description, seeds, bundle=True)


def seeds_parser(
    name: str, description: str | None, seeds: tuple[int, int], *, bundle: bool = False
) -> ArgumentParser:
    """Return the parser of a study with --seeds; `bundle` adds --bundle."""
    parser = study_parser(name, description, bundle=bundle)
    parser.add_argument(
        "--seeds", type=int, nargs=2, default=seeds, metavar=("FROM", "TO"),
        help=f"of the sleepers, TO left out ({seeds[0]} {seeds[1]} if absent)",
    )  # fmt: skip
    return parser


def parse_nights(parser: ArgumentParser) -> tuple[Namespace, range]:
    """Parse the command line; exit with code 2 where --seeds hold no seed."""
    options = parser.parse_args()
    seeds = range(*options.seeds)
    if not seeds:
        parser.error("--seeds FROM TO holds no seed: TO is the first that is left out")
    return options, seeds


def tracked(seeds: range, hours: float) -> Iterator[int]:
    """Yield the seeds, with a progress bar on stderr."""
    yield from track(seeds, f"nights of {hours:g} h", console=Console(stderr=True))


def seeds_text(seeds: range, hours: float) -> str:
    return f"seeds {seeds.start} to {seeds.stop - 1}, nights of {hours:g} h"
