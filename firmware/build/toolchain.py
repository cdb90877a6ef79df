"""The C compilers: zig's clang, which pip brings, or arm-none-eabi-gcc, which a system may have."""

import importlib.util
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from edgekit.errors import EdgekitError

FOLDER = Path(__file__).parents[1]
INCLUDES = (FOLDER / "include", FOLDER / "nn", FOLDER / "src")
LIMIT_S = 300.0

# What every file is compiled with, whoever compiles it.
COMMON_FLAGS = (
    "-std=c11",
    "-O2",
    "-g",
    "-ffunction-sections",
    "-fdata-sections",
    "-fomit-frame-pointer",  # nn's assembly needs every register
    "-Wall",
    "-Wextra",
    "-Werror",
    "-Wconversion",
)
# What a file of an image without an operating system is compiled with besides.
BARE_FLAGS = (
    "-ffreestanding",
    "-fomit-frame-pointer",
    "-fno-unwind-tables",
    "-fno-asynchronous-unwind-tables",
)


@dataclass(frozen=True)
class Core:
    """A processor core, and what each compiler calls it."""

    name: str
    zig: tuple[str, ...]
    gcc: tuple[str, ...] | None  # None: this machine's own


_HARD = ("-mthumb", "-mfloat-abi=hard")
CORES = {
    core.name: core
    for core in (
        Core("host", (), None),
        Core(
            "cortex-m0plus",
            ("-target", "thumb-freestanding-eabi", "-mcpu=cortex_m0plus"),
            ("-mcpu=cortex-m0plus", "-mthumb"),
        ),
        Core(
            "cortex-m3",
            ("-target", "thumb-freestanding-eabi", "-mcpu=cortex_m3"),
            ("-mcpu=cortex-m3", "-mthumb"),
        ),
        Core(
            "cortex-m4",
            ("-target", "thumb-freestanding-eabihf", "-mcpu=cortex_m4"),
            ("-mcpu=cortex-m4", "-mfpu=fpv4-sp-d16", *_HARD),
        ),
        Core(
            "cortex-m33",
            ("-target", "thumb-freestanding-eabihf", "-mcpu=cortex_m33+dsp"),
            ("-mcpu=cortex-m33", "-mfpu=fpv5-sp-d16", *_HARD),
        ),
        Core(
            "cortex-m55",
            ("-target", "thumb-freestanding-eabihf", "-mcpu=cortex_m55+mve+mve_fp"),
            ("-mcpu=cortex-m55", *_HARD),
        ),
    )
}


class CompilerError(EdgekitError):
    """A compiler or linker failed; `words` is all that it said."""

    def __init__(self, message: str, words: str) -> None:
        super().__init__(message)
        self.words = words


@dataclass(frozen=True)
class Compiler:
    """`command` compiles and links C for one core; give it flags, sources and -o."""

    name: str  # "zig" or "gcc"
    core: Core
    command: tuple[str, ...]

    def run(self, arguments: Sequence[str | Path]) -> None:
        """Raises CompilerError with the compiler's own first words when it fails."""
        try:
            done = subprocess.run(
                [*self.command, *map(str, arguments)],
                capture_output=True,
                text=True,
                errors="replace",
                timeout=LIMIT_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            said = f"{self.name} did not end within {LIMIT_S:g} s. Is this machine busy? Try again"
            raise CompilerError(said, "") from None
        if done.returncode:
            lines = [line for line in done.stderr.splitlines() if not line.startswith("collect2")]
            told = next((line for line in lines if "error" in line), "".join(lines[:1]))
            if "cache directory" in told:  # a home that cannot be written, or none
                told += ". Name another folder in the environment: ZIG_GLOBAL_CACHE_DIR"
            raise CompilerError(f"{self.name} fails for {self.core.name}: {told}", done.stderr)


def zig(core: str) -> Compiler:
    """Raises EdgekitError where ziglang is not installed."""
    package = importlib.util.find_spec("ziglang")
    if package is None or package.origin is None:
        raise EdgekitError(
            "no C compiler: ziglang is not installed. pip install 'edgekit[firmware]'"
        )
    found = CORES[core]
    # zig makes undefined behaviour a trap by default; that is for tests, not for an image.
    program = str(Path(package.origin).with_name("zig"))
    command = (program, "cc", *found.zig, "-fno-sanitize=undefined")
    if found.zig:  # without a C library
        command += ("-isystem", str(FOLDER / "freestanding"))
    return Compiler("zig", found, command)


def gcc(core: str) -> Compiler:
    """Raises EdgekitError where the compiler is not installed."""
    found = CORES[core]
    name = "gcc" if found.gcc is None else "arm-none-eabi-gcc"
    path = shutil.which(name)
    if path is None:
        package = "gcc" if found.gcc is None else "gcc-arm-none-eabi"
        raise EdgekitError(
            f"{name} is not installed. On Debian: apt install {package}; "
            "or leave --compiler out: zig comes with pip."
        )
    return Compiler("gcc", found, (path, *(found.gcc or ())))
