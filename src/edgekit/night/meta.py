"""NightMeta: what a night says of itself; each field stands once, with its text in the file."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_type_hints

from edgekit.calibration import Calibration
from edgekit.doubt import Doubt, DoubtKind
from edgekit.spec import ADXL345_COUNTS_PER_G, ONE_GAIN, Spec

from .utc_offsets import UtcOffsets

Clock = Literal["utc", "assumed"]  # "assumed": the source did not know the time of day


@dataclass(frozen=True)
class Text:
    """How a field is written to the file and read from it, under `key` or its own name."""

    write: Callable[[Any], str] = str
    read: Callable[[str], Any] = str
    key: str = ""


def _read_spec(text: str) -> Spec:
    """A night from before front ends does not name one: every net read one gain then."""
    spec = json.loads(text)
    if isinstance(spec, dict):
        spec.setdefault("front_end", asdict(ONE_GAIN))
    return Spec.from_json(spec)


def _read_clock(text: str) -> str:
    if text not in get_args(Clock):
        raise ValueError(f"its clock is {text!r}")
    return text


def _write_rates(exact_rate: bool) -> str:
    return "measured" if exact_rate else "nominal"


def _write_calibration(calibration: Calibration | None) -> str:
    return json.dumps(calibration and calibration.to_json())


def _read_calibration(text: str) -> Calibration | None:
    calibration = json.loads(text)
    return Calibration.from_json(calibration) if calibration else None


def _read_counts_per_g(text: str) -> int:
    if not 0 < int(text) < 1 << 15:
        raise ValueError(f"its sensor has {text} counts per g")
    return int(text)


def write_doubts(doubts: tuple[Doubt, ...]) -> str:
    """Return a night's doubts as its file holds them."""
    return json.dumps([[doubt.kind, doubt.text] for doubt in doubts])


def read_doubts(text: str) -> tuple[Doubt, ...]:
    """Read a list of (kind, text), the kind perhaps of a later edgekit; or of texts alone."""
    rows = json.loads(text)
    if not isinstance(rows, list):
        raise ValueError(f"its doubts are {text[:80]!r}")
    pairs = [[str(DoubtKind.FILE), row] if isinstance(row, str) else row for row in rows]
    if not all(isinstance(pair, list) and list(map(type, pair)) == [str, str] for pair in pairs):
        raise ValueError(f"its doubts are {text[:80]!r}")
    kinds = {str(kind): kind for kind in DoubtKind}
    return tuple(Doubt(kinds.get(kind, DoubtKind.FILE), words) for kind, words in pairs)


@dataclass(frozen=True)
class NightMeta:
    """A night's description; a field with a default may be missing in an older night."""

    spec: Annotated[Spec, Text(lambda spec: json.dumps(spec.to_json()), _read_spec)]
    bundle_name: str
    bundle_digest: str
    source: str
    subject: str
    start_s: Annotated[float, Text(repr, float)]  # UTC of the first sample
    # Of the wearer's clock on the wall, DST changes to come included.
    utc_offsets: Annotated[UtcOffsets, Text(UtcOffsets.to_json, UtcOffsets.from_json)]
    clock: Annotated[Clock, Text(read=_read_clock)]
    # Rates were measured, by a sensor on this computer: windows are resampled, however near.
    exact_rate: Annotated[bool, Text(_write_rates, "measured".__eq__, "rates")] = False
    # From the sensor's axes to the body's.
    calibration: Annotated[Calibration | None, Text(_write_calibration, _read_calibration)] = None
    # Of the sensor; a night that does not say is from before a second one.
    counts_per_g: Annotated[int, Text(read=_read_counts_per_g)] = ADXL345_COUNTS_PER_G
    # Found in the samples, the decisions and what is known of their source, so far.
    doubts: Annotated[tuple[Doubt, ...], Text(write_doubts, read_doubts)] = ()

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
            text.key or name: text.write(getattr(self, name)) for name, text in _texts().items()
        }

    @staticmethod
    def from_texts(texts: Mapping[str, str]) -> "NightMeta":
        """Raises KeyError for a missing key, ValueError or EdgekitError for a damaged text."""
        optional = {each.name for each in fields(NightMeta) if each.default is not MISSING}
        return NightMeta(
            **{
                name: text.read(texts[text.key or name])
                for name, text in _texts().items()
                if (text.key or name) in texts or name not in optional
            }
        )


@cache
def _texts() -> dict[str, Text]:
    hints = get_type_hints(NightMeta, include_extras=True)
    return {name: getattr(hint, "__metadata__", (Text(),))[0] for name, hint in hints.items()}
