"""Operators without weights: pools, the mean, sums, and changes of scale."""

from edgekit.errors import EdgekitError

from .constants import add_constants, array, c_bool, c_multiplier, int8_range, mean_multiplier
from .fixed_point import INT8_LEAST, INT8_MOST, Multiplier, multiplier
from .graph import Graph, Operator
from .operands import activation, constant, slide
from .steps import Plan


def pool(made: Plan, graph: Graph, operator: Operator) -> list[int]:
    view, options = made.views[operator.inputs[0].index], operator.options
    if options.filterHeight != 1:
        raise EdgekitError(f"{operator}: pools are 1 x K, not {options.filterHeight} x K")
    positions, pad = slide(operator, view.width, options.filterWidth, options.strideW)
    least, most = activation(operator)
    average = operator.name == "AVERAGE_POOL_2D"
    name = f"pool{operator.place}"
    made.constants.append(
        f"static const nn_pool_t {name} = {{{view.width}, {view.channels}, {options.filterWidth}, "
        f"{options.strideW}, {pad}, {positions}, {int8_range(least, most)}}};"
    )
    y = made.new(operator.output)
    kernel = "nn_average_pool" if average else "nn_max_pool"
    made.add(str(operator), (view,), y, lambda at: f"{kernel}(&{name}, {at(view)}, {at(y)});")
    return [operator.place]


def mean(made: Plan, graph: Graph, operator: Operator) -> list[int]:
    x, axes = operator.inputs[0], constant(operator, 1)
    view = made.views[x.index]
    over = {int(axis) % len(x.shape) for axis in axes.reshape(-1)}
    if any(size > 1 and axis not in over for axis, size in enumerate(x.shape[:-1])):
        raise EdgekitError(f"{operator}: a mean is over all positions, not axes {sorted(over)}")
    if len(x.shape) - 1 in over:
        raise EdgekitError(f"{operator}: a mean is over positions, not over channels")
    by = mean_multiplier(x.scale, operator.output.scale, view.width)
    _fits(operator, 255 * view.width, by)
    name = f"mean{operator.place}"
    made.constants.append(
        f"static const nn_mean_t {name} = {{{view.width}, {view.channels}, "
        f"{x.zero_point * view.width}, {operator.output.zero_point}, {c_multiplier(by)}}};"
    )
    y = made.new(operator.output)
    made.add(str(operator), (view,), y, lambda at: f"nn_mean(&{name}, {at(view)}, {at(y)});")
    return [operator.place]


def add(made: Plan, graph: Graph, operator: Operator) -> list[int]:
    a, b, y_tensor = *operator.inputs, operator.output
    if a.constant is not None or b.constant is not None or a.size != b.size:
        raise EdgekitError(f"{operator}: it adds two tensors of one shape, not {a.shape} {b.shape}")
    if a.scale.scale > b.scale.scale:
        a, b = b, a
    view_a, view_b = made.views[a.index], made.views[b.index]
    least, most = activation(operator)
    below_zero = least < y_tensor.zero_point
    scaled, to = add_constants(operator, a.scale, b.scale, y_tensor.scale)
    name = f"add{operator.place}"
    made.constants += [
        array("int32_t", f"{name}_scaled", map(str, scaled), 8),
        f"static const nn_add_t {name} = {{{name}_scaled, {to}, {int8_range(least, most)}, "
        f"{c_bool(below_zero)}}};",
    ]
    y = made.new(y_tensor)
    made.add(
        str(operator),
        (view_a, view_b),
        y,
        lambda at: f"nn_add(&{name}, {at(view_a)}, {at(view_b)}, {y.size}, {at(y)});",
    )
    return [operator.place]


def rescale(made: Plan, graph: Graph, operator: Operator) -> list[int]:
    """QUANTIZE and RELU."""
    x, target = operator.inputs[0], operator.output
    if not x.is_int8:
        raise EdgekitError(f"{operator}: its input is not int8")
    least = INT8_LEAST if operator.name == "QUANTIZE" else target.zero_point
    view = made.views[x.index]
    by = multiplier(x.scale.scale / target.scale.scale)
    _fits(operator, 255, by)
    name = f"rescale{operator.place}"
    made.constants.append(
        f"static const nn_rescale_t {name} = {{{x.zero_point}, {target.zero_point}, "
        f"{c_multiplier(by)}, {int8_range(least, INT8_MOST)}}};"
    )
    y = made.new(target)
    made.add(
        str(operator),
        (view,),
        y,
        lambda at: f"nn_rescale(&{name}, {at(view)}, {y.size}, {at(y)});",
    )
    return [operator.place]


def relu6(made: Plan, graph: Graph, operator: Operator) -> list[int]:
    x = operator.inputs[0]
    view, six = made.views[x.index], min(INT8_MOST, x.scale.quantised(6.0))
    y = made.new(operator.output)
    made.add(
        str(operator),
        (view,),
        y,
        lambda at: f"nn_clamp({x.zero_point}, {six}, {at(view)}, {y.size}, {at(y)});",
    )
    return [operator.place]


def _fits(operator: Operator, reach: int, by: Multiplier) -> None:
    """nn_multiply doubles a value << left in 32 bits."""
    if reach << by.left >= 1 << 30:
        raise EdgekitError(f"{operator}: its input and its output are on scales too far apart")
