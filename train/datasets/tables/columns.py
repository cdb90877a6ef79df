"""Find which column of a table is the time, x, y, z, the label and the subject.

The names are those that these programs write: Sensor Logger `time,seconds_elapsed,z,y,x`; phyphox
`"Time (s)","Acceleration x (m/s^2)",...`; Physics Toolbox `time,gFx,gFy,gFz,TgF`; Edge Impulse
`timestamp,accX,accY,accZ`; OMGUI `Time,Accel-X (g),...`; ActiLife `Accelerometer X,...`.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from edgekit.errors import UsageError

from .text import NUMBER, TIME, Dialect

ROLES = ("time", "x", "y", "z", "label", "subject", "placement")
SKIP = "-"

UNIT = re.compile(r"[(\[]([^)\]]*)[)\]]\s*$")
AXIS = re.compile(
    r"(?:(?:total|raw|body)?(?:accelerometer|acceleration|accel|acc|gforce|gf|g|a)?)"
    r"(?:uncalibrated|axis|g|ms2|mss|mg)?([xyz])(?:axis|g|ms2|mss|mg|mps2)?"
)
LINEAR = re.compile(r"linear|useraccel|without ?g", re.IGNORECASE)
OTHER_SENSOR = re.compile(r"gyr|magnet|mag[_ ]|rotation|angular|rad/s|deg/s", re.IGNORECASE)
TIME_NAME = re.compile(
    r"(?:unix|epoch|local|utc|sensor|device|date|sample|elapsed)?"
    r"(?:time|timestamp|timestamps|datetime|secondselapsed|ts|t|seconds|millis|micros|ms|date|zeit)"
    r"(?:stamp|stempel|unix|utc|elapsed|ns|us|ms|s|sec|seconds|ofday)?"
)
LABEL_NAMES = {"label", "labels", "activity", "class", "posture", "annotation", "target"}
SUBJECT_NAMES = {"subject", "user", "userid", "subjectid", "participant", "person", "id"}
PLACEMENT_NAMES = {"placement", "bodypart", "bodylocation", "sensorlocation", "sensorposition"}
# Not roles: rows of several sensors in one table are no series of one.
SENSOR_NAMES = {
    "sensor", "sensors", "sensorid", "sensorname", "sensortype", "device", "deviceid",
    "devicename", "devicetype", "mac", "macaddress", "node", "location", "position",
}  # fmt: skip


@dataclass(frozen=True)
class Columns:
    """Places (0-based) of the columns, None where there is none."""

    xyz: tuple[int, int, int]
    time: int | None
    label: int | None
    subject: int | None
    placement: int | None
    sensor: int | None  # which sensor a row is of, where the table has no placement
    time_unit: str  # as the header words it, "" where it does not
    unit: str  # of the acceleration, as the header words it
    notes: tuple[str, ...] = ()
    others: tuple[str, ...] = ()  # names of the columns without a role

    @property
    def needed(self) -> int:
        """Number of columns that a row must have."""
        return 1 + max(self.places)

    @property
    def places(self) -> tuple[int, ...]:
        """Places of the columns that are read."""
        words = self.label, self.subject, self.placement, self.sensor
        return tuple(k for k in (*self.xyz, self.time, *words) if k is not None)


def find_columns(dialect: Dialect, wanted: str | None, path: Path) -> Columns:
    """Find the columns by `wanted` (the option --columns), by their names, or by what they hold.

    `wanted` is a role per column in the file's order, as `time,x,y,z,-,label`, or pairs such as
    `x=ax,y=ay,z=az`. Raises UsageError where it does not fit, or two readings are possible.
    """
    if wanted:
        return _by_option(dialect, wanted, path)
    if dialect.header:
        return _by_name(dialect, path)
    return _by_content(dialect, path)


def plain(name: str) -> str:
    """Return a column's name in lower case, without its unit, blanks and marks."""
    return re.sub(r"[\W_]+", "", UNIT.sub("", name).lower())


