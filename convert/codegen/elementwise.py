"""Lower operators without weights: pools, the mean, sums, and changes of scale."""

from edgekit.errors import EdgekitError
from edgekit.front_end import INT8_LEAST, INT8_MOST

from ..model import Operator
from .constants import add_constants, array, c_bool, c_multiplier, int8_range, mean_multiplier
from .fixed_point import Multiplier, multiplier, quantised
from .operands import activation, constant, slide
from .plan import Plan


def pool(plan: Plan, operator: Operator) -> None:
    """Write an average or a max pool over positions."""
    view, options = plan.views[operator.inputs[0].index], operator.options
    if options.filterHeight != 1:
        raise EdgekitError(f"{operator}: pools are 1 x K, not {options.filterHeight} x K")
    positions, pad = slide(operator, view.width, options.filterWidth, options.strideW)
    least, most = activation(operator)
    average = operator.name == "AVERAGE_POOL_2D"
    name = f"pool{operator.place}"
    plan.constants.append(
        f"static const nn_pool_t {name} = {{{view.width}, {view.channels}, {options.filterWidth}, "
        f"{options.strideW}, {pad}, {positions}, {int8_range(least, most)}}};"
    )
    y = plan.new(operator.output)
    kernel = "nn_average_pool" if average else "nn_max_pool"
    plan.add(str(operator), (view,), y, lambda at: f"{kernel}(&{name}, {at(view)}, {at(y)});")


def mean(plan: Plan, operator: Operator) -> None:
    """Write a mean over all positions."""
    x, axes = operator.inputs[0], constant(operator, 1)
    view = plan.views[x.index]
    over = {int(axis) % len(x.shape) for axis in axes.reshape(-1)}
    if any(size > 1 and axis not in over for axis, size in enumerate(x.shape[:-1])):
        raise EdgekitError(f"{operator}: a mean is over all positions, not axes {sorted(over)}")
    if len(x.shape) - 1 in over:
        raise EdgekitError(f"{operator}: a mean is over positions, not over channels")
    by = mean_multiplier(x.quantisation, operator.output.quantisation, view.width)
    _fits(operator, 255 * view.width, by)
    name = f"mean{operator.place}"
    plan.constants.append(
        f"static const nn_mean_t {name} = {{{view.width}, {view.channels}, "
        f"{x.zero_point * view.width}, {operator.output.zero_point}, {c_multiplier(by)}}};"
    )
    y = plan.new(operator.output)
    plan.add(str(operator), (view,), y, lambda at: f"nn_mean(&{name}, {at(view)}, {at(y)});")


def add(plan: Plan, operator: Operator) -> None:
    """Write the sum of two tensors of one shape."""
    a, b, y_tensor = *operator.inputs, operator.output
    if a.constant is not None or b.constant is not None or a.size != b.size:
        raise EdgekitError(f"{operator}: it adds two tensors of one shape, not {a.shape} {b.shape}")
    if a.quantisation.scale > b.quantisation.scale:
        a, b = b, a
    view_a, view_b = plan.views[a.index], plan.views[b.index]
    least, most = activation(operator)
    below_zero = least < y_tensor.zero_point
    scaled, to = add_constants(operator, a.quantisation, b.quantisation, y_tensor.quantisation)
    name = f"add{operator.place}"
    plan.constants += [
        array("int32_t", f"{name}_scaled", map(str, scaled), 8),
        f"static const nn_add_t {name} = {{{name}_scaled, {to}, {int8_range(least, most)}, "
        f"{c_bool(below_zero)}}};",
    ]
    y = plan.new(y_tensor)
    plan.add(
        str(operator),
        (view_a, view_b),
        y,
        lambda at: f"nn_add(&{name}, {at(view_a)}, {at(view_b)}, {y.size}, {at(y)});",
    )


def rescale(plan: Plan, operator: Operator) -> None:
    """Write QUANTIZE or RELU."""
    x, target = operator.inputs[0], operator.output
    if not x.is_int8:
        raise EdgekitError(f"{operator}: its input is not int8")
    least = INT8_LEAST if operator.name == "QUANTIZE" else target.zero_point
    view = plan.views[x.index]
    by = multiplier(x.quantisation.scale / target.quantisation.scale)
    _fits(operator, 255, by)
    name = f"rescale{operator.place}"
    plan.constants.append(
        f"static const nn_rescale_t {name} = {{{x.zero_point}, {target.zero_point}, "
        f"{c_multiplier(by)}, {int8_range(least, INT8_MOST)}}};"
    )
    y = plan.new(target)
    plan.add(
        str(operator),
        (view,),
        y,
        lambda at: f"nn_rescale(&{name}, {at(view)}, {y.size}, {at(y)});",
    )


def relu6(plan: Plan, operator: Operator) -> None:
    """Write a clamp to 0..6."""
    x = operator.inputs[0]
    view, six = plan.views[x.index], min(INT8_MOST, quantised(6.0, x.quantisation))
    y = plan.new(operator.output)
    plan.add(
        str(operator),
        (view,),
        y,
        lambda at: f"nn_clamp({x.zero_point}, {six}, {at(view)}, {y.size}, {at(y)});",
    )


def _fits(operator: Operator, reach: int, by: Multiplier) -> None:
    """Raise EdgekitError where nn_multiply, which doubles a value << left, leaves 32 bits."""
    if reach << by.left >= 1 << 30:
        raise EdgekitError(f"{operator}: its input and its output are on scales too far apart")
