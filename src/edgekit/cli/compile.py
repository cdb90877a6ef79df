"""edgekit compile: anybody's int8 model over one row of time in, plain C that builds out."""

import shlex
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from edgekit.distribution import install_line
from edgekit.errors import UsageError

from .output import print_progress, print_result, print_table

if TYPE_CHECKING:
    from edgekit.convert.compile import CompiledModel

ALL, NONE = "all", "none"


def compile_command(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="An int8 model: a .tflite file.")],
    out: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Where to write; the model's name with -c if absent."),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Of the C: NAME.h, NAME_run(). The file's if absent."),
    ] = None,
    form: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="cmake, platformio, zephyr, arduino or all. May be given again."
        ),
    ] = None,
    core: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Count on this core only: cortex-m0plus, -m4, -m33 or -m55 (by QEMU). May be "
            "given again; 'none' counts on none.",
        ),
    ] = None,
) -> None:
    """Compile an int8 TFLite model to plain C, with a golden test and its cost on each core.

    For models over one row of time (accelerometer, ECG, 1-D audio): convolutions along one axis,
    pools, dense layers, sums. A 2-D convolution, a float or a recurrent layer is refused by its
    name and place. The answers are those of tflite-micro, byte for byte: the golden test is run
    before the folder is there.

    - `edgekit compile keywords.tflite --out keywords-c`
    - `edgekit compile ecg.tflite --name ecg_net --form cmake --form zephyr --core cortex-m4`
    """
    from edgekit.convert.compile import FORMS, compile_model

    if core and NONE in core and set(core) != {NONE}:
        raise UsageError(f"--core {NONE} counts on no core: give it alone, or leave it out")
    counts = not core or NONE not in core
    forms = tuple(FORMS) if not form or ALL in form else tuple(dict.fromkeys(form))
    compiled = compile_model(
        model,
        out or Path(f"{model.stem}-c"),
        name=name,
        forms=forms,
        cores=(core or None) if counts else (),
        progress=lambda step: print_progress(step),
    )
    _print(compiled, counts)


def _print(compiled: "CompiledModel", asked_for_costs: bool) -> None:
    counts = Counter(compiled.operators)
    operators = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
    print_result(f"{compiled.folder}: {compiled.name}.h, for {', '.join(compiled.forms)}")
    print_result(f"operators: {operators}; {compiled.macs:,} multiply-adds")
    for note in compiled.notes:
        print_result(note)
    if compiled.costs:
        _print_costs(compiled)
    elif asked_for_costs:
        print_result(
            "instructions, RAM and flash were not counted: there is no emulator here. "
            f"{install_line('firmware')}"
        )
    checked = compiled.checked or (
        f"golden test: {compiled.golden_inputs} answers of {compiled.interpreter}; not run, "
        "because there is no C compiler here"
    )
    print_result(checked)
    if "cmake" in compiled.forms:
        folder, build = (
            shlex.quote(str(path)) for path in (compiled.folder, compiled.folder / "build")
        )
        print_result(
            f"next: cmake -S {folder} -B {build} && cmake --build {build} && "
            f"ctest --test-dir {build}"
        )
    else:
        print_result(f"next: {compiled.folder / 'README.md'} says how to build it")


def _print_costs(compiled: "CompiledModel") -> None:
    table = Table(title="one answer (counted in emulation; not run on hardware)")
    table.add_column("core")
    for heading in ("instructions", "RAM, bytes", "flash, bytes", "of it code"):
        table.add_column(heading, justify="right")
    for cost in compiled.costs:
        numbers = cost.flash_bytes, cost.code_bytes
        row = cost.core, f"{cost.instructions:,}", cost.ram
        table.add_row(*row, *(f"{number:,}" for number in numbers))
    print_table(table)
