"""MonitorResult: what one run of the monitor recorded and decided."""

from dataclasses import dataclass
from pathlib import Path

from edgekit.doubt import Doubt


@dataclass
class MonitorResult:
    """What one run of the monitor recorded and decided; every figure is measured."""

    night: Path
    samples: int = 0
    windows: int = 0
    gaps: int = 0
    recorded_s: float = 0.0  # of samples, gaps left out
    wall_s: float = 0.0
    classify_s: float = 0.0  # of the wall time
    labelled: int = 0  # windows whose posture the source knew
    agreed: int = 0  # of them, those decided (smoothed) as labelled
    interrupted: bool = False
    doubts: tuple[Doubt, ...] = ()  # the gravest first

    @property
    def classify_us(self) -> float:
        """Microseconds from a window in g to its probabilities, mean."""
        return 1e6 * self.classify_s / self.windows if self.windows else 0.0
