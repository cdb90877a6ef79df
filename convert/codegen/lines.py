"""Put a tensor's lines one after another, so that kernels for one row of time can read them.

A window that slides down the columns of a grid, or that has gaps (dilation), sees values that do
not lie beside each other. They are brought together before the kernel, and its answers to their
places after it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ..model import Operator
from .plan import Plan, View
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


def split(plan: Plan, operator: Operator, x: View, slide: Slide, padded: bool) -> Lines:
    """Add the step that copies a tensor's lines, with their padding where it is asked for."""
    axis = slide.axis
    answers = -(-axis.positions // axis.dilation)
    positions = (answers - 1) * axis.stride + axis.window if padded else axis.size
    count = slide.lines * axis.dilation
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
    """Add a kernel's call for each line, and the step that brings its answers to their places."""
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
    y, positions = plan.new(operator.output), slide.axis.positions
    steps = (positions, 1) if slide.step == 1 else (1, slide.lines)
    name = f"merge{operator.place}"
    plan.constants.append(
        f"static const nn_lines_t {name} = "
        f"{_lines(slide, *steps, positions, 0, lines.answers, channels)};"
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