def _by_option(dialect: Dialect, wanted: str, path: Path) -> Columns:
    parts = [part.strip() for part in wanted.split(",")]
    places: dict[str, int] = {}
    for place, part in enumerate(parts):
        role, by_name, name = part.partition("=")
        if role == SKIP or not role:
            continue
        if role not in ROLES or role in places:
            raise UsageError(
                f"--columns {wanted}: {role!r} is "
                + ("named twice" if role in places else "no role")
                + f"; the roles are {', '.join(ROLES)}, and - for a column to skip"
            )
        places[role] = _place(dialect, name, path) if by_name else place
    if not {"x", "y", "z"} <= set(places):
        raise UsageError(f"--columns {wanted}: x, y and z are needed")
    if len(set(places.values())) < len(places) or max(places.values()) >= dialect.columns:
        raise UsageError(
            f"--columns {wanted} does not fit {path}, whose rows have {dialect.columns} columns"
            + (f": {', '.join(dialect.header)}" if dialect.header else "")
        )
    return _columns(dialect, places)


def _place(dialect: Dialect, name: str, path: Path) -> int:
    if name in dialect.header:
        return dialect.header.index(name)
    if name.isdecimal() and 1 <= int(name[:6]) <= dialect.columns:
        return int(name) - 1
    raise UsageError(
        f"{path} has no column {name!r}"
        + (f"; it has {', '.join(dialect.header)}" if dialect.header else ", and no header")
    )


def _by_name(dialect: Dialect, path: Path) -> Columns:
    found: dict[str, list[int]] = {role: [] for role in ROLES}
    linear = False
    for place, name in enumerate(dialect.header[: dialect.columns]):
        word = plain(name)
        if LINEAR.search(name):
            linear = True
        elif axis := AXIS.fullmatch(word):
            found[axis[1]].append(place)
        elif TIME_NAME.fullmatch(word):
            found["time"].append(place)
        elif word in LABEL_NAMES:
            found["label"].append(place)
        elif word in SUBJECT_NAMES:
            found["subject"].append(place)
        elif word in PLACEMENT_NAMES:
            found["placement"].append(place)
    names = [plain(name) for name in dialect.header]
    notes: tuple[str, ...] = ()
    if names[:2] == ["time", "secondselapsed"]:  # Sensor Logger writes both, of the same clock
        found["time"] = found["time"][:1]
        notes = ("time from the column time (seconds_elapsed is the same clock)",)
    listed = ", ".join(dialect.header)
    if linear and not all(found[axis] for axis in "xyz"):
        raise UsageError(
            f"{path} holds linear acceleration, from which gravity was taken out: record the "
            "accelerometer with gravity (phyphox: Acceleration with g)"
        )
    if OTHER_SENSOR.search(listed) and not any(found[axis] for axis in "xyz"):
        raise UsageError(
            f"{path} has columns of a gyroscope or magnetometer ({listed}) and none that is known "
            "as acceleration: take the accelerometer's file. If some are acceleration, name them "
            "with --columns x=NAME,y=NAME,z=NAME"
        )
    for role in ("x", "y", "z"):
        if not found[role]:
            raise UsageError(
                f"{path}: no column of {listed} is known as {role}. Name the columns in their "
                "order, as --columns time,x,y,z (- skips one)."
            )
    for role, places in found.items():
        if len(places) > 1:
            several = " or ".join(dialect.header[place] for place in places)
            raise UsageError(
                f"{path}: {role} may be {several}. Decide with --columns, as --columns "
                f"{_example(dialect, found)}"
            )
    units = {_unit(dialect, found[axis][0]) for axis in "xyz"} - {""}
    if len(units) > 1:
        raise UsageError(
            f"{path}: its header gives x, y and z in different units ({', '.join(sorted(units))}). "
            "Convert them to one."
        )
    return _columns(dialect, {role: places[0] for role, places in found.items() if places}, notes)


