"""An access off its alignment faults where the core has none such, though unicorn performs it."""

from pathlib import Path

import pytest

from edgekit.convert.generated import LAYOUT
from edgekit.firmware.build.toolchain import zig
from edgekit.firmware.emulate.alignment import Access, access_of, refuse_unaligned
from edgekit.firmware.emulate.machine import Machine, MachineFaultError

# Name -> its access at the address in r0.
FUNCTIONS = {
    "byte": "ldrb r0, [r0]",
    "half": "ldrh r0, [r0]",
    "half_out": "strh r1, [r0]",
    "half_signed": "ldrsh r0, [r0, r2]",
    "half_at": "ldrh r0, [r2, r0]",
    "byte_at": "ldrsb r0, [r0, r2]",
    "word": "ldr r0, [r0]",
    "word_at": "ldr r0, [r2, r0]",
    "word_out": "str r1, [r0]",
    "some": "ldm r0!, {r1, r2}",
    "some_out": "stm r0!, {r1, r2}",
    "stack": "ldr r0, [sp, #4]",
}
MAINLINE = {
    "two": "ldrd r1, r2, [r0]",
    "two_after": "ldrd r1, r2, [r0], #8",
    "two_out": "strd r1, r2, [r0, #8]",
    "wide": "ldmia.w r0, {r1, r2, r12}",
    "wide_half": "ldrh.w r1, [r0]",
    "wide_word": "ldr.w r1, [r0, #4]!",
    "table": "tbb [pc, r2]",
}
FAULTS = {"some", "some_out", "two", "two_after", "two_out", "wide"}  # on v7-M and v8-M
SIZES = {"byte": 1, "byte_at": 1, "half": 2, "half_out": 2, "half_signed": 2, "half_at": 2}
SIZES["stack"] = 1  # r0 is no address there


@pytest.fixture(params=["cortex-m0plus", "cortex-m4", "cortex-m33"])
def machine(request: pytest.FixtureRequest, tmp_path: Path) -> Machine:
    core = request.param
    functions = FUNCTIONS if core == "cortex-m0plus" else {**FUNCTIONS, **MAINLINE}
    text = [".syntax unified", ".thumb"]
    for name, instruction in functions.items():
        text += [f".global {name}", f".type {name}, %function", f"{name}:"]
        text += ["push {r4, lr}", "movs r2, #0", instruction]
        text += [".short 0x0101" if name == "table" else "nop", "nop", "pop {r4, pc}"]
        text += [f".size {name}, . - {name}"]
    (tmp_path / "accesses.S").write_text("\n".join(text) + "\n")
    (tmp_path / "accesses.ld").write_text(LAYOUT)
    link = ["-nostdlib", "-Wl,-e,byte", "-T", tmp_path / "accesses.ld"]
    zig(core).run([*link, tmp_path / "accesses.S", "-o", tmp_path / "accesses.elf"])
    return Machine.from_elf(tmp_path / "accesses.elf", core)


def test_a_core_faults_at_just_the_accesses_that_it_cannot_perform(machine: Machine) -> None:
    at = machine.place(bytes(32))
    is_v6 = machine.core == "cortex-m0plus"
    names = list(FUNCTIONS if is_v6 else {**FUNCTIONS, **MAINLINE})
    for name in names:
        machine.call(name, at + 1)  # unicorn performs it
    refuse_unaligned(machine)
    for name in names:
        for off in range(4):
            if off % SIZES.get(name, 4) != 0 if is_v6 else name in FAULTS and off != 0:
                with pytest.raises(MachineFaultError, match=rf"\({name}\+4\).*access off a "):
                    machine.call(name, at + off)
            else:
                machine.call(name, at + off)


@pytest.mark.parametrize(
    ("halfword", "access"),
    [
        (0xB510, None),  # push {r4, lr}
        (0xC906, Access(1, None, 4)),  # ldm r1!, {r1, r2}
        (0x6808, None),  # ldr r0, [r1]
        (0xE9D1, Access(1, None, 4)),  # ldrd
        (0xE9DD, None),  # ldrd off sp
        (0xE8B0, Access(0, None, 4)),  # ldmia.w
        (0xE851, None),  # ldrex, which unicorn checks by itself
        (0xE8DF, None),  # tbb
        (0xF8D1, None),  # ldr.w
        (0xED91, Access(1, None, 4)),  # vldr
        (0xEC91, Access(1, None, 4)),  # vldmia
        (0xEC51, None),  # mrrc
        (0xEB01, None),  # add.w
    ],
)
def test_a_mainline_core_wants_a_word_where_several_are_accessed(
    halfword: int, access: Access | None
) -> None:
    assert access_of(halfword.to_bytes(2, "little"), is_v6=False) == access
