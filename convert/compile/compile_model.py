"""Compile an int8 TFLite model to a folder of plain C, proved against a reference interpreter."""

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from edgekit import __version__
from edgekit.errors import EdgekitError, UsageError
from edgekit.files import read_json, whole_folder, write_text
from edgekit.firmware.build.toolchain import FOLDER, KERNELS
from edgekit.names import pick

from ..codegen import generate
from ..model import TfliteModel
from .cost import CORES, CoreCost, checked_here, count, countable_cores
from .forms import FORMS
from .golden_c import golden_h, test_c
from .interface import Interface, Port, header, interface_of, source
from .names import c_name, checked_name
from .prepare import prepare
from .readme import readme
from .reference import golden, noise

DESCRIPTION, FORMAT = "edgekit.json", "edgekit compiled model"
LICENSE = FOLDER / "arduino" / "LICENSE"
LARGEST_FILE = 64 << 20

Progress = Callable[[str], None]


@dataclass(frozen=True)
class CompiledModel:
    """A folder of C, what it holds, and what was proved and counted of it."""

    folder: Path
    name: str  # of the C: NAME.h, NAME_run()
    input: Port
    outputs: tuple[Port, ...]
    operators: tuple[str, ...]  # in the order in which they run, e.g. CONV_2D
    macs: int  # multiply-adds of one answer
    forms: tuple[str, ...]
    interpreter: str  # whose answers the golden test holds
    golden_inputs: int
    checked: str | None  # what the golden test printed here; None without a C compiler
    costs: tuple[CoreCost, ...]  # empty where nothing can be counted here
    notes: tuple[str, ...]  # what was left out at the model's ends

    def __repr__(self) -> str:
        return (
            f"<C of {self.name} in {self.folder}: {self.macs:,} multiply-adds, "
            f"{', '.join(self.forms)}; golden test: {self.checked or 'not run, no C compiler'}>"
        )


def compile_model(
    path: str | Path,
    out: str | Path,
    *,
    name: str | None = None,
    forms: Sequence[str] = tuple(FORMS),
    cores: Sequence[str] | None = None,
    progress: Progress = lambda step: None,
) -> CompiledModel:
    """Write the C of the model at `path` into the folder `out`, whole or not at all.

    `name`: of the C, else of the file. `forms`: of FORMS. `cores`: those to count on; None counts
    on all that can be emulated here. Raises UsageError for a path, name, form or core that cannot
    be used, EdgekitError for a model that is not supported, naming its operator and tensor.
    """
    path, out = Path(path), Path(out)
    name = c_name(path.stem) if name is None else checked_name(name)
    forms = tuple(pick("form", form, tuple(FORMS)) for form in forms)
    cores = _cores(cores)
    data = _read(path)
    _check_folder(out)
    try:
        return _compiled(path, data, out, name, forms, cores, progress)
    except UsageError:
        raise
    except EdgekitError as error:
        raise EdgekitError(f"{path}: {error}") from None


def _compiled(
    path: Path,
    data: bytes,
    out: Path,
    name: str,
    forms: tuple[str, ...],
    cores: tuple[str, ...],
    progress: Progress,
) -> CompiledModel:
    prepared = prepare(data)
    model = prepared.model
    interface = interface_of(model, name, path, hashlib.sha256(data).hexdigest())
    generated = generate(model, name, tuple(port.name for port in interface.outputs))
    progress(f"generate  {len(model.operators)} operators, {model.macs:,} multiply-adds")
    entry = model.inputs[0]
    answers = golden(prepared.reference, noise(entry.shape, entry.zero_point))
    progress(f"golden    {len(answers.inputs)} inputs answered by {answers.interpreter}")
    with whole_folder(out) as fresh:
        _write_sources(fresh, interface, source(interface, generated), header(interface, generated))
        write_text(fresh / "test" / f"{name}_golden.h", golden_h(interface, answers))
        write_text(fresh / "test" / f"{name}_test.c", test_c(interface, answers))
        _write_forms(fresh, interface, forms)
        checked = checked_here(fresh, interface)
        progress(f"check     {checked or 'no C compiler here: the golden test was not run'}")
        costs = []
        for core in cores:
            progress(f"count     {core}, in emulation")
            costs.append(count(fresh, interface, answers, core))
        compiled = CompiledModel(
            out,
            name,
            interface.input,
            interface.outputs,
            tuple(model.operator_names),
            model.macs,
            forms,
            answers.interpreter,
            len(answers.inputs),
            checked,
            tuple(costs),
            prepared.notes,
        )
        write_text(fresh / "README.md", readme(compiled, interface))
        write_text(fresh / DESCRIPTION, _description(compiled, interface, model))
    return compiled


def _cores(cores: Sequence[str] | None) -> tuple[str, ...]:
    if cores is None:
        return countable_cores()
    return tuple(dict.fromkeys(pick("core", core, CORES) for core in cores))


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise UsageError(f"{path} has more than {LARGEST_FILE >> 20} MB: no model for a core")
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None


def _check_folder(out: Path) -> None:
    """Raise UsageError for a path that holds something else than an earlier compiled model."""
    if out.is_dir() and not any(out.iterdir()):
        return
    if not out.exists():
        return
    try:
        ours = read_json(out / DESCRIPTION).get("format") == FORMAT
    except EdgekitError:
        ours = False
    if not ours:
        raise UsageError(f"{out} is there and is no compiled model: give another --out")


def _write_sources(folder: Path, interface: Interface, c: str, h: str) -> None:
    write_text(folder / "src" / f"{interface.name}.c", c)
    write_text(folder / "src" / f"{interface.name}.h", h)
    kernels = folder / "src" / "nn"
    kernels.mkdir()
    for kernel in sorted(path for ending in "chS" for path in KERNELS.glob(f"*.{ending}")):
        shutil.copyfile(kernel, kernels / kernel.name)
    shutil.copyfile(LICENSE, folder / "LICENSE")


def _write_forms(folder: Path, interface: Interface, forms: Sequence[str]) -> None:
    kernels = sorted(path.name for path in (folder / "src" / "nn").glob("*.[cS]"))
    for form in forms:
        for name, text in FORMS[form](interface, kernels).items():
            write_text(folder / name, text)
    if "arduino" in forms:  # a sketch sees the files beside it alone
        name = f"{interface.name}_golden.h"
        shutil.copyfile(
            folder / "test" / name, folder / "examples" / f"{interface.name}_golden" / name
        )


def _description(compiled: CompiledModel, interface: Interface, model: TfliteModel) -> str:
    fields = {
        "format": FORMAT,
        "version": 1,
        "made_by": f"edgekit {__version__}",
        "model": {"file": interface.source.name, "sha256": interface.sha256},
        **{key: value for key, value in asdict(compiled).items() if key != "folder"},
        "operators": [
            {"place": o.place, "name": o.name, "output": list(o.output.shape), "macs": o.macs}
            for o in model.operators
        ],
    }
    return json.dumps(fields, indent=2) + "\n"