def _example(dialect: Dialect, found: dict[str, list[int]]) -> str:
    likely = {role: _likely(dialect, role, places) for role, places in found.items() if places}
    return ",".join(f"{role}={dialect.header[place]}" for role, place in likely.items())


def _likely(dialect: Dialect, role: str, places: list[int]) -> int:
    """Return the likeliest of several columns: acceleration, not the gyroscope; a time of day."""
    first = "a" if role in "xyz" else "t"
    return min(places, key=lambda place: not plain(dialect.header[place]).startswith(first))


def _by_content(dialect: Dialect, path: Path) -> Columns:
    """Find the columns of a file without a header: one time that is text, else by the layout."""
    rows = [row for row in dialect.first_rows if len(row) == dialect.columns]
    kinds = "".join(_kind([row[k] for row in rows], dialect) for k in range(dialect.columns))
    if re.fullmatch(r"tnnn", kinds) or _is_geneactiv(dialect, kinds):
        return _columns(dialect, {"time": 0, "x": 1, "y": 2, "z": 3})
    if kinds == "nnn":
        return _columns(dialect, {"x": 0, "y": 1, "z": 2})
    if kinds == "nwnnnn":  # WISDM v1.1: 33,Jogging,49105962326000,-0.6946377,12.680544,0.50395286;
        places = {"subject": 0, "label": 1, "time": 2, "x": 3, "y": 4, "z": 5}
        note = "columns as WISDM v1.1 has them: user, activity, time, x, y, z"
        return _columns(dialect, places, (note,))
    raise UsageError(
        f"{path} has no header, and its {dialect.columns} columns ({', '.join(rows[0])}) may be "
        "several things. Name them in their order, as --columns time,x,y,z (- skips one)."
    )


def _is_geneactiv(dialect: Dialect, kinds: str) -> bool:
    text = "\n".join(dialect.preamble)
    return "GENEActiv" in text and kinds.startswith("tnnn")


def _kind(values: list[str], dialect: Dialect) -> str:
    """Return n for numbers, t for times as text, w for words."""
    numbers = sum(NUMBER[dialect.decimal].fullmatch(value) is not None for value in values)
    if 2 * numbers > len(values):
        return "n"
    times = sum(TIME.fullmatch(value) is not None for value in values)
    return "t" if 2 * times > len(values) else "w"


def _columns(dialect: Dialect, places: dict[str, int], notes: tuple[str, ...] = ()) -> Columns:
    others = _others(dialect, places)
    sensors = [k for k in others if plain(dialect.header[k]) in SENSOR_NAMES]
    return Columns(
        (places["x"], places["y"], places["z"]),
        places.get("time"),
        places.get("label"),
        places.get("subject"),
        places.get("placement"),
        sensors[0] if sensors and "placement" not in places else None,
        _unit(dialect, places.get("time")),
        _unit(dialect, places["x"]) or _unit_in_name(dialect, places["x"]),
        notes,
        tuple(dialect.header[k] for k in others),
    )


def _others(dialect: Dialect, places: dict[str, int]) -> list[int]:
    """Return the named columns without a role."""
    return sorted(set(range(min(len(dialect.header), dialect.columns))) - set(places.values()))


def _unit(dialect: Dialect, place: int | None) -> str:
    """Return what stands in brackets after a column's name, else a unit at the name's end."""
    if place is None or place >= len(dialect.header):
        return ""
    name = dialect.header[place]
    if bracketed := UNIT.search(name):
        return bracketed[1].strip()
    if ending := re.search(r"_(s|sec|ms|us|ns|g|mg|ms2|mss|mps2)$", name.lower()):
        return ending[1]
    if plain(name) == "secondselapsed":
        return "s"
    return plain(name) if plain(name) in ("ms", "millis", "micros") else ""


def _unit_in_name(dialect: Dialect, place: int) -> str:
    """Physics Toolbox names g-force gFx."""
    name = dialect.header[place] if place < len(dialect.header) else ""
    return "g" if re.fullmatch(r"(gF|gForce_?|g-force )[xyz]", name, re.IGNORECASE) else ""
