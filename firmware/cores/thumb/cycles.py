"""How many cycles a Cortex-M core spends on each instruction, with memory that never waits.

Sources, Arm's technical reference manuals, chapter 3, the tables of instruction timings:
Cortex-M0+ DDI 0484 (table 3-1, with the single-cycle multiplier, as the RP2040 has it) and
Cortex-M4 DDI 0439 (tables 3-1 and 7-1). Arm publishes no such table for the Cortex-M33: it gets the
M4's, which leaves out that it issues some pairs of 16-bit instructions at once.
"""

from collections.abc import Callable
from dataclasses import dataclass

# A taken branch of an M4 refills the pipeline in 1 to 3 cycles, by what it branches to (table 3-1).
_REFILL = 2
_DIVIDE, _FLOAT_DIVIDE = 12, 14  # 2 to 12 by the operands: the most


@dataclass(frozen=True)
class BlockCycles:
    """A straight run of instructions: its cycles, and those more when its last branch is taken."""

    cycles: int
    if_taken: int


@dataclass(frozen=True)
class _Cost:
    cycles: int
    if_taken: int = 0
    is_access: bool = False  # a load or store of one register, whose successor's load is pipelined
    is_load: bool = False


def block_cycles(core: str) -> Callable[[bytes], BlockCycles] | None:
    """Return what counts a block's machine code on a core; None for a core without a table."""
    costs = {"cortex-m0plus": _m0plus, "cortex-m4": _m4, "cortex-m33": _m4}
    cost_of = costs.get(core)
    return None if cost_of is None else lambda code: _summed(code, cost_of)


def _summed(code: bytes, cost_of: Callable[[int, int], _Cost]) -> BlockCycles:
    cycles, at, last = 0, 0, _Cost(0)
    while at < len(code):
        first = int.from_bytes(code[at : at + 2], "little")
        is_wide = first >= 0xE800
        second = int.from_bytes(code[at + 2 : at + 4], "little") if is_wide else 0
        cost = cost_of(first, second)
        pipelined = cost.is_load and last.is_access and cost.cycles == 2
        cycles += 1 if pipelined else cost.cycles
        at, last = at + (4 if is_wide else 2), cost
    return BlockCycles(cycles, last.if_taken)


def _m0plus(h: int, g: int) -> _Cost:
    if h >= 0xE800:  # BL, MRS, MSR and barriers: 3 each
        return _Cost(3)
    registers = (h & 0xFF).bit_count()
    match h >> 12:
        case 0x4 if h >> 11 == 0b01001:  # LDR from the literal pool
            return _Cost(2)
        case 0x4 if h >> 8 == 0x47:  # BX, BLX
            return _Cost(2)
        case 0x4 if h >> 8 in (0x44, 0x46) and (h >> 4 & 8 | h & 7) == 15:  # ADD, MOV to the PC
            return _Cost(2)
        case 0x5 | 0x6 | 0x7 | 0x8 | 0x9:  # loads and stores of one register
            return _Cost(2)
        case 0xB if h >> 9 == 0xB4 >> 1:  # PUSH
            return _Cost(1 + registers + (h >> 8 & 1))
        case 0xB if h >> 9 == 0xBC >> 1:  # POP
            return _Cost(4 + registers if h >> 8 & 1 else 1 + registers)
        case 0xB if h in (0xBF20, 0xBF30):  # WFE, WFI
            return _Cost(2)
        case 0xC:  # STM, LDM
            return _Cost(1 + registers)
        case 0xD if h >> 8 & 15 < 14:
            return _Cost(1, if_taken=1)
        case 0xE:
            return _Cost(2)
    return _Cost(1)


_LOAD = _Cost(2, is_access=True, is_load=True)
_STORE = _Cost(1, is_access=True)  # the core goes on while the write buffer stores (3.3.2)
_BRANCH = _Cost(1 + _REFILL)
_BRANCH_IF = _Cost(1, if_taken=_REFILL)


