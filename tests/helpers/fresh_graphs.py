"""Hold random graphs of a seed, and files, to tflite-micro on every core: `make graphs`.

Each is to be answered byte for byte, in windows of white noise: on this machine, on a Cortex-M0+
and an M4 that fault off a word, and on a Cortex-M55 in QEMU. A graph that is not is kept in a file.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from edgekit.errors import EdgekitError
from tests.helpers.compiled import compile_kernels, different
from tests.helpers.graphs import graphs, single_layers
from tests.helpers.helium_image import CORE, different_on_helium

BATCH = 40  # compiled together: as many whole graphs as single layers
CORES = ("host", "cortex-m0plus", "cortex-m4")
FILE_WINDOWS = 300  # of each file


@dataclass
class Tally:
    graphs: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help=".tflite files of two outputs")
    parser.add_argument("--graphs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 2**32)
    parser.add_argument("--wrong", type=Path, default=Path("build/wrong-graphs"))
    options = parser.parse_args(arguments)
    print(f"seed {options.seed}", flush=True)
    tallies = {core: Tally() for core in (*CORES, CORE)}
    with tempfile.TemporaryDirectory(prefix="edgekit-graphs-") as name:
        answer = _checks(Path(name))
        for path in options.files:
            _hold(answer, tallies, [path.read_bytes()], [path.name], FILE_WINDOWS, options.wrong)
        for number, batch in enumerate(_batches(options.graphs, options.seed)):
            names = [f"seed{options.seed}-batch{number}-{index}" for index in range(len(batch))]
            _hold(answer, tallies, batch, names, 3, options.wrong)
    for core, tally in tallies.items():
        print(
            f"{core}: {tally.graphs - len(tally.wrong):,} of {tally.graphs:,} graphs equal to "
            f"tflite-micro, {tally.seconds:.0f} s {' '.join(tally.wrong)}"
        )
    return 1 if any(tally.wrong for tally in tallies.values()) else 0


Check = Callable[[list[bytes], int], list[int]]


def _checks(folder: Path) -> dict[str, Check]:
    """Return for each core what names the graphs that it answers otherwise."""

    def on(core: str) -> Check:
        (folder / core).mkdir()
        kernels = compile_kernels(core, folder / core)
        return lambda models, windows: different(kernels, models, windows)

    (folder / CORE).mkdir()
    checks = {core: on(core) for core in CORES}
    return checks | {CORE: lambda models, n: different_on_helium(models, folder / CORE, windows=n)}


def _hold(
    checks: dict[str, Check],
    tallies: dict[str, Tally],
    models: list[bytes],
    names: list[str],
    windows: int,
    keep: Path,
) -> None:
    for core, check in checks.items():
        start, tally = time.monotonic(), tallies[core]
        try:
            wrong = [names[index] for index in check(models, windows)]
        except EdgekitError as error:
            print(f"{core}, one of {names[0]} to {names[-1]}: {error}", flush=True)
            wrong = names
        tally.graphs += len(models)
        tally.seconds += time.monotonic() - start
        tally.wrong += wrong
        for name in wrong:
            keep.mkdir(parents=True, exist_ok=True)
            (keep / f"{name}.tflite").write_bytes(models[names.index(name)])


def _batches(count: int, start: int) -> Iterator[list[bytes]]:
    """Yield `count` graphs in batches, a half of them single layers."""
    found: list[list[bytes]] = []
    half = st.lists(graphs(), min_size=BATCH // 2, max_size=BATCH // 2)
    layers = st.lists(single_layers(), min_size=BATCH // 2, max_size=BATCH // 2)

    @seed(start)
    @settings(
        max_examples=-(-count // BATCH),
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(half, layers)
    def draw(models: list[bytes], single: list[bytes]) -> None:
        found.append(models + single)

    draw()
    yield from found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
