"""Decode a Thumb instruction, as far as it moves the stack pointer or the program counter.

ARM DDI 0403 (ARMv7-M) and 0553 (ARMv8-M), chapter "The Thumb instruction set encoding".
"""

from dataclasses import dataclass
from enum import Enum, auto

SP, LR, PC = 13, 14, 15


class Flow(Enum):
    NEXT = auto()
    STOP = auto()  # UDF: a trap
    BRANCH = auto()  # to target, only
    BRANCH_IF = auto()  # to target, or on
    CALL = auto()
    RETURN = auto()
    CALL_POINTER = auto()  # BLX register
    JUMP_POINTER = auto()  # BX register: a return, or a tail call through a pointer
    SWITCH = auto()  # a jump table


@dataclass(frozen=True)
class Instruction:
    size: int
    flow: Flow = Flow.NEXT
    target: int = 0
    grows: int = 0  # bytes by which the stack grows; negative: shrinks
    register: int | None = None  # of a pointer; of what is added to the stack pointer
    adds_register: bool = False  # SP += register
    sp_from: tuple[int, int] | None = None  # SP = register + bytes
    from_sp: tuple[int, int] | None = None  # register = SP + bytes
    literal: tuple[int, int] | None = None  # register, and the address that it is loaded from
    half: tuple[int, int, bool] | None = None  # MOVW or MOVT: register, 16 bits, whether the upper
    pops: int = 0  # the registers that it pops from the stack, one bit each
    spoils_sp: bool = False  # SP becomes a value that is unknown here
    floats: bool = False
    it_block: int = 0  # IT: how many instructions after it are conditional


def decode(first: int, second: int, at: int) -> Instruction:
    """Decode the instruction of the halfwords at the address `at` and after it."""
    if first >= 0xE800:
        return _wide(first, second, at)
    return _narrow(first, at)


def _narrow(h: int, at: int) -> Instruction:
    target = at + 4
    if h & 0xFE00 == 0xB400:
        return Instruction(2, grows=4 * (h & 0x1FF).bit_count())
    if h & 0xFE00 == 0xBC00:
        pops = (h & 0xFF) | (h & 0x100) << 7
        flow = Flow.RETURN if h & 0x100 else Flow.NEXT
        return Instruction(2, flow, grows=-4 * pops.bit_count(), pops=pops)
    if h & 0xFF00 == 0xB000:
        return Instruction(2, grows=4 * (h & 0x7F) * (1 if h & 0x80 else -1))
    if h & 0xF800 == 0xA800:
        return Instruction(2, from_sp=(h >> 8 & 7, 4 * (h & 0xFF)))
    if h & 0xF800 == 0x4800:
        return Instruction(2, literal=(h >> 8 & 7, (target & ~3) + 4 * (h & 0xFF)))
    if h & 0xFC00 == 0x4400:
        return _high_register(h)
    if h & 0xF000 == 0xD000:
        condition = h >> 8 & 15
        if condition == 14:
            return Instruction(2, Flow.STOP)
        if condition == 15:  # SVC
            return Instruction(2)
        return Instruction(2, Flow.BRANCH_IF, target + 2 * _signed(h, 8))
    if h & 0xF800 == 0xE000:
        return Instruction(2, Flow.BRANCH, target + 2 * _signed(h, 11))
    if h & 0xF500 == 0xB100:
        return Instruction(2, Flow.BRANCH_IF, target + ((h >> 3 & 0x1F) << 1 | (h >> 9 & 1) << 6))
    if h & 0xFF00 == 0xBF00 and h & 15:
        return Instruction(2, it_block=4 - ((h & 15 & -(h & 15)).bit_length() - 1))
    return Instruction(2)


def _high_register(h: int) -> Instruction:
    source, target = h >> 3 & 15, (h >> 4 & 8) | (h & 7)
    operation = h >> 8 & 3  # ADD, CMP, MOV, BX
    if operation == 3:
        if h & 0x80:
            return Instruction(2, Flow.CALL_POINTER, register=source)
        if source == LR:
            return Instruction(2, Flow.RETURN)
        return Instruction(2, Flow.JUMP_POINTER, register=source)
    if operation == 1:
        return Instruction(2)
    if target == PC:
        if operation == 2 and source == LR:
            return Instruction(2, Flow.RETURN)
        return Instruction(2, Flow.SWITCH)
    if target == SP:
        if operation == 2:
            return Instruction(2, sp_from=(source, 0))
        return Instruction(2, register=source, adds_register=True)
    if operation == 2 and source == SP:
        return Instruction(2, from_sp=(target, 0))
    return Instruction(2)


def _wide(h: int, g: int, at: int) -> Instruction:
    if h & 0xF800 == 0xF000 and g & 0x8000:
        return _wide_branch(h, g, at)
    if h & 0xEC00 == 0xEC00:
        return _coprocessor(h, g)
    if h & 0xFE40 == 0xE800:
        return _multiple(h, g)
    if h & 0xFE40 == 0xE840:
        return _double_or_table(h, g)
    if h & 0xFE00 == 0xF800:
        return _single(h, g, at)
    if h & 0xFA00 in (0xF000, 0xF200) and not g & 0x8000:
        return _immediate(h, g)
    return _register(h, g)


