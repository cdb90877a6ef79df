"""NightMeta: what a night says of itself; each field stands once, with its text in the file."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields
from typing import Any, Literal

from edgekit.calibration import Calibration
from edgekit.spec import ONE_GAIN, Spec

from .offsets import UtcOffsets

Clock = Literal["utc", "assumed"]  # "assumed": the source did not know the time of day

# Of nights that do not say, from before a second sensor: an ADXL345's.
USUAL_COUNTS_PER_G = 256


def _text(write: Callable[[Any], str], read: Callable[[str], Any], key: str = "") -> dict[str, Any]:
    """Declare how a field is text in the file, and under which key if not its own name."""
    return {"write": write, "read": read, "key": key}


def _read_spec(text: str) -> Spec:
    """A night from before front ends does not name one: every net read one gain then."""
    spec = json.loads(text)
    if isinstance(spec, dict):
        spec.setdefault("front_end", asdict(ONE_GAIN))
    return Spec.from_json(spec)


def _read_calibration(text: str) -> Calibration | None:
    calibration = json.loads(text)
    return Calibration.from_json(calibration) if calibration else None


@dataclass(frozen=True)
class NightMeta:
    """A night's description; a field with a default may be missing in an older night."""

    spec: Spec = field(metadata=_text(lambda spec: json.dumps(spec.to_json()), _read_spec))
    bundle_name: str
    bundle_digest: str
    source: str
    subject: str
    start_s: float = field(metadata=_text(repr, float))  # UTC of the first sample
    # Of the wearer's clock on the wall, DST changes to come included.
    utc_offsets: UtcOffsets = field(metadata=_text(UtcOffsets.to_json, UtcOffsets.from_json))
    clock: Clock
    # Rates were measured, by a sensor on this computer: windows are resampled, however near.
    exact_rate: bool = field(
        default=False,
        metadata=_text(
            lambda exact: "measured" if exact else "nominal", "measured".__eq__, key="rates"
        ),
    )
    # From the sensor's axes to the body's.
    calibration: Calibration | None = field(
        default=None,
        metadata=_text(lambda known: json.dumps(known and known.to_json()), _read_calibration),
    )
    counts_per_g: int = field(default=USUAL_COUNTS_PER_G, metadata=_text(str, int))  # of the sensor

    @property
    def is_synthetic(self) -> bool:
        """Whether the movements were simulated: their source says so."""
        return "synthetic" in self.source.lower()

    @property
    def is_emulated(self) -> bool:
        """Whether the wearable was a program, by the name of its board."""
        return re.match(r"(kept by )?(emulated|host) ", self.source) is not None

    def to_texts(self) -> dict[str, str]:
        """Return the file's value of each key."""
        return {
            _key(each): each.metadata.get("write", str)(getattr(self, each.name))
            for each in fields(self)
        }

    @staticmethod
    def from_texts(texts: Mapping[str, str]) -> "NightMeta":
        """Raises KeyError for a missing key, ValueError or EdgekitError for a damaged text."""
        return NightMeta(
            **{
                each.name: each.metadata.get("read", str)(texts[_key(each)])
                for each in fields(NightMeta)
                if _key(each) in texts or each.default is MISSING
            }
        )


def _key(each: Any) -> str:
    return str(each.metadata.get("key") or each.name)
