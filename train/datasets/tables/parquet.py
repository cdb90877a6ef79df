"""Read a Parquet file of acceleration, in a process of its own.

polars ends its process where damage makes it allocate too much, and writes each panic to stderr;
one such file must not end an import of many. `python -m edgekit.train.datasets.tables.parquet PATH
OPTIONS` reads the content from stdin and writes what it understood to stdout, pickled.
"""

import json
import pickle
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from edgekit.errors import EdgekitError

from ..imported import Imported
from .options import TableOptions

MAGIC = b"PAR1"
MODULE = "edgekit.train.datasets.tables.parquet"
LIMIT_S = 300.0
MOST_MEMORY = 8 << 30  # bytes of address space, most of which polars never touches


def is_parquet(content: bytes) -> bool:
    return content.startswith(MAGIC)


def parse_parquet(content: bytes, path: Path, options: TableOptions) -> Imported:
    """Read the content of a Parquet file, in which each row is a sample.

    Raises UsageError where a column is missing or two readings are possible, EdgekitError where the
    file is damaged.
    """
    try:
        ended = subprocess.run(
            [sys.executable, "-m", MODULE, str(path), json.dumps(asdict(options))],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise EdgekitError(
            f"{path} was not read within {LIMIT_S:.0f} s: it may be damaged"
        ) from None
    if ended.returncode != 0:
        raise EdgekitError(
            f"{path} is a damaged Parquet file, or needs more memory than there is. Get the file "
            "again."
        )
    answer = pickle.loads(ended.stdout)
    if isinstance(answer, EdgekitError):
        raise answer
    assert isinstance(answer, Imported)
    return answer


def main(path: str, options: str) -> None:
    """Read the content on stdin, and write what it holds or why it cannot be read to stdout."""
    from .parquet_rows import parse_here

    _limit_memory()
    answer: Imported | EdgekitError
    try:
        answer = parse_here(
            sys.stdin.buffer.read(), Path(path), TableOptions(**json.loads(options))
        )
    except EdgekitError as error:
        answer = error
    sys.stdout.buffer.write(pickle.dumps(answer))


def _limit_memory() -> None:
    """Bound the address space of this process, where the system lets it be bounded so."""
    try:
        import resource
    except ImportError:  # Windows
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = MOST_MEMORY if hard == resource.RLIM_INFINITY else min(MOST_MEMORY, hard)
    with suppress(OSError, ValueError):  # macOS refuses some limits
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))


if __name__ == "__main__":
    main(*sys.argv[1:])
