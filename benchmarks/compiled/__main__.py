"""Compile other people's nets and count them: python -m edgekit.benchmarks.compiled

--check: hold them to the record; --write: renew the record and docs/compile-numbers.md.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from edgekit.errors import EdgekitError
from edgekit.files import write_text

from ..firmware.page import made_on
from .measure import Measured, measure
from .nets import models
from .page import page
from .record import RECORD, over, read_record, write_record

PAGE = Path("docs") / "compile-numbers.md"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("python -m edgekit.benchmarks.compiled", description=__doc__)
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--check", action="store_true", help="fail where a figure has grown")
    action.add_argument("--write", action="store_true", help="renew the record and the page")
    options = parser.parse_args(arguments)
    record = read_record() if options.check else {}
    measured = []
    with tempfile.TemporaryDirectory(prefix="edgekit-nets-") as work:
        for net, model in models(Path(work)):
            print(f"compile {net.name}", file=sys.stderr)
            measured.append(measure(net, model, timed=not options.check))
    if options.check:
        lines = over(measured, record)
        for line in lines:
            print(f"over budget: {line}", file=sys.stderr)
        if not lines:
            print(f"{len(measured)} compiled nets are within their budgets")
        return 1 if lines else 0
    if options.write:
        write_record(measured, made_on())
        write_text(PAGE, page(read_record()))
        print(f"wrote {RECORD.name} and {PAGE}")
    else:
        _print(measured)
    return 0


def _print(measured: Sequence[Measured]) -> None:
    for one in measured:
        print(
            f"{one.net.name}: {one.compiled.macs:,} multiply-adds; tflite-micro's arena "
            f"{one.tflm_arena_bytes:,} bytes; here {one.tflm_us:,.0f} us, ours {one.c_us:,.0f} us"
        )
        for cost in one.compiled.costs:
            print(
                f"  {cost.core}: {cost.instructions:,} instructions, {cost.ram_bytes:,} bytes of "
                f"RAM, {cost.flash_bytes:,} of flash"
            )


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except EdgekitError as error:
        print(f"edgekit: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
