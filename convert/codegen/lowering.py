"""Lower a model to a plan: a kernel call for each operator, or a refusal that names it."""

from collections.abc import Callable

from edgekit.errors import EdgekitError

from ..model import Operator, TfliteModel
from ..model_check import check_model
from . import elementwise, nonlinear, views, weighted
from .front_end_c import FrontEndC
from .plan import Plan

RECURRENT = ("LSTM", "UNIDIRECTIONAL_SEQUENCE_LSTM", "RNN", "UNIDIRECTIONAL_SEQUENCE_RNN", "WHILE")
OF_A_SCALING = ("DIV", "MUL", "SUB")
OF_A_DILATION = ("SPACE_TO_BATCH_ND", "BATCH_TO_SPACE_ND")


def lower(model: TfliteModel, front_end: FrontEndC | None = None) -> Plan:
    """Return the steps of a model, the first of which brings the window in.

    Raises EdgekitError that names the operator, and where it stands, for one without a kernel.
    """
    if len(model.inputs) != 1:
        raise EdgekitError(
            f"the model has {len(model.inputs)} inputs; generated C takes one window"
        )
    check_model(model)
    plan = Plan(model)
    _enter(plan, front_end)
    for operator in model.operators:
        if operator.place in plan.fused:
            continue
        kernel = _KERNELS.get(operator.name)
        if kernel is None:
            raise EdgekitError(
                f"{operator} is not supported{_hint(operator)}. Supported are "
                f"{', '.join(sorted(_KERNELS))}"
            )
        _lower_one(plan, operator, kernel)
    for output in plan.outputs:
        plan.buffers[output.buffer].dies = len(plan.steps)
    return plan


def _lower_one(plan: Plan, operator: Operator, kernel: Callable[[Plan, Operator], None]) -> None:
    """Add an operator's steps; raises EdgekitError that names it, whatever it was that failed."""
    try:
        kernel(plan, operator)
    except EdgekitError as error:
        if str(error).startswith(f"operator {operator.place} "):
            raise
        raise EdgekitError(f"{operator}: {error}") from None


def _hint(operator: Operator) -> str:
    if operator.name in RECURRENT:
        return ": recurrent layers keep a state"
    if operator.name in OF_A_SCALING and any(x.constant is not None for x in operator.inputs):
        return (
            " with a constant: a BatchNormalization is folded away where it stands between a "
            "convolution or dense layer and its activation; scale the data before the model"
        )
    if operator.name in OF_A_DILATION:
        return (
            ": export the model with a batch of 1, keras.Input(..., batch_size=1), and TensorFlow "
            "writes a dilated convolution in its place"
        )
    return ""


def _enter(plan: Plan, front_end: FrontEndC | None) -> None:
    entry = plan.new(plan.model.inputs[0])
    if front_end is None:
        plan.add("the window", (), entry, lambda at: f"nn_load(window, {entry.size}, {at(entry)});")
        return
    plan.constants.append(f"static const edgekit_front_end_t front_end = {front_end};")
    plan.add("the window", (), entry, lambda at: f"nn_read(&front_end, window, {at(entry)});")


_KERNELS: dict[str, Callable[[Plan, Operator], None]] = {
    "ADD": elementwise.add,
    "AVERAGE_POOL_2D": elementwise.pool,
    "CONCATENATION": views.concatenation,
    "CONV_2D": weighted.conv,
    "DEPTHWISE_CONV_2D": weighted.depthwise,
    "EXPAND_DIMS": views.reshape,
    "FULLY_CONNECTED": weighted.dense,
    "LEAKY_RELU": nonlinear.leaky_relu,
    "LOGISTIC": nonlinear.logistic_table,
    "MAX_POOL_2D": elementwise.pool,
    "MEAN": elementwise.mean,
    "PAD": views.pad,
    "QUANTIZE": elementwise.rescale,
    "REDUCE_MAX": elementwise.largest,
    "RELU": elementwise.rescale,
    "RELU6": elementwise.relu6,
    "RESHAPE": views.reshape,
    "SOFTMAX": nonlinear.softmax,
    "SQUEEZE": views.reshape,
    "STRIDED_SLICE": views.strided_slice,
    "TANH": nonlinear.tanh_table,
    "TRANSPOSE": views.transpose,
}
