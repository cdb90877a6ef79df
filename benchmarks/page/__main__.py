"""The page of results that are there, nothing measured: python -m edgekit.benchmarks.page FOLDER

--markdown PAGE: as Markdown, its pictures beside it; else FOLDER/results.html.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from edgekit.errors import EdgekitError

from .page import write_pages


def main(arguments: Sequence[str]) -> None:
    """Raises EdgekitError where the folder holds no results."""
    parser = argparse.ArgumentParser("python -m edgekit.benchmarks.page", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--markdown", type=Path, metavar="PAGE")
    options = parser.parse_args(arguments)
    page = None if options.markdown else options.folder / "results.html"
    write_pages(options.folder, page, options.markdown)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except EdgekitError as error:
        print(f"edgekit: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
