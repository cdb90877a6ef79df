"""The C compilers: zig's clang, which pip brings, or the gcc that a system may have."""

import importlib.util
import platform
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from edgekit.distribution import install_line
from edgekit.errors import EdgekitError

from ..cores import CORES, Core, architecture_of

FOLDER = Path(__file__).parents[1]
KERNELS = FOLDER / "nn"
SENSOR = FOLDER / "src" / "adxl345"  # the driver that is linked: src/sensor.h in C
INCLUDES = (FOLDER / "include", KERNELS, FOLDER / "src", SENSOR)
APPLICATION = tuple(
    sorted((*(FOLDER / "src").glob("*.c"), *SENSOR.glob("*.c")), key=lambda path: path.name)
)
MEMORY_C = FOLDER / "freestanding" / "memory.c"  # memset and the like, for want of a C library
LIMIT_S = 300.0

# Flags of every file, with every compiler.
COMMON_FLAGS = (
    "-std=c11",
    "-O2",
    "-g",
    "-ffunction-sections",
    "-fdata-sections",
    "-fomit-frame-pointer",  # it would take a register of nn's loops
    "-Wall",
    "-Wextra",
    "-Werror",
    "-Wconversion",
)
# Further flags of the application and the board: small before fast, because they run seldom beside
# the kernels. They leave the XIAO room for the largest net beside USB.
COLD_FLAGS = ("-Os",)
# Further flags of every file of an image that runs without an operating system.
BARE_FLAGS = (
    "-ffreestanding",
    "-fomit-frame-pointer",
    "-fno-unwind-tables",
    "-fno-asynchronous-unwind-tables",
)


# Linux machines by what `uname -m` prints, and zig's name for each with the oldest C library of a
# supported Raspberry Pi OS.
LINUX_TARGETS = {
    "aarch64": ("-target", "aarch64-linux-gnu.2.31"),
    "armv7l": ("-target", "arm-linux-gnueabihf.2.31", "-mcpu=cortex_a7"),
    "armv6l": ("-target", "arm-linux-gnueabihf.2.31", "-mcpu=arm1176jzf_s"),
    "x86_64": ("-target", "x86_64-linux-gnu.2.31"),
}


class CompilerError(EdgekitError):
    """A compiler or linker failed; `output` is all that it printed."""

    def __init__(self, message: str, output: str) -> None:
        super().__init__(message)
        self.output = output


@dataclass(frozen=True)
class Compiler:
    """`command` compiles and links C for one core; it takes flags, sources and -o."""

    name: str  # "zig", "gcc", or "cc" for this machine's own
    core: Core
    command: tuple[str, ...]

    def run(self, arguments: Sequence[str | Path]) -> None:
        """Run the compiler; raises CompilerError with its first error line when it fails."""
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
            late = f"{self.name} did not end within {LIMIT_S:g} s. Is this machine busy? Try again"
            raise CompilerError(late, "") from None
        except OSError as error:
            raise CompilerError(f"{self.name} does not run: {error}", "") from None
        if done.returncode:
            lines = [line for line in done.stderr.splitlines() if not line.startswith("collect2")]
            error_line = next((line for line in lines if "error" in line), "".join(lines[:1]))
            if "cache directory" in error_line:  # a home that cannot be written, or none
                error_line += ". Name another folder in the environment: ZIG_GLOBAL_CACHE_DIR"
            raise CompilerError(
                f"{self.name} fails for {self.core.name}: {error_line}", done.stderr
            )


def zig(core: str) -> Compiler:
    """Return zig's compiler for a core; raises EdgekitError where ziglang is not installed."""
    package = importlib.util.find_spec("ziglang")
    if package is None or package.origin is None:
        raise EdgekitError(f"no C compiler: ziglang is not installed. {install_line('firmware')}")
    # zig makes undefined behaviour a trap by default; that is for tests, not for an image.
    program = str(Path(package.origin).with_name("zig"))
    command = (program, "cc", *CORES[core].zig, "-fno-sanitize=undefined")
    if architecture_of(core).is_bare:  # without a C library
        command += ("-isystem", str(FOLDER / "freestanding"))
    return Compiler("zig", CORES[core], command)


def gcc(core: str) -> Compiler:
    """Return GNU's compiler for a core; raises EdgekitError where it is not installed."""
    architecture = architecture_of(core)
    path = shutil.which(architecture.gcc)
    if path is None:
        raise EdgekitError(
            f"{architecture.gcc} is not installed. On Debian: apt install "
            f"{architecture.gcc_package}; or leave --compiler out: zig comes with pip."
        )
    return Compiler("gcc", CORES[core], (path, *CORES[core].gcc))


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