def _m4(h: int, g: int) -> _Cost:
    return _m4_wide(h, g) if h >= 0xE800 else _m4_narrow(h)


def _m4_narrow(h: int) -> _Cost:
    registers = (h & 0xFF).bit_count()
    match h >> 12:
        case 0x4 if h >> 11 == 0b01001:
            return _LOAD
        case 0x4 if h >> 8 == 0x47:
            return _BRANCH
        case 0x4 if h >> 8 in (0x44, 0x46) and (h >> 4 & 8 | h & 7) == 15:
            return _BRANCH
        case 0x5:
            return _LOAD if h >> 9 & 7 >= 3 else _STORE  # STR, STRH, STRB come first
        case 0x6 | 0x7 | 0x8 | 0x9:
            return _LOAD if h & 0x800 else _STORE
        case 0xB if h & 0xF500 == 0xB100:  # CBZ, CBNZ
            return _BRANCH_IF
        case 0xB if h >> 9 == 0xB4 >> 1:
            return _Cost(1 + registers + (h >> 8 & 1))
        case 0xB if h >> 9 == 0xBC >> 1:
            return _Cost(2 + registers + _REFILL if h >> 8 & 1 else 1 + registers)
        case 0xC:
            return _Cost(1 + registers)
        case 0xD if h >> 8 & 15 < 14:
            return _BRANCH_IF
        case 0xE:
            return _BRANCH
    return _Cost(1)


def _m4_wide(h: int, g: int) -> _Cost:
    if h & 0xF800 == 0xF000 and g & 0x8000:
        return _m4_wide_branch(h, g)
    if h & 0xEC00 == 0xEC00:
        return _m4_float(h, g)
    if h & 0xFE40 == 0xE800:  # LDM, STM
        into_pc = h >> 4 & 1 and g & 0x8000
        return _Cost(1 + g.bit_count() + (_REFILL if into_pc else 0))
    if h & 0xFFF0 == 0xE8D0 and g & 0xFFE0 == 0xF000:  # TBB, TBH
        return _Cost(2 + _REFILL)
    if h & 0xFE40 == 0xE840:  # LDRD, STRD; the exclusives are rarer and no dearer
        return _Cost(3)
    if h & 0xFE00 == 0xF800:
        into_pc = h & 0x10 and g >> 12 == 15 and h >> 5 & 3 == 2
        return _Cost(2 + _REFILL) if into_pc else _LOAD if h & 0x10 else _STORE
    if h & 0xFFD0 == 0xFB90:  # SDIV, UDIV
        return _Cost(_DIVIDE)
    return _Cost(1)  # data processing, every multiply of 32 and of 16 bits, and their sums


def _m4_wide_branch(h: int, g: int) -> _Cost:
    if g & 0xD000 in (0xD000, 0x9000):  # BL, B.W
        return _BRANCH
    if g & 0xD000 == 0x8000 and h >> 6 & 15 < 14:
        return _BRANCH_IF
    return _Cost(2)  # MRS, MSR, barriers


def _m4_float(h: int, g: int) -> _Cost:
    if h & 0xFE00 == 0xEC00 and h & 0x100 == 0:  # VLDM, VSTM, VPUSH, VPOP
        return _Cost(1 + (g & 0xFF))
    if h & 0xFF00 == 0xED00:  # VLDR, VSTR, and those that count down
        return _Cost(1 + (g & 0xFF) if h & 0x20 else 2)
    if h & 0xFFB0 == 0xEE80 or (h & 0xFFBF == 0xEEB1 and g & 0xC0 == 0xC0):  # VDIV, VSQRT
        return _Cost(_FLOAT_DIVIDE)
    if h & 0xFFB0 in (0xEE00, 0xEE10, 0xEEA0, 0xEE90):  # VMLA, VNMLA, VFMA, VFNMA
        return _Cost(3)
    return _Cost(1)
