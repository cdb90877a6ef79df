"""Measure what monitoring costs.

python -m edgekit.benchmarks.monitoring BUNDLE [--quick] [--json FILE]
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from edgekit.bundle import load_bundle
from edgekit.files import write_text

from ..page.markdown_table import figure_table
from .measure import measure
from .section import section


def main() -> None:
    parser = argparse.ArgumentParser("python -m edgekit.benchmarks.monitoring", description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--quick", action="store_true", help="one round of a short night")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON, too")
    options = parser.parse_args()
    monitoring = measure(load_bundle(options.bundle), options.quick)
    page = section(monitoring)
    for table in (*page.tables, *page.detail_tables):
        print(f"{figure_table(table)}\n")
    if options.json:
        write_text(options.json, json.dumps(asdict(monitoring), indent=1, allow_nan=False) + "\n")


if __name__ == "__main__":
    main()
