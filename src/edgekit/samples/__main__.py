"""python -m edgekit.samples [FOLDER]: make the samples again, in the package's own folder."""

import sys
from pathlib import Path

from edgekit.errors import EdgekitError

from .make import make_samples

if __name__ == "__main__":
    try:
        make_samples(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
    except EdgekitError as error:
        sys.exit(f"edgekit: {error}")
