"""Write the C of a model: its constants, its arena, and one function that runs it."""

from dataclasses import dataclass

from edgekit.errors import EdgekitError

from ..model import TfliteModel
from .front_end_c import FrontEndC
from .lowering import lower
from .memory import Buffer, offsets
from .plan import Plan, View

TAIL = 4  # elements after the arena: the last slice of a convolution is read in whole words


@dataclass(frozen=True)
class CModel:
    """The text of a model's C, and the memory that it takes."""

    source: str
    arena: int  # elements: bytes, or twice as many on the DSP path
    scratch_groups: int  # of 8 int16, on the DSP path alone


def generate(
    model: TfliteModel, name: str, outputs: tuple[str, ...], front_end: FrontEndC | None = None
) -> CModel:
    """Write `void <name>_run(const edgekit_sample_t window[], int8_t <output>[], ...)`.

    It is self-contained but for nn.h. Without a front end the window is the int8 input itself.
    Raises EdgekitError for a graph that the kernels do not cover, naming operator and place.
    """
    if len(model.outputs) != len(outputs):
        raise EdgekitError(
            f"the model has {len(model.outputs)} outputs, not {len(outputs)}: {', '.join(outputs)}"
        )
    plan = lower(model, front_end)
    at, arena = offsets(plan.buffers)
    arena += TAIL

    def place(view: View) -> str:
        return f"arena + {at[view.buffer] + plan.buffers[view.buffer].left + view.start}"

    sizes = zip(outputs, (view.size for view in plan.outputs), strict=True)
    entry = f"const int8_t window[{plan.entry.size}]"
    if front_end is not None:
        entry = f"const edgekit_sample_t window[{front_end.window}]"
    signature = ", ".join([entry, *(f"int8_t {output}[{size}]" for output, size in sizes)])
    filled: set[int] = set()
    body: list[str] = []
    for step in plan.steps:
        body.append(f"    /* {step.comment} */")
        body.append(f"    {step.call(place)}")
        if step.writes is not None and step.writes.buffer not in filled:
            filled.add(step.writes.buffer)
            body += _margins(plan.buffers[step.writes.buffer], at[step.writes.buffer])
    for view, output in zip(plan.outputs, outputs, strict=True):
        body.append(f"    nn_store({place(view)}, {view.size}, {output});")
    text = [
        "#define W(word) NN_W4(word##u)",
        "",
        *plan.constants,
        "",
        f"static _Alignas(8) nn_act arena[{arena}];",
        *_scratch(plan),
        "",
        f"void {name}_run({signature})",
        "{",
        *body,
        "}",
        "",
    ]
    return CModel("\n".join(text), arena, plan.scratch)


def _scratch(plan: Plan) -> list[str]:
    if plan.scratch == 0:
        return []
    return [
        "#if NN_DSP",
        f"static _Alignas(8) int16_t scratch[NN_SCRATCH({plan.scratch})];",
        "#else",
        "#define scratch ((int16_t *)0)",
        "#endif",
    ]


def _margins(buffer: Buffer, at: int) -> list[str]:
    lines = []
    if buffer.left:
        lines.append(f"    nn_fill(arena + {at}, {buffer.left}, {buffer.fill});")
    if buffer.right:
        after = at + buffer.left + buffer.size
        lines.append(f"    nn_fill(arena + {after}, {buffer.right}, {buffer.fill});")
    return lines
