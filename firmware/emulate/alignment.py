"""Refuse the accesses that a core refuses for their alignment: unicorn performs them all."""

from dataclasses import dataclass

from unicorn import UC_HOOK_CODE, Uc, arm_const

from .machine import Machine

_V6_M = ("cortex-m0plus",)
_WORD, _HALFWORD = 4, 2
# STR, STRH, LDR, LDRH and LDRSH with a register offset, by three bits; the others are of bytes.
_V6_SIZES = {0: _WORD, 1: _HALFWORD, 4: _WORD, 5: _HALFWORD, 7: _HALFWORD}
_ALWAYS_ALIGNED = (13, 15)  # sp and pc: the core clears their low bits
_REGISTERS = [getattr(arm_const, f"UC_ARM_REG_R{number}") for number in range(13)]
_REGISTERS += [arm_const.UC_ARM_REG_SP, arm_const.UC_ARM_REG_LR, arm_const.UC_ARM_REG_PC]


@dataclass(frozen=True)
class Access:
    """An access at `base` + `index`, registers, that faults off `bytes`.

    An immediate offset is a multiple of `bytes`, and changes nothing of it.
    """

    base: int
    index: int | None
    bytes: int


def refuse_unaligned(machine: Machine) -> None:
    """Stop a core, from now on, in an access off its size that it faults at.

    A v6-M core faults at every one (Armv6-M reference manual, A3.2); v7-M and v8-M Mainline cores
    at those of instructions for several words and for floating point (Armv7-M, A3.2.1). Python is
    called at each instruction, some hundred times as slow: not at each access, because hooks of
    those make unicorn 2.1.4 take wrong branches; and for ever, because it may crash when one goes.
    """
    accesses: dict[int, Access | None] = {}
    is_v6 = machine.core in _V6_M

    def check(uc: Uc, pc: int, _size: int, _data: object) -> None:
        if pc not in accesses:
            accesses[pc] = access_of(machine.read(pc, 2), is_v6)
        access = accesses[pc]
        if access is None:
            return
        at = uc.reg_read(_REGISTERS[access.base])
        if access.index is not None:
            at += uc.reg_read(_REGISTERS[access.index])
        if at % access.bytes:
            what = "word" if access.bytes == _WORD else "halfword"
            machine.refuse(f"an access off a {what}, near {at & 0xFFFFFFFF:#010x}", at)

    machine.uc.ctl_flush_tb()  # what is translated already has no hook
    machine.uc.hook_add(UC_HOOK_CODE, check)


def access_of(code: bytes, is_v6: bool) -> Access | None:
    """Return what an instruction that begins with this halfword accesses and must not off its size.

    Exclusive accesses are left out: unicorn checks those by itself.
    """
    halfword = int.from_bytes(code[:2], "little")
    if halfword & 0xF000 == 0xC000:  # LDM, STM (Armv6-M, A5.2; Armv7-M, A5.2)
        return Access(halfword >> 8 & 7, None, _WORD)
    access = _access_of_v6(halfword) if is_v6 else _access_of_mainline(halfword)
    return None if access is None or access.base in _ALWAYS_ALIGNED else access


def _access_of_v6(halfword: int) -> Access | None:
    """Decode the loads and stores of 16 bits (Armv6-M, A5.2.4)."""
    base, index = halfword >> 3 & 7, halfword >> 6 & 7
    if halfword & 0xF000 == 0x5000:  # register offset
        size = _V6_SIZES.get(halfword >> 9 & 7)
        return None if size is None else Access(base, index, size)
    if halfword & 0xF000 == 0x6000:
        return Access(base, None, _WORD)
    return Access(base, None, _HALFWORD) if halfword & 0xF000 == 0x8000 else None


def _access_of_mainline(halfword: int) -> Access | None:
    """Decode LDM, STM, LDRD, STRD (Armv7-M, A5.3.5 and A5.3.6), and VLDR to VSTM (A5.3.18)."""
    is_several = halfword & 0xFE00 == 0xE800 and halfword & 0xFF60 != 0xE840  # not exclusive, TBB
    is_floating = halfword & 0xEE00 == 0xEC00 and halfword & 0xFFE0 != 0xEC40  # not MRRC, MCRR
    return Access(halfword & 15, None, _WORD) if is_several or is_floating else None
