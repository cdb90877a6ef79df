"""The instruction sets that images are built for, one folder each; this machine's own is `host`."""

from edgekit.errors import EdgekitError

from .architecture import Architecture, Core, Depth, Stack
from .thumb import THUMB

HOST = Architecture(
    name="host",
    cores=(Core("host", (), ()),),
    gcc="gcc",
    gcc_package="gcc",
    is_bare=False,
    worst_stack=None,
    no_bound="a program of this machine, whose stack is the system's",
)
ARCHITECTURES = (HOST, THUMB)
CORES = {core.name: core for architecture in ARCHITECTURES for core in architecture.cores}

__all__ = ["ARCHITECTURES", "CORES", "HOST", "THUMB", "Core", "Depth", "Stack", "architecture_of"]


def architecture_of(core: str) -> Architecture:
    """Return the instruction set of a core by name; raises EdgekitError for an unknown core."""
    for architecture in ARCHITECTURES:
        if any(known.name == core for known in architecture.cores):
            return architecture
    raise EdgekitError(f"no core is called {core!r}. There are {', '.join(CORES)}")
