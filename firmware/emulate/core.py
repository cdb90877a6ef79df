"""What a core can execute: unicorn runs whatever it knows, so an image is checked before."""

from pathlib import Path

from elftools.elf.elffile import ELFFile
from unicorn import arm_const

from edgekit.errors import EdgekitError

# Tag_CPU_arch (ABI for the Arm architecture, addenda) of images that the core runs: v7-M and
# v6-M code are within v8-M Mainline; v7E-M adds v7-M's DSP.
_V6_M, _V6S_M, _V7, _V7E_M, _V8_M_BASE, _V8_M_MAIN = 11, 12, 10, 13, 16, 17
_CORES = {
    "cortex-m0plus": (arm_const.UC_CPU_ARM_CORTEX_M0, {_V6_M, _V6S_M}),
    "cortex-m4": (arm_const.UC_CPU_ARM_CORTEX_M4, {_V6_M, _V6S_M, _V7, _V7E_M}),
    "cortex-m33": (
        arm_const.UC_CPU_ARM_CORTEX_M33,
        {_V6_M, _V6S_M, _V7, _V7E_M, _V8_M_BASE, _V8_M_MAIN},
    ),
}


def unicorn_model(core: str) -> int:
    """Raises EdgekitError for a core that unicorn has no model of."""
    if core not in _CORES:
        raise EdgekitError(f"no emulation of {core}: there are {', '.join(_CORES)}")
    return int(_CORES[core][0])


def check_core(elf: ELFFile, path: Path, core: str) -> None:
    """Raises EdgekitError for an image whose build attributes name another core's instructions."""
    attributes = elf.get_section_by_name(".ARM.attributes")
    architectures = [
        attribute.value
        for part in (attributes.iter_subsections() if attributes else ())
        for scope in part.iter_subsubsections()
        for attribute in scope.iter_attributes("TAG_CPU_ARCH")
    ]
    if not architectures:
        raise EdgekitError(f"{path} does not say which Arm core it was built for")
    if not set(architectures) <= _CORES[core][1]:
        raise EdgekitError(
            f"{path} holds instructions of Arm architecture {max(architectures)}, which a {core} "
            "does not have: it was built for another core"
        )
