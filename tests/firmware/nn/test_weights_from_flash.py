"""The order in which a convolution reads its weights, which decides a flash cache's misses."""

from itertools import groupby
from pathlib import Path

import numpy as np
import pytest
from unicorn import UC_HOOK_MEM_READ

from edgekit.convert.codegen import generate
from edgekit.convert.generated import build_function
from edgekit.convert.model import parse
from edgekit.firmware.emulate.machine import Machine
from tests.helpers.graph_builder import GraphBuilder
from tests.helpers.small_models import conv

ROWS, COLUMNS = 12, 20


@pytest.mark.parametrize(("positions", "passes"), [(64, 1), (65, 2)])
def test_a_cortex_m0plus_reads_each_pair_of_rows_once_for_64_slices(
    positions: int, passes: int, tmp_path: Path
) -> None:
    build = GraphBuilder(np.random.default_rng(0))
    x = build.entry(positions + 4, 4, 0.05, 3)
    model = build.file([conv(build, x, (1, positions + 4), (ROWS, 5, 4))])
    source = tmp_path / "net.c"
    source.write_text(f'#include "nn.h"\n{generate(parse(model), "net", ("y",)).source}')
    elf = build_function(source, tmp_path, "cortex-m0plus", tmp_path, "net_run")
    machine = Machine.from_elf(elf, "cortex-m0plus")
    begin, of_pair, pairs = machine.symbols["conv0_weights"], 2 * COLUMNS, []
    machine.uc.hook_add(
        UC_HOOK_MEM_READ,
        lambda _uc, _access, at, *_: pairs.append((at - begin) // of_pair),
        begin=begin,
        end=begin + ROWS * COLUMNS - 1,
    )
    window, out = machine.place(bytes(4 * (positions + 4))), machine.place(bytes(ROWS * positions))
    machine.call("net_run", window, out)
    assert len(pairs) >= positions * ROWS * COLUMNS / 4
    assert [pair for pair, _ in groupby(pairs)] == list(range(ROWS // 2)) * passes
