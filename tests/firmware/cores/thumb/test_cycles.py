"""Cycles of instructions, as Arm's tables give them: DDI 0484 for the M0+, DDI 0439 for the M4."""

import pytest

from edgekit.firmware.cores.thumb.cycles import block_cycles

M0PLUS = {
    "adds r2, #4": ("0432", 1),
    "muls r0, r1": ("4843", 1),
    "ldr r0, [r3, #0x60]": ("186e", 2),
    "str r0, [r3, #0x60]": ("1866", 2),
    "ldrb r0, [r1, r2]": ("885c", 2),
    "ldr r0, literal": ("0048", 2),
    "push {r4, lr}": ("10b5", 3),
    "pop {r4, r5}": ("30bc", 3),
    "pop {r4, pc}": ("10bd", 5),
    "ldmia r0!, {r1-r3}": ("0ec8", 4),
    "stmia r0!, {r1-r3}": ("0ec0", 4),
    "b": ("fee7", 2),
    "bx lr": ("7047", 2),
    "blx r3": ("9847", 2),
    "mov pc, r0": ("8746", 2),
    "bl": ("00f03ef8", 3),
    "msr msp, r1": ("81f30888", 3),
    "dsb": ("bff34f8f", 3),
    "wfi": ("30bf", 2),
    "nop": ("00bf", 1),
}
M4 = {
    "adds r2, #4": ("0432", 1),
    "smlad r0, r1, r2, r3": ("21fb0230", 1),
    "smull r0, r1, r2, r3": ("82fb0301", 1),
    "sdiv r0, r1, r2": ("91fbf2f0", 12),
    "ldr r0, [r3]": ("1868", 2),
    "ldr.w r0, [r3, #4]": ("d3f80400", 2),
    "str r0, [r3]": ("1860", 1),
    "ldrd r0, r1, [r2]": ("d2e90001", 3),
    "ldmia.w r0!, {r1-r4}": ("b0e81e00", 5),
    "push {r4, lr}": ("10b5", 3),
    "pop {r4, pc}": ("10bd", 5),
    "bx lr": ("7047", 3),
    "bl": ("00f03ef8", 3),
    "tbb [pc, r0]": ("dfe800f0", 4),
    "vldr s0, [r0]": ("90ed000a", 2),
    "vdiv.f32 s0, s1, s2": ("80ee810a", 14),
    "vmla.f32 s0, s1, s2": ("00ee810a", 3),
    "vadd.f32 s0, s1, s2": ("30ee810a", 1),
}


@pytest.mark.parametrize("name", M0PLUS)
def test_an_instruction_of_a_cortex_m0plus_takes_what_its_manual_says(name: str) -> None:
    code, cycles = M0PLUS[name]
    count = block_cycles("cortex-m0plus")
    assert count is not None and count(bytes.fromhex(code)).cycles == cycles


@pytest.mark.parametrize("name", M4)
def test_an_instruction_of_a_cortex_m4_takes_what_its_manual_says(name: str) -> None:
    code, cycles = M4[name]
    count = block_cycles("cortex-m4")
    assert count is not None and count(bytes.fromhex(code)).cycles == cycles


@pytest.mark.parametrize(
    ("core", "code", "cycles", "if_taken"),
    [
        ("cortex-m0plus", "0132 fed1", 2, 1),  # adds; bne
        ("cortex-m4", "0132 fed1", 2, 2),
        ("cortex-m4", "08b1", 1, 2),  # cbz
        ("cortex-m4", "40f00080", 1, 2),  # bne.w
    ],
)
def test_a_branch_costs_more_when_it_is_taken(
    core: str, code: str, cycles: int, if_taken: int
) -> None:
    count = block_cycles(core)
    assert count is not None
    counted = count(bytes.fromhex(code))
    assert (counted.cycles, counted.if_taken) == (cycles, if_taken)


def test_an_m4_pipelines_a_load_behind_another_load_or_store() -> None:
    count = block_cycles("cortex-m4")
    assert count is not None
    assert count(bytes.fromhex("1868 1868 1868")).cycles == 4
    assert count(bytes.fromhex("1860 1868")).cycles == 2


def test_the_cycles_of_a_core_without_a_table_are_not_known() -> None:
    assert block_cycles("cortex-m55") is None
