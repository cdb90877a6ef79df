"""Protocol: the steps of a recording session, from a small TOML file that is checked whole.

```toml
domain = "sleep"      # optional: the labels are the sleep nets' postures, the axes the body's
settle_s = 5          # optional, of each step: unlabelled seconds at its start
still = true          # optional, of each step: true: moving is doubtful; false: not moving is
repeats = 1           # optional: how often the whole list is done

[[step]]
say = "Lie on your back."
label = "supine"
seconds = 30
placement = "chest"   # optional: where the sensor is worn from this step on
```
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any, NoReturn

from edgekit.errors import EdgekitError, UsageError
from edgekit.names import pick
from edgekit.spec import SLEEP

PACKAGED = ("sleep", "activities")
SETTLE_S = 5.0
SHORTEST_S, LONGEST_S = 4.0, 3600.0  # of a step: a window of 100 samples is 4 s at 25 Hz
MOST_BYTES = 2**20
MOST_STEPS = 1_000  # with repeats
MOST_REPEATS = 100
LONGEST_TEXT = 200
LONGEST_NAME = 60


@dataclass(frozen=True)
class Step:
    """One posture or activity: a prompt, seconds to get there, and seconds that get its label."""

    say: str
    label: str
    seconds: float
    settle_s: float = SETTLE_S
    placement: str = ""  # "": as before
    still: bool | None = None  # None: not checked


@dataclass(frozen=True)
class Protocol:
    name: str
    steps: tuple[Step, ...]  # with repeats
    domain: str = ""  # "sleep", or "" where the data set's name is its domain

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels in the order in which they first come; of sleep, all of its postures."""
        if self.domain == SLEEP.domain:
            return SLEEP.postures
        return tuple(dict.fromkeys(step.label for step in self.steps))

    @property
    def duration_s(self) -> float:
        return sum(step.settle_s + step.seconds for step in self.steps)

    def worn_at(self, placement: str) -> "Protocol":
        """Return the protocol with each step's placement; the first steps' is `placement`.

        Raises UsageError where a step has none, or the domain has no such placement.
        """
        steps = []
        for number, step in enumerate(self.steps, 1):
            placement = step.placement or placement
            if not placement:
                raise UsageError(
                    f"where is the sensor worn in step {number} of {self.name}? Name it with "
                    "--placement chest, or in the protocol"
                )
            if self.domain == SLEEP.domain:
                pick("placement of sleep", placement, SLEEP.placements)
            steps.append(replace(step, placement=placement))
        return replace(self, steps=tuple(steps))


def packaged_text(name: str) -> str:
    """Return the file of a packaged protocol. Raises UsageError for another name."""
    pick("packaged protocol", name, PACKAGED)
    return (resources.files(__package__) / "protocols" / f"{name}.toml").read_text()


def read_protocol(name_or_path: str) -> Protocol:
    """Read a packaged protocol by its name, or a file.

    Raises UsageError where there is neither, EdgekitError, with the line, for a field that cannot
    be used.
    """
    if name_or_path in PACKAGED:
        return parse_protocol(packaged_text(name_or_path), name_or_path, name_or_path)
    path = Path(name_or_path)
    if not path.is_file():
        if path.suffix == ".toml" or len(path.parts) > 1:
            raise UsageError(
                f"no protocol at {path}. Begin one with: edgekit record --show-protocol sleep > "
                f"{path.name}"
            )
        pick("packaged protocol", name_or_path, PACKAGED)
    if path.stat().st_size > MOST_BYTES:
        raise EdgekitError(f"{path} is larger than a protocol: at most {MOST_BYTES:,} bytes")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise EdgekitError(f"{path} cannot be read as text: {error}") from None
    return parse_protocol(text, path.stem, str(path))


def parse_protocol(text: str, name: str, where: str) -> Protocol:
    """Read a protocol's TOML; `where` names it in errors. Raises EdgekitError."""
    lines = _Lines(text, where)
    try:
        fields = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise EdgekitError(f"{where} is not TOML: {error}") from None
    top = _Fields(fields, lines, 0)
    top.refuse_unknown(("domain", "settle_s", "still", "repeats", "step"))
    domain = top.text("domain", "", LONGEST_NAME)
    if domain not in ("", SLEEP.domain):
        top.refuse("domain", f'is {domain!r}; it is "sleep" or left out')
    settle_s = top.number("settle_s", SETTLE_S, 0, LONGEST_S)
    still = top.truth("still", None)
    repeats = top.whole("repeats", 1, MOST_REPEATS)
    tables = fields.get("step")
    if not isinstance(tables, list) or not tables or not all(isinstance(t, dict) for t in tables):
        raise EdgekitError(f"{where} has no steps: each begins with a line [[step]]")
    steps = [_step(_Fields(t, lines, n), settle_s, still) for n, t in enumerate(tables, 1)]
    if domain == SLEEP.domain:
        labels = SLEEP.in_its_words(tuple(step.label for step in steps))
        steps = [replace(s, label=label) for s, label in zip(steps, labels, strict=True)]
    if len(steps) * repeats > MOST_STEPS:
        raise EdgekitError(
            f"{where} has {len(steps) * repeats:,} steps with its repeats; at most {MOST_STEPS:,}"
        )
    _check_labels(steps, domain, lines)
    return Protocol(name, tuple(steps) * repeats, domain)


