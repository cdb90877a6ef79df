"""Read a TFLite file of any origin: its int8 part, and the same as a file for an interpreter."""

from dataclasses import dataclass, replace
from typing import Any

from edgekit.errors import EdgekitError

from ..model import DAMAGE, Operator, TfliteModel, read_model, require_int8_ends
from ..model_check import check_tables
from ..rewrite import packed

# Their further inputs are shapes and axes, which the output's own shape repeats.
_SHAPED = ("RESHAPE", "EXPAND_DIMS", "SQUEEZE")
_ENTRY, _EXITS = ("QUANTIZE",), ("DEQUANTIZE", "QUANTIZE")


@dataclass(frozen=True)
class Prepared:
    """A model whose inputs and outputs are int8."""

    model: TfliteModel
    reference: bytes  # a TFLite file with the same inputs and outputs
    notes: tuple[str, ...]  # what was left out at its ends


def prepare(data: bytes) -> Prepared:
    """Parse a file, without the conversions from and to float at its ends.

    Raises EdgekitError for a file that is damaged, and for a model that is not int8.
    """
    whole = read_model(data)
    check_tables(whole.tables)
    entries = [o for o in whole.operators if _is_entry(whole, o)]
    exits = [o for o in whole.operators if _is_exit(whole, o)]
    inner = {o.inputs[0].index: o.output for o in entries}
    before = {o.output.index: o.inputs[0] for o in exits}
    left_out = {o.place for o in (*entries, *exits)}
    model = replace(
        whole,
        inputs=tuple(inner.get(tensor.index, tensor) for tensor in whole.inputs),
        outputs=tuple(before.get(tensor.index, tensor) for tensor in whole.outputs),
        operators=tuple(o for o in whole.operators if o.place not in left_out),
    )
    require_int8_ends(model)
    reference = _without_ends(whole, model, left_out) if left_out else data
    notes = [
        f"{o.name} of the {o.inputs[0].kind} input is left out: the C takes its int8 values"
        for o in entries
    ] + [f"{o.name} to {o.output.kind} is left out: the C answers in int8" for o in exits]
    return Prepared(_without_shape_arithmetic(model), reference, tuple(notes))


def _is_entry(model: TfliteModel, operator: Operator) -> bool:
    """Whether it is all that reads an input of the model, and makes int8 of another kind."""
    if operator.name not in _ENTRY or len(operator.inputs) != 1 or operator.inputs[0].is_int8:
        return False
    source = operator.inputs[0].index
    is_input = any(tensor.index == source for tensor in model.inputs)
    return is_input and operator.output.is_int8 and len(model.users(operator.inputs[0])) == 1


def _is_exit(model: TfliteModel, operator: Operator) -> bool:
    """Whether it makes an output of the model, of another kind, from int8."""
    if operator.name not in _EXITS or len(operator.inputs) != 1 or operator.output.is_int8:
        return False
    is_output = any(tensor.index == operator.output.index for tensor in model.outputs)
    return is_output and operator.inputs[0].is_int8 and not model.users(operator.output)


def _without_ends(whole: TfliteModel, model: TfliteModel, left_out: set[int]) -> bytes:
    """Return the file with other inputs and outputs, without the operators at its ends."""
    graph: Any = whole.tables.subgraphs[0]
    kept = [o for place, o in enumerate(graph.operators) if place not in left_out]
    inputs, outputs, operators = graph.inputs, graph.outputs, graph.operators
    signatures = whole.tables.signatureDefs
    try:
        graph.inputs = [tensor.index for tensor in model.inputs]
        graph.outputs = [tensor.index for tensor in model.outputs]
        graph.operators = kept
        whole.tables.signatureDefs = None  # they name the inputs and outputs that were
        return packed(whole.tables, len(whole.data))
    except DAMAGE:
        raise EdgekitError("the TFLite model is damaged: it cannot be written again") from None
    finally:
        graph.inputs, graph.outputs, graph.operators = inputs, outputs, operators
        whole.tables.signatureDefs = signatures


def _without_shape_arithmetic(model: TfliteModel) -> TfliteModel:
    """Leave out operators whose answers are read as a shape alone.

    TensorFlow writes them (SHAPE, STRIDED_SLICE, PACK) for a model with an open batch; with a batch
    of 1 every shape is in the file.
    """
    needed = {tensor.index for tensor in model.outputs}
    kept: list[Operator] = []
    for operator in reversed(model.operators):
        if operator.output.index not in needed:
            continue
        if operator.name in _SHAPED:
            operator = replace(operator, inputs=operator.inputs[:1])
        needed |= {tensor.index for tensor in operator.inputs}
        kept.append(operator)
    if not kept:
        raise EdgekitError("no operator of the model leads to its output")
    return replace(model, operators=tuple(reversed(kept)))
