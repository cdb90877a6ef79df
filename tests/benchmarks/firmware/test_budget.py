"""The budget of instructions, RAM and code, and the floor that counts are held against."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import edgekit.benchmarks.firmware.__main__ as benchmark
from edgekit.benchmarks.firmware.budget import (
    LIMITED,
    FirmwareBudget,
    over,
    read_budget,
    unmeasured,
    write_budget,
)
from edgekit.benchmarks.firmware.floor import floor, products
from edgekit.benchmarks.firmware.measure import (
    HELIUM,
    UNICORN,
    NetCost,
    Reference,
    measure,
    reference,
)
from edgekit.benchmarks.firmware.nets import NETS, Net
from edgekit.errors import EdgekitError
from edgekit.firmware.build import toolchain
from edgekit.firmware.build.toolchain import zig
from edgekit.spec import SLEEP
from tests.helpers.bundles import add_c, make_bundle

PAGE = Path(__file__).parents[3] / "docs" / "firmware-numbers.md"


@pytest.fixture(scope="session")
def net(tmp_path_factory: pytest.TempPathFactory) -> Net:
    folder = make_bundle(tmp_path_factory.mktemp("bundles") / "by-gravity")
    return Net("by-gravity", add_c(folder), SLEEP)


@pytest.fixture(scope="session")
def expected(net: Net) -> Reference:
    return reference(net)


@pytest.fixture(scope="session")
def measured(net: Net, expected: Reference) -> NetCost:
    return measure(net, "cortex-m4", zig, expected)


@pytest.fixture
def budget(measured: NetCost, tmp_path: Path) -> FirmwareBudget:
    write_budget([measured], "0.1", tmp_path / "budget.json")
    return read_budget(tmp_path / "budget.json")


def grown(figures: NetCost, name: str, by: float) -> NetCost:
    """RAM grows by what is static."""
    kept, field = getattr(figures, name), name if name != "ram_bytes" else "static_bytes"
    return replace(figures, **{field: getattr(figures, field) + round(by * kept)})


def test_what_was_measured_is_within_the_budget_that_was_made_of_it(
    measured: NetCost, budget: FirmwareBudget
) -> None:
    assert over([measured], budget) == []


@pytest.mark.parametrize("name", LIMITED)
def test_two_percent_more_is_over_and_half_a_percent_or_less_is_not(
    name: str, measured: NetCost, budget: FirmwareBudget
) -> None:
    roomy = replace(measured, instructions=10**6, static_bytes=10**4, code_bytes=10**4)
    nets = {"by-gravity": {"cortex-m4": {kept: getattr(roomy, kept) for kept in LIMITED}}}
    of_roomy = replace(budget, nets=nets)

    (line,) = over([grown(roomy, name, 0.02)], of_roomy)

    assert line.startswith("by-gravity on cortex-m4: ")
    assert f"{name.replace('_', ' ')}, 2.0 % over its " in line
    assert over([grown(roomy, name, 0.005)], of_roomy) == []
    assert over([grown(roomy, name, -0.5)], of_roomy) == []


def test_the_command_fails_where_a_kernel_takes_two_percent_more(
    net: Net,
    measured: NetCost,
    budget: FirmwareBudget,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(benchmark, "untrained", lambda work: iter([net]))
    monkeypatch.setattr(benchmark, "cores", lambda: (measured.core,))
    monkeypatch.setattr(benchmark, "read_budget", lambda: budget)
    assert benchmark.main(["--check"]) == 0

    slower = grown(measured, "instructions", 0.02)
    monkeypatch.setattr(benchmark, "measure", lambda *_: slower)
    assert benchmark.main(["--check"]) == 1

    told = capsys.readouterr().err
    assert "by-gravity on cortex-m4" in told
    assert "2.0 % over" in told


def test_a_kernel_that_is_made_two_percent_slower_is_seen(
    net: Net,
    expected: Reference,
    measured: NetCost,
    budget: FirmwareBudget,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its source is changed, compiled and counted; the answers stay."""
    kernels = Path(shutil.copytree(toolchain.KERNELS, tmp_path / "nn"))
    turns = round(0.02 * measured.instructions / 2)
    waste = f'"movs r3, #{turns}\\n0: subs r3, #1\\nbne 0b" ::: "r3", "cc"'
    source = (kernels / "nn_pool.c").read_text()
    begin = "void nn_mean(const nn_mean_t *mean, const nn_act *x, nn_act *y)\n{\n"
    assert source.count(begin) == 1
    (kernels / "nn_pool.c").write_text(
        source.replace(begin, f"{begin}    __asm__ volatile({waste});\n")
    )
    monkeypatch.setattr(toolchain, "KERNELS", kernels)

    slower = measure(net, "cortex-m4", zig, expected)

    lines = [line for line in over([slower], budget) if " instructions, " in line]
    assert len(lines) == 1 and lines[0].startswith("by-gravity on cortex-m4: ")
    assert "2.0 % over" in lines[0] or "2.1 % over" in lines[0]


def test_a_net_without_a_budget_is_reported(measured: NetCost, budget: FirmwareBudget) -> None:
    (line,) = over([replace(measured, net="new")], budget)
    assert line.startswith("new on cortex-m4: no budget. ")


def test_a_core_that_was_left_out_is_reported(measured: NetCost, budget: FirmwareBudget) -> None:
    assert unmeasured([measured], budget) == []
    assert unmeasured([], budget) == ["cortex-m4"]


def test_what_is_no_budget_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "budget.json").write_text("{}")
    with pytest.raises(EdgekitError, match="is no budget"):
        read_budget(tmp_path / "budget.json")


def test_the_committed_budget_is_of_every_net_on_every_core() -> None:
    budget = read_budget()
    assert set(budget.nets) == set(NETS)
    assert all(set(cores) == {*UNICORN, HELIUM} for cores in budget.nets.values())


def test_the_page_says_what_the_budget_keeps() -> None:
    page = PAGE.read_text()
    for name, cores in read_budget().nets.items():
        for core, kept in cores.items():
            assert f"| {name} | {core} | zig | {kept['instructions']:,} |" in page


@pytest.mark.parametrize("core", UNICORN)
def test_no_count_is_under_the_floor(core: str, net: Net, expected: Reference) -> None:
    least = floor(net.model, core)
    assert products(net.model) / 2 < least < measure(net, core, zig, expected).instructions


def test_an_answer_that_is_not_tflms_is_no_figure(net: Net, expected: Reference) -> None:
    answers = replace(expected.answers, posture=expected.answers.posture ^ 1)
    with pytest.raises(EdgekitError, match="does not answer as tflite-micro does"):
        measure(net, "cortex-m4", zig, replace(expected, answers=answers))