def _step(fields: "_Fields", settle_s: float, still: bool | None) -> Step:
    fields.refuse_unknown(("say", "label", "seconds", "settle_s", "placement", "still"))
    for name in ("say", "label", "seconds"):
        if name not in fields.values:
            raise EdgekitError(f"{fields.place()} has no {name}")
    say = fields.text("say", "", LONGEST_TEXT)
    if not say[:1].isalnum():
        fields.refuse("say", "must begin with a letter or a digit: it is spoken")
    return Step(
        say=say,
        label=fields.name("label"),
        seconds=fields.number("seconds", 0, SHORTEST_S, LONGEST_S),
        settle_s=fields.number("settle_s", settle_s, 0, LONGEST_S),
        placement=fields.name("placement"),
        still=fields.truth("still", still),
    )


def _check_labels(steps: Sequence[Step], domain: str, lines: "_Lines") -> None:
    """Refuse labels that the domain lacks, and one label in two spellings."""
    spelt: dict[str, str] = {}
    for number, step in enumerate(steps, 1):
        place = lines.place(number, "label")
        if domain == SLEEP.domain and step.label not in SLEEP.postures:
            raise EdgekitError(
                f"{place}: label is {step.label!r}; of sleep it is one of "
                f"{', '.join(SLEEP.postures)}. Leave out domain for labels of your own"
            )
        other = spelt.setdefault(step.label.casefold(), step.label)
        if other != step.label:
            raise EdgekitError(f"{place}: {step.label!r} is {other!r} in another spelling")


@dataclass(frozen=True)
class _Lines:
    """Find the line that a field stands on, as far as it is written in the usual way."""

    text: str
    where: str

    def place(self, step: int, name: str = "") -> str:
        """Return file:line of a field; of step 0, the fields above all steps."""
        lines = self.text.splitlines()
        starts = [k for k, line in enumerate(lines) if re.match(r"\s*\[\[\s*step\s*\]\]", line)]
        if step > len(starts):
            return f"{self.where}, step {step}"
        begin = starts[step - 1] if step else 0
        after = [start for start in starts if start > begin or not step]
        end = after[0] if after else len(lines)
        wanted = re.compile(rf"""\s*["']?{re.escape(name)}["']?\s*=""")
        at = next((k for k in range(begin, end) if name and wanted.match(lines[k])), begin)
        return f"{self.where}:{at + 1}"


@dataclass(frozen=True)
class _Fields:
    """The fields of a table, read with their types and ranges."""

    values: Mapping[str, Any]
    lines: _Lines
    step: int

    def place(self, name: str = "") -> str:
        return self.lines.place(self.step, name) + (f": step {self.step}" if self.step else ":")

    def refuse(self, name: str, reason: str) -> NoReturn:
        raise EdgekitError(f"{self.lines.place(self.step, name)}: {name} {reason}")

    def refuse_unknown(self, known: Sequence[str]) -> None:
        for name in self.values:
            if name not in known:
                self.refuse(name, f"is no field here; there are {', '.join(known)}")

    def text(self, name: str, default: str, longest: int) -> str:
        value = self.values.get(name, default)
        if not isinstance(value, str):
            self.refuse(name, f'is {value!r}; it must be a text in quotes, "..."')
        if name in self.values and not value.strip():
            self.refuse(name, "is empty")
        if len(value) > longest or not value.isprintable():
            self.refuse(name, f"must be one line of at most {longest} characters")
        return value.strip()

    def name(self, name: str) -> str:
        """Read a label or a placement, which becomes a class of a net."""
        return self.text(name, "", LONGEST_NAME)

    def number(self, name: str, default: float, least: float, most: float) -> float:
        value = self.values.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.refuse(name, f"is {value!r}; it must be a number of seconds")
        if not least <= value <= most:
            self.refuse(name, f"is {str(value)[:20]}; it must be from {least:g} to {most:g} s")
        return float(value)

    def whole(self, name: str, default: int, most: int) -> int:
        value = self.values.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
            self.refuse(name, f"is {str(value)[:20]}; it must be a whole number from 1 to {most}")
        return value

    def truth(self, name: str, default: bool | None) -> bool | None:
        value = self.values.get(name, default)
        if value is not None and not isinstance(value, bool):
            self.refuse(name, f"is {value!r}; it must be true or false")
        return value
