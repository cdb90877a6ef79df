"""Time tflite-micro and the generated C on this machine, in turn."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from edgekit.convert.generated import HOST, compiled
from edgekit.convert.runtimes import tflm_interpreter

from .measure import Reference
from .nets import Net

ROUNDS, TIMES = 7, 5  # rounds of each in turn; passes over the windows in a round


@dataclass(frozen=True)
class HostTimes:
    """CPU time of a window in microseconds, medians of the rounds."""

    net: str
    tflm_us: float
    c_us: float
    ratios: tuple[float, ...]  # tflite-micro's time over ours, of each round


def host_times(net: Net, expected: Reference) -> HostTimes:
    """Time both in turn; the call from Python is included in both."""
    interpreter = tflm_interpreter(net.model)
    windows, counts, answers = expected.windows, expected.counts, expected.answers

    def tflm() -> None:
        for window in windows:
            interpreter.set_input(window[None, None], 0)
            interpreter.invoke()
            interpreter.get_output(0)
            interpreter.get_output(1)

    sizes = answers.posture.shape[1], answers.placement.shape[1]
    with compiled(net.folder, HOST, sizes) as generated:

        def ours() -> None:
            for window in counts:
                generated(window)

        pairs = [(_us(tflm, len(windows)), _us(ours, len(windows))) for _ in range(ROUNDS)]
    return HostTimes(
        net.name,
        statistics.median(peer for peer, _ in pairs),
        statistics.median(own for _, own in pairs),
        tuple(peer / own for peer, own in pairs),
    )


def _us(work: Callable[[], None], windows: int) -> float:
    began = time.process_time()
    for _ in range(TIMES):
        work()
    return 1e6 * (time.process_time() - began) / (TIMES * windows)