def _wide_branch(h: int, g: int, at: int) -> Instruction:
    sign = h >> 10 & 1
    j1, j2 = g >> 13 & 1, g >> 11 & 1
    far = sign << 24 | (j1 ^ sign ^ 1) << 23 | (j2 ^ sign ^ 1) << 22 | (h & 0x3FF) << 12
    target = at + 4 + _signed(far | (g & 0x7FF) << 1, 25)
    if g & 0xD000 == 0xD000:
        return Instruction(4, Flow.CALL, target)
    if g & 0xD000 == 0x9000:
        return Instruction(4, Flow.BRANCH, target)
    if g & 0xD000 == 0x8000 and h >> 6 & 15 < 14:
        near = sign << 20 | j2 << 19 | j1 << 18 | (h & 0x3F) << 12 | (g & 0x7FF) << 1
        return Instruction(4, Flow.BRANCH_IF, at + 4 + _signed(near, 21))
    if h & 0xFFF0 == 0xF7F0 and g & 0xF000 == 0xA000:  # UDF.W
        return Instruction(4, Flow.STOP)
    return Instruction(4)  # MSR, MRS, barriers, low-overhead loops: the loop's body lies ahead


def _coprocessor(h: int, g: int) -> Instruction:
    if h & 0xFFBF == 0xED2D:  # VPUSH
        return Instruction(4, grows=4 * (g & 0xFF), floats=True)
    if h & 0xFFBF == 0xECBD:  # VPOP
        return Instruction(4, grows=-4 * (g & 0xFF), floats=True)
    return Instruction(4, floats=True)


def _multiple(h: int, g: int) -> Instruction:
    """LDM and STM."""
    loads, writes_back = h >> 4 & 1, h >> 5 & 1
    flow = Flow.RETURN if loads and g & 0x8000 else Flow.NEXT
    if h & 15 != SP or not writes_back:
        return Instruction(4, flow, spoils_sp=bool(loads and g & 0x2000))
    downwards = h >> 7 & 3 == 2
    count = 4 * g.bit_count()
    return Instruction(4, flow, grows=count if downwards else -count, pops=g if loads else 0)


def _double_or_table(h: int, g: int) -> Instruction:
    """LDRD, STRD, exclusives, TBB and TBH."""
    if h & 0xFFF0 == 0xE8D0 and g & 0xFFE0 == 0xF000:
        return Instruction(4, Flow.SWITCH)
    if h & 15 == SP and h & 0x20:
        return Instruction(4, grows=4 * (g & 0xFF) * (-1 if h & 0x80 else 1))
    return Instruction(4)


def _single(h: int, g: int, at: int) -> Instruction:
    """Loads and stores of one register."""
    loads, base, target = h >> 4 & 1, h & 15, g >> 12
    into_pc = bool(loads and target == PC and h >> 5 & 3 == 2)
    if loads and base == PC and h & 0xFF70 == 0xF850:
        address = (at + 4 & ~3) + (g & 0xFFF) * (1 if h & 0x80 else -1)
        flow = Flow.JUMP_POINTER if into_pc else Flow.NEXT
        return Instruction(4, flow, register=target, literal=(target, address))
    grows = pops = 0
    if not h & 0x80 and g & 0x0900 == 0x0900 and base == SP:
        grows = (g & 0xFF) * (-1 if g & 0x200 else 1)
        pops = 1 << target if loads else 0
    if into_pc:
        return Instruction(4, Flow.RETURN if pops else Flow.SWITCH, grows=grows)
    return Instruction(4, grows=grows, pops=pops, spoils_sp=bool(loads and target == SP))


def _immediate(h: int, g: int) -> Instruction:
    """ADD, SUB, MOVW, MOVT and their kin with a constant."""
    base, target = h & 15, g >> 8 & 15
    raw = (h >> 10 & 1) << 11 | (g >> 12 & 7) << 8 | (g & 0xFF)
    if h & 0xFB70 == 0xF240:
        return Instruction(4, half=(target, base << 12 | raw, bool(h & 0x80)))
    operation = h & 0xFBE0
    plain = {0xF200: 1, 0xF2A0: -1}.get(operation)
    expanded = {0xF100: 1, 0xF1A0: -1}.get(operation)
    if plain is None and expanded is None:
        return Instruction(4, spoils_sp=target == SP)
    added = raw * plain if plain is not None else _expand(raw) * (expanded or 0)
    if target == SP:
        if base == SP:
            return Instruction(4, grows=-added)
        return Instruction(4, sp_from=(base, added))
    return Instruction(4, from_sp=(target, added) if base == SP else None)


def _register(h: int, g: int) -> Instruction:
    """Data processing of registers: those that write SP, or copy it."""
    target = g >> 8 & 15
    if h & 0xFFEF == 0xEA4F and not g & 0x70F0:  # MOV.W
        if target == SP:
            return Instruction(4, sp_from=(g & 15, 0))
        return Instruction(4, from_sp=(target, 0) if g & 15 == SP else None)
    if h & 0xFFEF == 0xEB0D and target == SP and not g & 0x70F0:  # ADD.W SP, SP, register
        return Instruction(4, register=g & 15, adds_register=True)
    writes = h & 0xFE00 == 0xEA00 and target == SP
    return Instruction(4, spoils_sp=writes)


def _expand(raw: int) -> int:
    """ThumbExpandImm."""
    byte = raw & 0xFF
    if raw >> 10 == 0:
        return byte * (1, 0x00010001, 0x01000100, 0x01010101)[raw >> 8 & 3]
    unrotated, by = 0x80 | raw & 0x7F, raw >> 7
    return (unrotated >> by | unrotated << 32 - by) & 0xFFFFFFFF


def _signed(value: int, bits: int) -> int:
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> bits - 1 else value
