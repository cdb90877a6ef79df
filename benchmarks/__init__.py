"""Benchmarks: ours and the peers', in the same run; the figures are ratios."""

import sys
from types import TracebackType

from edgekit.distribution import install_line


def _report_missing(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Say in one line which packages a study needs; any other error keeps its traceback."""
    if isinstance(error, ModuleNotFoundError) and error.name:
        package = error.name.partition(".")[0]
        line = install_line("compare,bench")
        print(f"edgekit: {package} is not installed, which this needs: {line}", file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, trace)


# Python's own name for a module that `python -m` is about to run: nobody else catches its imports.
if sys.argv[:1] == ["-m"]:
    sys.excepthook = _report_missing
