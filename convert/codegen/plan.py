"""The plan of a model's C: steps, one kernel call each, and the buffers between them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from edgekit.errors import EdgekitError

from ..model import Tensor, TfliteModel
from .memory import ALIGNMENT, Buffer
from .slide import grid_of

Place = Callable[["View"], str]


@dataclass(frozen=True)
class View:
    """Positions by channels inside a buffer; `start` counts elements from its first position."""

    buffer: int
    start: int
    width: int
    channels: int

    @property
    def size(self) -> int:
        return self.width * self.channels


@dataclass(frozen=True)
class Step:
    """A kernel call; `call` writes it, and asks its argument where each view lies."""

    comment: str
    writes: View | None
    call: Callable[[Place], str]


@dataclass(frozen=True)
class Merge:
    """A tensor that lies in memory as lines, one after another, until its positions are needed."""

    lines: View
    shape: tuple[int, int, int]  # how many lines, and what lies between them and their positions
    put_together: Callable[[], None]


@dataclass
class Plan:
    """What the C of a model holds, filled operator by operator."""

    model: TfliteModel
    constants: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    buffers: list[Buffer] = field(default_factory=list)
    views: dict[int, View] = field(default_factory=dict)  # of each tensor that is in memory
    fused: set[int] = field(default_factory=set)  # places of operators that another's step answers
    merges: dict[int, Merge] = field(default_factory=dict)  # of tensors that are in memory as lines
    scratch: int = 0  # int16 of the DSP path

    def view(self, tensor: Tensor) -> View:
        """Return the view of a tensor; one that is in memory as lines is first put together.

        Raises EdgekitError for a tensor that no step writes, such as a constant.
        """
        merge = self.merges.pop(tensor.index, None)
        if merge is not None:
            merge.put_together()
        if tensor.index not in self.views:
            raise EdgekitError(
                f"it reads tensor {tensor.title!r} {list(tensor.shape)}, a constant, as data"
            )
        return self.views[tensor.index]

    def unordered(self, tensor: Tensor) -> View:
        """Return a view of a tensor's positions in any order. Errors as of view."""
        merge = self.merges.get(tensor.index)
        return self.view(tensor) if merge is None else merge.lines

    @property
    def entry(self) -> View:
        return self.views[self.model.inputs[0].index]

    @property
    def outputs(self) -> tuple[View, ...]:
        return tuple(self.view(output) for output in self.model.outputs)

    def new(self, tensor: Tensor) -> View:
        """Add a buffer for a tensor, and return its view."""
        rows, columns, channels = grid_of(tensor)
        view = self.room(rows * columns, channels, tensor.zero_point)
        self.views[tensor.index] = view
        return view

    def again(self, tensor: Tensor, view: View) -> None:
        """View a tensor in memory that holds its values already.

        Raises EdgekitError where it has another size.
        """
        rows, columns, channels = grid_of(tensor)
        if rows * columns * channels != view.size:
            raise EdgekitError(
                f"a tensor {list(tensor.shape)} has not the {view.size} values of it"
            )
        self.views[tensor.index] = replace(view, width=rows * columns, channels=channels)

    def room(self, width: int, channels: int, fill: int) -> View:
        """Add a buffer that is no tensor of the model, and return its view."""
        self.buffers.append(Buffer(width * channels, fill, born=len(self.steps)))
        return View(len(self.buffers) - 1, 0, width, channels)

    def add(
        self,
        comment: str,
        reads: tuple[View, ...],
        writes: View | None,
        call: Callable[[Place], str],
    ) -> None:
        """Append a step, and keep the buffers that it reads and writes until then."""
        step = len(self.steps)
        self.steps.append(Step(comment, writes, call))
        for view in (*reads, *((writes,) if writes else ())):
            self.buffers[view.buffer].dies = step

    def need(self, view: View, first: int, last: int) -> View:
        """Return the elements first..last of a view; those outside it are padding, the zero point.

        The padding lies in its buffer's margins where the view reaches the buffer's ends; else the
        view gets a buffer of its own.
        """
        buffer = self.buffers[view.buffer]
        inside_left = first < 0 and view.start > 0
        inside_right = last > view.size and view.start + view.size < buffer.size
        if inside_left or inside_right:
            view = self._copied(view, "a part, to be padded")
            buffer = self.buffers[view.buffer]
        begin, end = view.start + first, view.start + last
        buffer.left = max(buffer.left, -(begin // ALIGNMENT) * ALIGNMENT)
        buffer.right = max(buffer.right, end - buffer.size)
        return replace(view, start=begin, width=-(-(last - first) // view.channels))

    def read_past(self, view: View, last: int) -> None:
        """Keep what lies before element `last` of a view in its own buffer.

        Weights are filled up to whole words with zeros, and what they are multiplied by is read.
        It counts for nothing only if it stays the same while a layer writes its output: on Thumb-1
        cores the weights are kept as w + 128, and 128 times the sum is taken away once a slice.
        """
        buffer = self.buffers[view.buffer]
        buffer.over = max(buffer.over, view.start + last - buffer.size)

    def on_a_word(self, view: View) -> View:
        """Return a view that begins on a word, a copy where this one does not.

        nn_dense reads pairs of words (nn_products_dsp.h), and a core faults at a pair off a word.
        """
        return self._copied(view, "a part, to a word") if view.start % 2 else view

    def _copied(self, view: View, comment: str) -> View:
        fill = self.buffers[view.buffer].fill
        self.buffers.append(Buffer(view.size, fill, born=len(self.steps)))
        copy = replace(view, buffer=len(self.buffers) - 1, start=0)
        self.add(
            comment,
            (view,),
            copy,
            lambda at: f"nn_copy({at(view)}, 1, {view.size}, {at(copy)}, 0);",
        )
        return copy
