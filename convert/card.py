"""Write card.md: what a person should know before they use a bundle."""

from typing import Any

from edgekit.pages import markdown
from edgekit.run import Run
from edgekit.spec import ADXL345_COUNTS_PER_G, DOMAINS, FrontEnd, Spec

from .parity import Parity


def card(fields: dict[str, Any], run: Run, parity: Parity, model_bytes: int) -> str:
    """Return the model card of bundle.json's `fields`, in Markdown."""
    spec = run.spec
    name, accuracy = fields["run"]["name"], fields["accuracy"]
    headings, rows = parity.table(spec.choices)
    return f"""\
# {name}

{_intended_use(spec)}
{_warning(parity)}
## What it answers
From {spec.window} samples of three-axis acceleration in g at {spec.rate_hz:g} Hz \
({spec.window_s:g} s, a new answer each {spec.hop_s:g} s), two lists of logits:

- **posture**, {len(spec.postures)} classes: {_names(spec.postures)}.
- **placement** of the sensor, {len(spec.placements)} \
class{"es" if len(spec.placements) > 1 else ""}: {_names(spec.placements)}.{_one_placement(spec)}

## How well
| head | float32 (torch) | int8 (LiteRT) |
|---|---|---|
{_accuracies(accuracy, spec)}

Accuracy, measured on {accuracy["windows"]:,} held-out windows; split {accuracy["split"]}, \
seed {accuracy["seed"]}, data {markdown.plain(accuracy["data"])}.
{_data(fields)}
{_wearer(run)}
## What it costs
| | | kind |
|---|---|---|
| model | {model_bytes:,} bytes of flash | measured |
| tensor arena (TFLM) | {fields["arena_bytes"]:,} bytes of RAM | measured on x86-64, \
an upper bound for TFLM's reference kernels on a 32-bit core |
| multiply-adds | {fields["macs"]:,} a window | counted from the graph |
| parameters | {fields["run"]["parameters"]:,} | counted |
| operators | {", ".join(sorted(set(fields["operators"])))} | |

## The same windows through every runtime (measured)
{markdown.table(headings, rows, words=len(headings))}

Accuracy, the points of it lost, the agreement and the worst difference of a logit are all \
against torch. {parity.near_ties(spec.choices)}. \
Torch and ONNX are float32, LiteRT and tflite-micro (tflm) int8. LiteRT and tflite-micro differ \
by at most {parity.litert_from_tflm:.2f} of a logit; tflite-micro reproduces \
{parity.golden_reproduced} of {parity.golden_windows} golden windows byte for byte.

Windows that the generated C (`model.c`) answers byte for byte as tflite-micro: \
{"; ".join(map(str, parity.generated))}. Nothing was run on hardware.

## How to use it
On a Raspberry Pi, beside an ADXL345: `edgekit monitor --bundle` and this folder.

On a microcontroller: `edgekit firmware build` and this folder, or compile `model.c` with \
edgekit's `firmware/nn` into your own firmware.

With TensorFlow Lite Micro: compile `model_data.cc`, then

```cpp
#include "model_data.h"
#include "model_ops.h"

alignas(16) static uint8_t arena[kEdgekitArenaBytes];
EdgekitOpResolver resolver;
EdgekitAddOps(resolver);
tflite::MicroInterpreter interpreter(
    tflite::GetModel(g_edgekit_model_data), resolver, arena, sizeof(arena));
interpreter.AllocateTensors();
```

The input is int8, [1, 1, {spec.window}, {spec.front_end.channels}], made of a window of counts \
(1/{ADXL345_COUNTS_PER_G} g) by the front end, in integers: {_channels(spec.front_end)}. \
`model.c` reads counts itself; others call `edgekit_front_end.h` (firmware/nn) or \
`edgekit.front_end`. Output 0 is posture, output 1 placement; the largest value is the answer. \
`golden.bin` holds windows of counts and their exact answers.

## Limits
- Not a medical device: it diagnoses nothing, and no treatment should rest on it.
{_data_limits(fields)}- Acceleration beyond \
{128 / spec.front_end.gravity_steps_per_g:g} g is cut off at the input.
- It knows the placements and classes above, and answers one of them whatever it is given.

Made by {fields["made_by"]} from the {fields["shipped"]} of run {name} ({fields["run"]["net"]}).
"""


def _names(labels: tuple[str, ...]) -> str:
    return ", ".join(map(markdown.plain, labels))


def _one_placement(spec: Spec) -> str:
    return "" if len(spec.placements) > 1 else " It knows no other, and cannot tell where it is."


def _accuracies(accuracy: dict[str, Any], spec: Spec) -> str:
    """Return a row for each head that has a choice."""
    return "\n".join(
        f"| {task} | {_percent(accuracy['float'][task])} | {_percent(accuracy['int8'][task])} |"
        for task in spec.choices
    )


def _intended_use(spec: Spec) -> str:
    if spec.has_body_axes:
        return (
            "Intended use: telling in which posture a sleeper lies, and where the sensor is worn, "
            "for a person's own interest and for research."
        )
    worn = " and where the sensor is worn" if len(spec.placements) > 1 else ""
    public = " and for comparison with published results" if spec in DOMAINS else ""
    return (
        f"Intended use: telling activities ({markdown.plain(spec.domain)}){worn} apart, "
        f"for research{public}."
    )


def _warning(parity: Parity) -> str:
    if parity.passed:
        return ""
    lines = "\n".join(f"> - {failure}" for failure in parity.failures)
    return f"\n> **This bundle failed its own check; do not deploy it.**\n{lines}\n"


def _wearer(run: Run) -> str:
    """Return what an adaptation was worth, on the wearer's windows and on other people's."""
    adapted = run.adapted_from
    if adapted is None:
        return ""
    parts = (("the wearer's later minutes", adapted.own_windows["judged"], adapted.own),
             ("test windows of that run", adapted.old_windows, adapted.old))  # fmt: skip
    rows = [
        [where, f"{count:,}", task, _percent(change.before), _percent(change.after)]
        for where, count, changes in parts
        for task in run.spec.choices
        if (change := changes.get(task))
    ]
    headings = ["windows of", "count", "head", "before", "after"]
    return f"""
## Adapted to its wearer
From run {adapted.run}, {"the heads alone" if adapted.part == "heads" else "the whole net"}, by \
{adapted.own_windows["train"]:,} own windows. Float accuracy, measured; the figures above are of \
both rows together. Own minutes that trained and that judge are of the same sessions: another day \
may differ.

{markdown.table(headings, rows, words=3)}
"""


def _data(fields: dict[str, Any]) -> str:
    summary = str(fields["dataset"].get("summary") or "").strip().rstrip(".")
    return f"Data: {markdown.plain(summary)}." if summary else ""


def _data_limits(fields: dict[str, Any]) -> str:
    if fields["accuracy"]["data"] != "synthetic":
        return ""
    return (
        "- **Synthetic**: trained and tested on a simulated sleeper and sensor. These figures say "
        "nothing about real people until they are measured on them.\n"
    )


def _channels(front_end: FrontEnd) -> str:
    gravity = f"x, y and z at 1/{front_end.gravity_steps_per_g} g a step"
    motion = front_end.motion_steps_per_g
    if motion is None:
        return gravity
    return (
        f"{gravity}, then each less its mean over the window at 1/{motion} g a step "
        f"(±{128 / motion:g} g)"
    )


def _percent(fraction: float) -> str:
    return f"{100 * fraction:.2f} %"
