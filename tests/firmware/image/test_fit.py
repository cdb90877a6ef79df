"""What does not fit its board is refused in one line, and what would fit is named."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from edgekit import samples
from edgekit.bundle import Bundle, load_bundle
from edgekit.firmware.build.board import Board, Memory, board
from edgekit.firmware.build.build import (
    COMPILERS,
    Built,
    LinkOptions,
    build,
    sizes,
    whole_script,
)
from edgekit.firmware.build.toolchain import CompilerError
from edgekit.firmware.image.fit import FOOTPRINTS, NoRoomError, check_fit, overflow
from edgekit.nets import NETS
from edgekit.spec import SLEEP, Spec
from edgekit.train.nets import build as build_net
from edgekit.train.nets import parameter_count


@pytest.fixture(scope="module")
def bundle(c_bundle: Callable[[Spec], Bundle]) -> Bundle:
    return c_bundle(SLEEP)


@pytest.fixture
def emulated(image_of: Callable[..., Built]) -> Built:
    return image_of("emulated", "cortex-m4")


def small_flash(chip: Board, size: int) -> Board:
    assert chip.flash is not None
    return replace(chip, flash=Memory(chip.flash.origin, size))


def test_what_does_not_fit_is_refused_and_a_net_that_would_is_named(
    emulated: Built, bundle: Bundle
) -> None:
    rest = emulated.size.flash_bytes - emulated.size.flash["weights"]
    too_small = small_flash(emulated.board, rest + dict(FOOTPRINTS)["mtl-net-lean"].weights)
    heavy = replace(emulated.size, flash={**emulated.size.flash, "weights": 90_000})
    with pytest.raises(NoRoomError, match=r"bytes of flash.*mtl-net-lean would fit.*--net"):
        check_fit(heavy, emulated.stack, too_small, bundle)


def test_where_no_net_would_fit_the_error_says_so(emulated: Built, bundle: Bundle) -> None:
    with pytest.raises(NoRoomError, match=r"None of edgekit's nets"):
        check_fit(emulated.size, emulated.stack, small_flash(emulated.board, 1000), bundle)


def test_without_a_bound_of_the_stack_the_flash_is_checked(emulated: Built, bundle: Bundle) -> None:
    check_fit(emulated.size, None, emulated.board, bundle)
    with pytest.raises(NoRoomError, match=r"bytes of flash"):
        check_fit(emulated.size, None, small_flash(emulated.board, 1000), bundle)


def test_a_stack_without_room_is_refused_and_the_older_image_kept(
    bundle: Bundle, tmp_path: Path
) -> None:
    chip = board("emulated")
    assert chip.linker_script is not None
    script = whole_script(chip.linker_script).replace("STACK_BYTES = 0x2000", "STACK_BYTES = 0x100")
    (tmp_path / "small.ld").write_text(script)
    folder = tmp_path / "images" / "image"
    folder.mkdir(parents=True)
    for name in ("image.bin", "image.json"):
        (folder / name).write_text("older")
    with pytest.raises(NoRoomError, match=r"bytes of stack, of which the board has 256"):
        build(bundle, replace(chip, linker_script=tmp_path / "small.ld"), folder)
    assert (folder / "image.bin").read_text() == "older"
    assert [path.name for path in folder.parent.iterdir()] == ["image"]


@pytest.mark.parametrize("compiler", ["zig", "gcc"])
@pytest.mark.parametrize(("const", "memory"), [("const", "flash"), ("", "RAM")])
def test_what_a_linker_finds_no_room_for_becomes_one_line(
    const: str, memory: str, compiler: str, bundle: Bundle, tmp_path: Path, arm_gcc: object
) -> None:
    chip = board("emulated")
    limit = (chip.flash if const else chip.ram) or pytest.fail("a chip has memory")
    large = f"void reset_handler(void);\n{const} char large[{limit.bytes + 8192}] = {{1}};\n"
    assert chip.linker_script is not None
    (tmp_path / "image.ld").write_text(whole_script(chip.linker_script))
    (tmp_path / "large.c").write_text(f"{large}void reset_handler(void) {{ (void)large[9]; }}\n")
    cc = COMPILERS[compiler]("cortex-m4")
    with pytest.raises(CompilerError) as failed:
        cc.run(
            [
                *("-nostartfiles", "-nostdlib", "-ffreestanding", "-Wl,-e,reset_handler"),
                *(f"-Wl,-T,{tmp_path / 'image.ld'}", tmp_path / "large.c"),
                *("-o", tmp_path / "x.elf"),
            ]
        )
    over = overflow(failed.value.output)
    assert over is not None
    refusal = str(over.refusal(chip, bundle))
    assert (
        f"does not fit emulated: it needs {limit.bytes + over.bytes:,} bytes of {memory}" in refusal
    )


def test_the_nets_that_are_named_are_our_nets_by_size() -> None:
    weights = [footprint.weights for _, footprint in FOOTPRINTS]
    assert weights == sorted(weights, reverse=True)
    for net, (flash, _) in FOOTPRINTS:
        parameters = parameter_count(build_net(net, SLEEP))
        assert parameters <= flash <= 1.1 * parameters + 8_000


def test_the_shipped_bundles_image_is_as_large_as_the_page_and_the_footprint_say() -> None:
    shipped = load_bundle(Path(samples.__file__).parent / "sleep-micro")
    (made,) = sizes(shipped, [board("xiao-nrf52840")], LinkOptions("zig"), lambda step: None)
    assert isinstance(made, Built)
    page = (Path(__file__).parents[3] / "docs" / "firmware.md").read_text()
    (row,) = re.findall(r"\| mtl-net-micro \| (\S+) \| (\S+) \(\S+\) \| (\S+) \| (\S+) \(", page)
    weights, flash, net_ram, ram = (int(number.replace(",", "")) for number in row)
    assert made.size.flash["weights"] == weights
    assert made.size.ram["model"] == net_ram
    assert made.size.flash_bytes == pytest.approx(flash, rel=0.01)
    assert made.size.ram_bytes + made.stack_bytes == pytest.approx(ram, rel=0.01)
    footprint = NETS["mtl-net-micro"].footprint
    assert footprint is not None and 0 <= footprint.weights - weights < 100
