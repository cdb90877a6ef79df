"""Count what each net takes on each core: python -m edgekit.benchmarks.firmware [BUNDLE ...]

--check: hold it to the budget; --write: renew the budget; --markdown FILE: write all tables;
--times: print how long a window takes on each board, for [window_ms] of its board.toml.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import torch

from edgekit.errors import EdgekitError, UsageError
from edgekit.files import write_text
from edgekit.firmware.build.toolchain import Compiler, gcc, zig
from edgekit.spec import SLEEP

from . import tables
from .budget import over, read_budget, unmeasured, write_budget
from .floor import floor, products
from .host import host_times
from .measure import HELIUM, NetCost, cores, in_qemu, measure, reference
from .nets import MICRO_MEAN, Net, from_bundles, untrained
from .page import gcc_version, made_on, page, zig_version
from .tables import MeasuredNet
from .times import PROPOSED, as_toml, window_times, wrong_times


def main(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory(prefix="edgekit-nets-") as work:
        if options.times:
            print(as_toml(window_times(untrained(Path(work), dict.fromkeys(PROPOSED, SLEEP)))))
            return 0
        if options.check or options.write:
            return _budget(untrained(Path(work)), renew=options.write)
        if options.bundles:
            nets = list(from_bundles(options.bundles, Path(work)))
        else:
            nets = list(untrained(Path(work)))
        measured = [_measure(net) for net in nets]
        if options.markdown:
            write_text(options.markdown, page(measured, _emulators_sentence(nets)))
            print(f"wrote {options.markdown}")
        else:
            _print_tables(measured)
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m edgekit.benchmarks.firmware", description=__doc__)
    parser.add_argument("bundles", nargs="*", type=Path, metavar="BUNDLE", help="instead of ours")
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--check", action="store_true", help="fail where the budget is exceeded")
    action.add_argument("--write", action="store_true", help="renew the budget")
    action.add_argument("--times", action="store_true", help="of a window on each board")
    action.add_argument("--markdown", type=Path, metavar="FILE", help="write the page")
    options = parser.parse_args(arguments)
    renewed = options.check or options.write or options.markdown or options.times
    if options.bundles and renewed:
        raise UsageError("the budget and the page are of edgekit's own nets: give no BUNDLE")
    return options


def _budget(nets: Iterable[Net], *, renew: bool) -> int:
    measured: list[NetCost] = []
    wrong: list[str] = []
    for net in nets:
        if net.name in PROPOSED:
            wrong += [] if renew else wrong_times(window_times([net]))
        expected = reference(net)
        measured += [measure(net, core, zig, expected) for core in cores()]
    if renew:
        if HELIUM not in cores():
            raise EdgekitError("the budget needs QEMU. On Debian: apt install qemu-system-arm")
        write_budget(measured, zig_version())
        print(f"the budget holds {len(measured)} nets on cores")
        return 0
    budget = read_budget()
    lines = over(measured, budget)
    left_out = unmeasured(measured, budget)
    if left_out and os.environ.get("CI") == "true":
        lines.append(f"not measured on {', '.join(left_out)}: qemu-system-arm is not installed")
    elif left_out:
        print(f"not measured on {', '.join(left_out)}: qemu-system-arm is not installed")
    if lines and budget.zig != zig_version():
        lines.append(f"(the budget was written with zig {budget.zig}, this is {zig_version()})")
    for line in lines:
        print(f"over budget: {line}", file=sys.stderr)
    for line in wrong:
        print(f"another time: {line}. See --times", file=sys.stderr)
    if not lines and not wrong:
        print(f"{len(measured)} nets on cores are within their budgets")
    return 1 if lines or wrong else 0


def _measure(net: Net) -> MeasuredNet:
    expected = reference(net)
    compilers: list[Callable[[str], Compiler]] = [zig, *([gcc] if gcc_version() else [])]
    costs = [measure(net, core, compiler, expected) for core in cores() for compiler in compilers]
    return MeasuredNet(
        net.name,
        products(net.model),
        {core: floor(net.model, core) for core in cores()},
        tuple(costs),
        host_times(net, expected),
    )


def _emulators_sentence(nets: Sequence[Net]) -> str:
    """Say how QEMU's count compares with unicorn's, of one net."""
    if HELIUM not in cores():
        return "QEMU was not installed."
    net = next(net for net in nets if net.name == MICRO_MEAN)
    expected = reference(net)
    unicorn = measure(net, "cortex-m4", zig, expected).instructions
    qemu = in_qemu(net, "cortex-m4", zig, expected)
    return f"Of {net.name} on a Cortex-M4 unicorn counts {unicorn:,}, QEMU {qemu:,}."


def _print_tables(measured: Sequence[MeasuredNet]) -> None:
    print(f"{made_on()} Counted in emulation, not run on hardware.")
    for title, table in (
        ("Each net on each core", tables.costs(measured)),
        ("Where the instructions go", tables.parts(measured)),
        ("The floor", tables.floors(measured)),
        ("Beside TFLM, measured elsewhere", tables.peers(measured)),
        ("Beside tflite-micro on this machine, in this run", tables.host(measured)),
        ("What was aimed at", tables.targets(measured)),
    ):
        if table:
            print(f"\n{title}\n\n{table}")


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except EdgekitError as error:
        print(f"edgekit: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
