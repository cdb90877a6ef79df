"""Put a tensor's lines one after another, so that kernels for one row of time can read them.

A window that slides down the columns of a grid, or that has gaps (dilation), sees values that do
not lie beside each other. They are brought together before the kernel, and its answers to their
places after it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ..model import Operator
from .plan import Merge, Plan, View
from .slide import Slide


@dataclass(frozen=True)
class Lines:
    """Lines of one length in a buffer of their own."""

    view: View
    count: int
    positions: int  # of each line
    answers: int  # positions that a kernel answers of each line

    @property
    def stride(self) -> int:
        """Elements from one line to the next."""
        return self.positions * self.view.channels


def split(plan: Plan, operator: Operator, slide: Slide, padded: bool) -> Lines:
    """Add the step that copies a tensor's lines, with their padding where it is asked for.

    There is no step where the tensor lies in memory as just these lines.
    """
    axis, source = slide.axis, operator.inputs[0]
    answers = -(-axis.positions // axis.dilation)
    positions = (answers - 1) * axis.stride + axis.window if padded else axis.size
    count = slide.lines * axis.dilation
    held = plan.merges.get(source.index)
    is_held = held is not None and held.shape == (slide.lines, slide.line_step, slide.step)
    if held and is_held and axis.dilation == 1 and not (padded and axis.pad):
        return Lines(held.lines, count, axis.size, answers)
    x = plan.view(source)
    lines = Lines(
        plan.room(count * positions, slide.depth, operator.inputs[0].zero_point),
        count,
        positions,
        answers,
    )
    name = f"split{operator.place}"
    pad = axis.pad if padded else 0
    plan.constants.append(
        f"static const nn_lines_t {name} = "
        f"{_lines(slide, slide.line_step, slide.step, axis.size, pad, positions, slide.depth)};"
    )
    fill = operator.inputs[0].zero_point
    plan.add(
        f"{operator.label}: its lines",
        (x,),
        lines.view,
        lambda at: f"nn_split(&{name}, {at(x)}, {fill}, {at(lines.view)});",
    )
    return lines


def answered(
    plan: Plan,
    operator: Operator,
    lines: Lines,
    slide: Slide,
    channels: int,
    call: Callable[[str, str], str],
) -> None:
    """Add a kernel's call for each line; its answers are brought to their places when needed."""
    made = plan.room(lines.count * lines.answers, channels, operator.output.zero_point)
    plan.buffers[made.buffer].spill = channels % 2
    step = lines.answers * channels
    plan.add(
        operator.label,
        (lines.view,),
        made,
        lambda at: (
            f"for (int32_t line = 0; line < {lines.count}; line++) {{ "
            + call(f"{at(lines.view)} + line * {lines.stride}", f"{at(made)} + line * {step}")
            + " }"
        ),
    )
    positions = slide.axis.positions
    steps = (positions, 1) if slide.step == 1 else (1, slide.lines)
    plan.merges[operator.output.index] = Merge(
        made, (slide.lines, *steps), lambda: _merge(plan, operator, made, slide, lines.answers)
    )
    if slide.axis.dilation > 1:
        plan.view(operator.output)


def _merge(plan: Plan, operator: Operator, made: View, slide: Slide, answers: int) -> None:
    """Add the step that brings lines to their places in the operator's output."""
    y, positions = plan.new(operator.output), slide.axis.positions
    steps = (positions, 1) if slide.step == 1 else (1, slide.lines)
    channels, name = made.channels, f"merge{operator.place}"
    plan.constants.append(
        f"static const nn_lines_t {name} = "
        f"{_lines(slide, *steps, positions, 0, answers, channels)};"
    )
    plan.add(
        f"{operator.label}: its lines, back in place",
        (made,),
        y,
        lambda at: f"nn_merge(&{name}, {at(made)}, {at(y)});",
    )


def _lines(
    slide: Slide, line_step: int, step: int, size: int, pad: int, positions: int, channels: int
) -> str:
    """Return an nn_lines_t."""
    numbers = slide.lines, line_step * channels, step * channels, size
    return (
        f"{{{', '.join(map(str, numbers))}, {slide.axis.dilation}, {pad}, {positions}, {channels}}}"
    )
