"""EDF files as laboratories write them, made by edfio."""

import datetime
import io

import edfio
import numpy as np
from numpy.typing import NDArray


def edf_file(
    signals: dict[str, tuple[NDArray[np.float64], float, str]],
    annotations: tuple[tuple[float, float | None, str], ...] = (),
    record_s: float = 1.0,
    code: str = "P07",
) -> bytes:
    """Return an EDF+C; `signals`: label -> values, rate in Hz, unit."""
    edf = edfio.Edf(
        [
            edfio.EdfSignal(values, rate, label=label, physical_dimension=unit)
            for label, (values, rate, unit) in signals.items()
        ],
        patient=edfio.Patient(code=code),
        recording=edfio.Recording(startdate=datetime.date(2024, 3, 1)),
        starttime=datetime.time(22, 30, 0),
        data_record_duration=record_s,
        annotations=[edfio.EdfAnnotation(*each) for each in annotations],
    )
    file = io.BytesIO()
    edf.write(file)
    return file.getvalue()


def acceleration(
    xyz_g: NDArray[np.float64], rate_hz: float = 50.0, unit: str = "g", one_g: float = 1.0
) -> dict[str, tuple[NDArray[np.float64], float, str]]:
    """Return the three axes, among an ECG and a temperature."""
    seconds = round(len(xyz_g) / rate_hz)
    ecg = np.sin(np.arange(seconds * 100) / 9)
    axes = {f"Acc {axis}": (xyz_g[:, k] * one_g, rate_hz, unit) for k, axis in enumerate("XYZ")}
    return {"ECG": (ecg, 100.0, "mV"), **axes, "Temp": (ecg[:seconds] + 30, 1.0, "degC")}


def in_pieces(content: bytes, onsets_s: list[float]) -> bytes:
    """Return the file as EDF+D, its records of a second beginning at other times."""
    content = content.replace(b"EDF+C", b"EDF+D", 1)
    for index, onset_s in reversed(list(enumerate(onsets_s))):
        old = b"+%d\x14\x14\x00" % index
        new = b"+%s\x14\x14\x00" % f"{onset_s:g}".encode()
        at = content.rindex(old)
        content = content[:at] + new + content[at + len(new) :]
    return content
