"""Files of samples as the programs of phones and loggers write them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.train.datasets.imported import Imported
from edgekit.train.datasets.raw_files import read_content
from edgekit.train.datasets.tables import TableOptions, parse_table

START_S = 1_700_000_000.0  # 2023-11-14 22:13:20 UTC
GRAVITY_MS2 = 9.80665


def lying(samples: int, seed: int = 0) -> NDArray[np.float64]:
    """Return (N, 3) in g: on the back, with a sensor's noise."""
    noise = np.random.default_rng(seed).normal(0, 0.01, (samples, 3))
    return np.array([0.02, 0.1, 0.99]) + noise


def even(samples: int, rate_hz: float) -> NDArray[np.float64]:
    return np.arange(samples) / rate_hz


def lines_of(header: str, *columns: Sequence[str], delimiter: str = ",") -> str:
    rows = [delimiter.join(row) for row in zip(*columns, strict=True)]
    return "\n".join([header, *rows] if header else rows) + "\n"


def texts(values: NDArray[np.float64], digits: int = 4) -> list[str]:
    return [f"{value:.{digits}f}" for value in values]


def iso(time_s: NDArray[np.float64], end: str = "", separator: str = " ") -> list[str]:
    zero = datetime.fromtimestamp(START_S, UTC).replace(tzinfo=None)
    stamps = [zero + timedelta(seconds=float(late)) for late in time_s]
    return [stamp.isoformat(separator, "milliseconds") + end for stamp in stamps]


def sensor_logger(xyz_g: NDArray[np.float64], rate_hz: float) -> str:
    late = even(len(xyz_g), rate_hz)
    x, y, z = (texts(axis * GRAVITY_MS2) for axis in xyz_g.T)
    time_ns = [str(round((START_S + at) * 1000) * 1_000_000) for at in late]
    return lines_of("time,seconds_elapsed,z,y,x", time_ns, texts(late, 3), z, y, x)


def phyphox(xyz_g: NDArray[np.float64], rate_hz: float) -> str:
    names = [f'"Acceleration {axis} (m/s^2)"' for axis in "xyz"]
    header = ",".join(['"Time (s)"', *names, '"Absolute acceleration (m/s^2)"'])
    exponent = [[f"{value:.9E}" for value in axis * GRAVITY_MS2] for axis in xyz_g.T]
    time = [f"{at:.9E}" for at in even(len(xyz_g), rate_hz)]
    absolute = [f"{value:.9E}" for value in np.linalg.norm(xyz_g, axis=1) * GRAVITY_MS2]
    return lines_of(header, time, *exponent, absolute)


def physics_toolbox(xyz_g: NDArray[np.float64], rate_hz: float) -> str:
    total = texts(np.linalg.norm(xyz_g, axis=1), 3)
    late = texts(even(len(xyz_g), rate_hz), 6)
    return lines_of("time,gFx,gFy,gFz,TgF", late, *map(texts, xyz_g.T), total)


def edge_impulse(xyz_g: NDArray[np.float64], rate_hz: float) -> str:
    time_ms = [str(round(at * 1000)) for at in even(len(xyz_g), rate_hz)]
    axes = [texts(axis * GRAVITY_MS2) for axis in xyz_g.T]
    return lines_of("timestamp,accX,accY,accZ", time_ms, *axes)


def omgui(xyz_g: NDArray[np.float64], rate_hz: float) -> str:
    return lines_of("", iso(even(len(xyz_g), rate_hz)), *(texts(axis, 6) for axis in xyz_g.T))


def actigraph(xyz_g: NDArray[np.float64], rate_hz: int) -> str:
    head = [
        "------------ Data File Created By ActiGraph GT3X+ ActiLife v6.13.4 Firmware v2.5.0 "
        f"date format M/d/yyyy at {rate_hz} Hz  Filter Normal -----------",
        "Serial Number: NEO1C04110003",
        "Start Time 22:13:20",
        "Start Date 11/14/2023",
        "Epoch Period (hh:mm:ss) 00:00:00",
        "Download Time 12:09:58",
        "Download Date 12/20/2023",
        "Current Memory Address: 0",
        "Current Battery Voltage: 4.26     Mode = 12",
        "--------------------------------------------------",
        "Accelerometer X,Accelerometer Y,Accelerometer Z",
    ]
    return lines_of("\n".join(head), *(texts(axis, 3) for axis in xyz_g.T))


def geneactiv(xyz_g: NDArray[np.float64], rate_hz: float) -> str:
    head = [
        "Device Type,GENEActiv", "Device Model,1.1", "Device Unique Serial Code,012967",
        f"Measurement Frequency,{rate_hz:g}", "Start Time,2023-11-14 22:13:20:000",
        "Device Location Code,left wrist", "Subject Code,P07",
        "Sensor type,MEMS accelerometer x-axis",
        "Range,-8 to 8", "Resolution,0.0039", "Units,g",
    ]  # fmt: skip
    head += [""] * (100 - len(head))
    stamps = [stamp[:-4] + ":" + stamp[-3:] for stamp in iso(even(len(xyz_g), rate_hz))]
    more = [["12"] * len(xyz_g), ["0"] * len(xyz_g), ["25.6"] * len(xyz_g)]
    return lines_of("\n".join(head), stamps, *map(texts, xyz_g.T), *more)


def wisdm_v1(xyz_g: NDArray[np.float64], rate_hz: float) -> str:
    time_ns = [str(49_105_962_326_000 + round(at * 1e9)) for at in even(len(xyz_g), rate_hz)]
    half = len(xyz_g) // 2
    words = ["Jogging"] * half + ["Sitting"] * (len(xyz_g) - half)
    axes = [texts(axis * GRAVITY_MS2) for axis in xyz_g.T]
    text = lines_of("", ["33"] * len(xyz_g), words, time_ns, *axes)
    return text.replace("\n", ";\n")


def read_table(path: Path, options: TableOptions | None = None) -> Imported:
    return parse_table(read_content(path), path, options or TableOptions())


def written(folder: Path, text: str | bytes, name: str = "ann.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path
