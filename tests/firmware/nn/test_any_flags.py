"""The kernels build and answer without optimisation and with a frame pointer, for a debugger."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from edgekit.firmware.build.toolchain import Compiler, gcc, zig
from tests.helpers.compiled import Kernels, compile_kernels, different
from tests.helpers.graphs import graphs, single_layers

DEBUG = ("-O0", "-fno-omit-frame-pointer")


@pytest.fixture(scope="module", params=["cortex-m0plus-zig", "cortex-m4-gcc"])
def debugged(
    request: pytest.FixtureRequest,
    arm_gcc: dict[str, Compiler],
    tmp_path_factory: pytest.TempPathFactory,
) -> Kernels:
    core, _, compiler = request.param.rpartition("-")
    folder = tmp_path_factory.mktemp("debugged")
    return compile_kernels(core, folder, DEBUG, {"zig": zig, "gcc": gcc}[compiler])


@settings(
    max_examples=2,  # the first is the simplest that there is
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(
    models=st.lists(graphs(), min_size=8, max_size=8),
    layers=st.lists(single_layers(), min_size=8, max_size=8),
)
def test_any_graph_is_answered_byte_for_byte(
    debugged: Kernels, models: list[bytes], layers: list[bytes]
) -> None:
    assert different(debugged, models + layers, strict_each=4) == []


@pytest.mark.parametrize("core", ["cortex-m33", "cortex-m55"])
def test_the_kernels_of_the_other_cores_build_so_too(core: str, tmp_path: Path) -> None:
    assert len(compile_kernels(core, tmp_path, DEBUG).objects) > 10
