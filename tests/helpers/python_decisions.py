"""What the monitor decides on a wearable's counts: what the wearable must have decided."""

import numpy as np
from numpy.typing import NDArray

from edgekit.bundle import Bundle
from edgekit.convert.runtimes import tflm_logits
from edgekit.device.decide.classifier import Probabilities
from edgekit.device.decide.posture import Decider
from edgekit.device.decide.window_stream import WindowBatch
from edgekit.night.night import Decisions
from edgekit.smoothing import smoothing_of
from edgekit.windows import WindowCutter

Counts = NDArray[np.int16]


def python_says(bundle: Bundle, runs: list[tuple[float, Counts]]) -> list[Decisions]:
    """Decisions on runs of counts without a gap, each with its start in seconds."""
    decider = Decider(bundle.spec, smoothing_of(bundle))
    found = []
    for start_s, counts in runs:
        cutter = WindowCutter(bundle.spec.window, bundle.spec.hop)
        windows = cutter.push(counts.astype(np.float32) / np.float32(256))
        if len(windows):
            starts_s = start_s + bundle.spec.hop_s * np.arange(len(windows))
            batch = WindowBatch(starts_s, windows, np.full(len(windows), -1))
            found.append(decider.decide(batch, classified(bundle, windows)))
    return found


def classified(bundle: Bundle, windows: NDArray[np.float32]) -> Probabilities:
    """By tflite-micro, whose logits are model.c's: LiteRT rounds some of them otherwise."""
    answers = tflm_logits(bundle.model.read_bytes(), bundle.read(windows))
    logits = answers.dequantised(bundle.posture, bundle.placement)
    shares = [np.exp(head - head.max(axis=1, keepdims=True)) for head in logits.heads]
    return Probabilities(*(share / share.sum(axis=1, keepdims=True) for share in shares))


def logits(bundle: Bundle, counts: Counts) -> NDArray[np.int8]:
    """The net's bytes (k, classes) on counts without a gap, both heads', as a DECISION has them."""
    cutter = WindowCutter(bundle.spec.window, bundle.spec.hop)
    windows = cutter.push(counts.astype(np.float32) / np.float32(256))
    answers = tflm_logits(bundle.model.read_bytes(), bundle.read(windows))
    return np.concatenate([answers.posture, answers.placement], axis=1)


def joined(decisions: list[Decisions], name: str) -> NDArray[np.float64]:
    return np.concatenate([getattr(part, name) for part in decisions])
