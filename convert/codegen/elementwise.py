"""Lower operators without weights: pools, the mean, sums, and changes of scale."""

from edgekit.errors import EdgekitError
from edgekit.front_end import INT8_LEAST, INT8_MOST

from ..model import Operator
from .constants import add_constants, array, c_bool, c_multiplier, int8_range, mean_multiplier
from .fixed_point import Multiplier, multiplier, quantised
from .lines import answered, split
from .operands import activation, axes_of, constant
from .plan import Plan
from .slide import grid_of, slide_of


def pool(plan: Plan, operator: Operator) -> None:
    """Write an average or a max pool over positions."""
    x, options = operator.inputs[0], operator.options
    if x.quantisation != operator.output.quantisation or x.channels != operator.output.channels:
        raise EdgekitError(f"{operator}: its input and its output are on different scales")
    slide = slide_of(operator, (options.filterHeight, options.filterWidth))
    axis = slide.axis
    least, most = activation(operator)
    name = f"pool{operator.place}"
    kernel = "nn_average_pool" if operator.name == "AVERAGE_POOL_2D" else "nn_max_pool"
    plan.constants.append(
        f"static const nn_pool_t {name} = {{{axis.size}, {x.channels}, {axis.window}, "
        f"{axis.stride}, {axis.pad}, {axis.positions}, {int8_range(least, most)}}};"
    )
    if not slide.is_plain:
        lines = split(plan, operator, slide, padded=False)
        answered(
            plan,
            operator,
            lines,
            slide,
            x.channels,
            lambda at, to: f"{kernel}(&{name}, {at}, {to});",
        )
        return
    view, y = plan.view(x), plan.new(operator.output)
    plan.add(operator.label, (view,), y, lambda at: f"{kernel}(&{name}, {at(view)}, {at(y)});")


def largest(plan: Plan, operator: Operator) -> None:
    """Write the largest value of each channel over all positions."""
    x = operator.inputs[0]
    view = plan.unordered(x)
    _check_over_positions(operator)
    if x.quantisation != operator.output.quantisation:
        raise EdgekitError(f"{operator}: its input and its output are on different scales")
    name = f"largest{operator.place}"
    plan.constants.append(
        f"static const nn_pool_t {name} = {{{view.width}, {view.channels}, {view.width}, 1, 0, 1, "
        f"{INT8_LEAST}, {INT8_MOST}}};"
    )
    y = plan.new(operator.output)
    plan.add(operator.label, (view,), y, lambda at: f"nn_max_pool(&{name}, {at(view)}, {at(y)});")


def _check_over_positions(operator: Operator) -> None:
    """Raise EdgekitError unless an operator reduces all positions of each channel."""
    x = operator.inputs[0]
    over = axes_of(operator, constant(operator, 1).reshape(-1))
    if any(size > 1 and axis not in over for axis, size in enumerate(x.shape[:-1])):
        raise EdgekitError(f"{operator}: it must reduce all positions, not axes {sorted(over)}")
    if len(x.shape) - 1 in over:
        raise EdgekitError(f"{operator}: it must reduce positions, not channels")
    if operator.output.size != x.channels:
        raise EdgekitError(f"{operator}: its output has not one value for each channel")


def mean(plan: Plan, operator: Operator) -> None:
    """Write a mean over all positions."""
    x = operator.inputs[0]
    view = plan.unordered(x)
    _check_over_positions(operator)
    by = mean_multiplier(x.quantisation, operator.output.quantisation, view.width)
    _fits(operator, 255 * view.width, by)
    name = f"mean{operator.place}"
    plan.constants.append(
        f"static const nn_mean_t {name} = {{{view.width}, {view.channels}, "
        f"{x.zero_point * view.width}, {operator.output.zero_point}, {c_multiplier(by)}}};"
    )
    y = plan.new(operator.output)
    plan.add(operator.label, (view,), y, lambda at: f"nn_mean(&{name}, {at(view)}, {at(y)});")


def add(plan: Plan, operator: Operator) -> None:
    """Write the sum of two tensors of one shape."""
    if len(operator.inputs) != 2:
        raise EdgekitError(f"{operator}: it adds two tensors, not {len(operator.inputs)}")
    a, b, y_tensor = *operator.inputs, operator.output
    if a.constant is not None or b.constant is not None:
        raise EdgekitError(f"{operator}: the sum with a constant is not supported")
    if grid_of(a) != grid_of(b) or grid_of(a) != grid_of(y_tensor):
        raise EdgekitError(
            f"{operator}: it adds two tensors of one shape, not {list(a.shape)} {list(b.shape)}"
        )
    if a.quantisation.scale > b.quantisation.scale:
        a, b = b, a
    view_a, view_b = plan.view(a), plan.view(b)
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
        operator.label,
        (view_a, view_b),
        y,
        lambda at: f"nn_add(&{name}, {at(view_a)}, {at(view_b)}, {y.size}, {at(y)});",
    )


def rescale(plan: Plan, operator: Operator) -> None:
    """Write QUANTIZE or RELU."""
    x, target = operator.inputs[0], operator.output
    if x.size != target.size:
        raise EdgekitError(f"{operator}: its output has another size than its input")
    least = INT8_LEAST if operator.name == "QUANTIZE" else target.zero_point
    view = plan.view(x)
    by = multiplier(x.quantisation.scale / target.quantisation.scale)
    _fits(operator, 255, by)
    name = f"rescale{operator.place}"
    plan.constants.append(
        f"static const nn_rescale_t {name} = {{{x.zero_point}, {target.zero_point}, "
        f"{c_multiplier(by)}, {int8_range(least, INT8_MOST)}}};"
    )
    y = plan.new(target)
    plan.add(
        operator.label,
        (view,),
        y,
        lambda at: f"nn_rescale(&{name}, {at(view)}, {y.size}, {at(y)});",
    )


def relu6(plan: Plan, operator: Operator) -> None:
    """Write a clamp to 0..6."""
    x = operator.inputs[0]
    if x.quantisation != operator.output.quantisation or x.size != operator.output.size:
        raise EdgekitError(f"{operator}: its output has another scale or size than its input")
    view, six = plan.view(x), min(INT8_MOST, quantised(6.0, x.quantisation))
    y = plan.new(operator.output)
    plan.add(
        operator.label,
        (view,),
        y,
        lambda at: f"nn_clamp({x.zero_point}, {six}, {at(view)}, {y.size}, {at(y)});",
    )


def _fits(operator: Operator, reach: int, by: Multiplier) -> None:
    """Raise EdgekitError where nn_multiply, which doubles a value << left, leaves 32 bits."""
    if reach << by.left >= 1 << 30:
        raise EdgekitError(f"{operator}: its input and its output are on scales too far apart")
