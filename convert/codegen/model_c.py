"""model.c of a TFLite file: its constants, its arena, and one function that runs it."""

from dataclasses import dataclass

from .front_end_c import FrontEndC
from .graph import read_graph
from .memory import Buffer, offsets
from .plan import plan
from .steps import Plan, View

TAIL = 4  # elements after the arena: the last slice of a convolution is read in whole words


@dataclass(frozen=True)
class CModel:
    source: str
    arena: int  # elements: bytes, or twice as many on the DSP path
    scratch_groups: int  # of 8 int16, on the DSP path alone


def generate(
    model: bytes, name: str, outputs: tuple[str, ...], front_end: FrontEndC | None = None
) -> CModel:
    """`void <name>_run(const edgekit_sample_t window[], int8_t <output>[], ...)`.

    It is self-contained but for nn.h. Without a front end the window is the int8 input itself.
    Raises EdgekitError for a graph that the kernels do not cover, naming operator and place.
    """
    made = plan(read_graph(model), front_end)
    at, arena = offsets(made.buffers)
    arena += TAIL

    def place(view: View) -> str:
        return f"arena + {at[view.buffer] + made.buffers[view.buffer].left + view.start}"

    sizes = zip(outputs, (view.size for view in made.outputs), strict=True)
    entry = f"const int8_t window[{made.entry.size}]"
    if front_end is not None:
        entry = f"const edgekit_sample_t window[{front_end.window}]"
    signature = ", ".join([entry, *(f"int8_t {output}[{size}]" for output, size in sizes)])
    filled: set[int] = set()
    body: list[str] = []
    for step in made.steps:
        body.append(f"    /* {step.comment} */")
        body.append(f"    {step.call(place)}")
        if step.writes is not None and step.writes.buffer not in filled:
            filled.add(step.writes.buffer)
            body += _margins(made.buffers[step.writes.buffer], at[step.writes.buffer])
    for view, output in zip(made.outputs, outputs, strict=True):
        body.append(f"    nn_store({place(view)}, {view.size}, {output});")
    text = [
        "#define W(word) NN_W4(word##u)",
        "",
        *made.constants,
        "",
        f"static _Alignas(8) nn_act arena[{arena}];",
        *_scratch(made),
        "",
        f"void {name}_run({signature})",
        "{",
        *body,
        "}",
        "",
    ]
    return CModel("\n".join(text), arena, made.scratch)


def _scratch(made: Plan) -> list[str]:
    if made.scratch == 0:
        return []
    return [
        "#if NN_DSP",
        f"static _Alignas(8) int16_t scratch[NN_SCRATCH({made.scratch})];",
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
