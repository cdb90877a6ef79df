"""The graph to a plan: which kernel answers each operator, or that none does."""

from collections.abc import Callable

from edgekit.errors import EdgekitError

from . import elementwise, views, weighted
from .front_end_c import FrontEndC
from .graph import Graph, Operator
from .steps import Plan


def plan(graph: Graph, front_end: FrontEndC | None = None) -> Plan:
    """The steps of a graph, the first of which brings the window in.

    Raises EdgekitError that names the operator, and where it stands, for what is not known.
    """
    made = Plan()
    if len(graph.inputs) != 1:
        raise EdgekitError(
            f"the model has {len(graph.inputs)} inputs; generated C takes one window"
        )
    made.entry = made.new(graph.inputs[0])
    _enter(made, front_end)
    done: set[int] = set()
    for operator in graph.operators:
        if operator.place in done:
            continue
        kind = _KINDS.get(operator.name)
        if kind is None:
            raise EdgekitError(
                f"{operator} has no kernel in firmware/nn. Train one of edgekit's own nets, or "
                "run this bundle's model.tflite through TFLM (firmware/tflm)."
            )
        done.update(kind(made, graph, operator))
    for output in graph.outputs:
        view = made.views[output.index]
        made.buffers[view.buffer].dies = len(made.steps)
    made.outputs = tuple(made.views[output.index] for output in graph.outputs)
    return made


def _enter(made: Plan, front_end: FrontEndC | None) -> None:
    entry = made.entry
    if front_end is None:
        made.add("the window", (), entry, lambda at: f"nn_load(window, {entry.size}, {at(entry)});")
        return
    made.constants.append(f"static const edgekit_front_end_t front_end = {front_end};")
    made.add("the window", (), entry, lambda at: f"nn_read(&front_end, window, {at(entry)});")


# Each takes the plan so far, and says which operators it has answered.
_KINDS: dict[str, Callable[[Plan, Graph, Operator], list[int]]] = {
    "ADD": elementwise.add,
    "AVERAGE_POOL_2D": elementwise.pool,
    "CONCATENATION": views.concatenation,
    "CONV_2D": weighted.conv,
    "DEPTHWISE_CONV_2D": weighted.depthwise,
    "FULLY_CONNECTED": weighted.dense,
    "MAX_POOL_2D": elementwise.pool,
    "MEAN": elementwise.mean,
    "PAD": views.pad,
    "QUANTIZE": elementwise.rescale,
    "RELU": elementwise.rescale,
    "RELU6": elementwise.relu6,
    "RESHAPE": views.reshape,
    "STRIDED_SLICE": views.strided_slice,
}
