"""The page of results that are there, nothing measured: python -m edgekit.benchmarks.page FOLDER

--markdown PAGE: as Markdown, its pictures beside it; else FOLDER/results.html.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from edgekit.errors import EdgekitError
from edgekit.files import write_text

from ..firmware.budget import read_budget
from ..results import read_results
from ..sections import TITLE, head, sections
from .html import html
from .markdown import write_markdown


def main(arguments: Sequence[str]) -> None:
    """Raises EdgekitError where the folder holds no results."""
    parser = argparse.ArgumentParser("python -m edgekit.benchmarks.page", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--markdown", type=Path, metavar="PAGE")
    options = parser.parse_args(arguments)
    results = read_results(options.folder)
    told = sections(results, read_budget())
    if options.markdown:
        write_markdown(options.markdown, TITLE, head(results), told)
    else:
        write_text(options.folder / "results.html", html(TITLE, head(results), told))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except EdgekitError as error:
        print(f"edgekit: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
