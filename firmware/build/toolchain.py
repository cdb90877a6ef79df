"""The C compilers: zig's clang, which pip brings, or the gcc that a system may have."""

import importlib.util
import platform
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from edgekit.errors import EdgekitError

FOLDER = Path(__file__).parents[1]
KERNELS = FOLDER / "nn"
SENSOR = FOLDER / "src" / "adxl345"  # the driver that is linked: src/sensor.h in C
INCLUDES = (FOLDER / "include", KERNELS, FOLDER / "src", SENSOR)
APPLICATION = tuple(
    sorted((*(FOLDER / "src").glob("*.c"), *SENSOR.glob("*.c")), key=lambda path: path.name)
)
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

# Linux machines by what `uname -m` prints, and zig's name for each with the oldest C library of a
# supported Raspberry Pi OS.
LINUX_TARGETS = {
    "aarch64": ("-target", "aarch64-linux-gnu.2.31"),
    "armv7l": ("-target", "arm-linux-gnueabihf.2.31", "-mcpu=cortex_a7"),
    "armv6l": ("-target", "arm-linux-gnueabihf.2.31", "-mcpu=arm1176jzf_s"),
    "x86_64": ("-target", "x86_64-linux-gnu.2.31"),
}


class CompilerError(EdgekitError):
    """A compiler or linker failed; `words` is all that it said."""

    def __init__(self, message: str, words: str) -> None:
        super().__init__(message)
        self.words = words


@dataclass(frozen=True)
class Compiler:
    """`command` compiles and links C for one core; give it flags, sources and -o."""

    name: str  # "zig", "gcc", or "cc" for this machine's own
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
        except OSError as error:
            raise CompilerError(f"{self.name} does not run: {error}", "") from None
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


def host_compiler(machine: str) -> Compiler:
    """Return a compiler of Linux programs for `machine`, which is named as `uname -m` names it.

    For this machine that is its own cc, gcc or clang, else zig; for another one zig. Raises
    EdgekitError where no compiler is installed, or zig is not set up for `machine`.
    """
    is_this = machine == platform.machine()
    own = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if is_this and own:
        return Compiler("cc", CORES["host"], (own,))
    if not is_this and machine not in LINUX_TARGETS:
        raise EdgekitError(f"C is compiled for {', '.join(LINUX_TARGETS)}; not for {machine!r}")
    here = zig("host")
    return replace(here, command=(*here.command, *LINUX_TARGETS.get(machine, ())))


def compile_model(
    compiler: Compiler,
    model: Sequence[Path],
    model_h: Path,
    target: Path,
    flags: Sequence[str | Path] = (),
    beside: Sequence[Path] = (),
) -> None:
    """Compile a model's C with the kernels that it calls (firmware/nn), and link it to `target`.

    `model`: its model.c, or several; `model_h`: the folder of its model.h; `beside`: the sources of
    what starts it. Raises CompilerError where it does not compile.
    """
    own = ["-lgcc"] if compiler.name == "gcc" else []  # zig brings its own without being asked
    sources = [*model, *sorted(KERNELS.glob("*.[cS]")), *beside]
    includes = [f"-I{KERNELS}", f"-I{model_h}"]
    compiler.run([*flags, *includes, *sources, *own, "-o", target])
