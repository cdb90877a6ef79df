"""A data set of one's own, made up: people who stir, chop and rest, with a sensor on them."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from edgekit.dataset_folder import describe_folder
from edgekit.recording import Recording, save_recording

PEOPLE = ("ann", "bob", "cem", "dora", "eve", "finn")
LABELS = ("stirring", "chopping", "resting")
WRIST = ("wrist",)


def movement(
    label: int,
    placement: int,
    seed: int,
    seconds: float = 40.0,
    rate_hz: float = 50.0,
) -> np.ndarray:
    """Acceleration (N, 3) in g of one activity at one place, of the person `seed`.

    Each activity has its tilt, and a rhythm of its own; people differ in both.
    """
    random = np.random.default_rng([seed, label, placement])
    at_s = np.arange(round(seconds * rate_hz)) / rate_hz
    up = np.array([np.cos(label + placement), 0.5 * placement - 0.3, np.sin(label + placement)])
    up += random.normal(0, 0.08, 3)
    rhythm_hz = (0.9, 2.3, 0.0)[label % 3] * random.uniform(0.9, 1.1)
    swing_g = (0.25, 0.35, 0.0)[label % 3] * random.uniform(0.8, 1.2)
    phase = 2 * np.pi * (rhythm_hz * at_s + random.uniform())
    moved = swing_g * np.stack([np.sin(phase), np.sin(2 * phase) / 2, np.cos(phase)], axis=1)
    # People pause: a sensor is at rest for part of every recording.
    moved *= (np.sin(2 * np.pi * at_s / 13 + random.uniform(0, 6)) > -0.2)[:, None]
    noise = random.normal(0, 0.01, (len(at_s), 3))
    return (up / np.linalg.norm(up) + moved + noise).astype(np.float32)


def recording_of(
    person: str,
    labels: Sequence[str] = LABELS,
    placement: str = "wrist",
    *,
    place: int = 0,
    seed: int | None = None,
    seconds: float = 40.0,
    rate_hz: float = 50.0,
    start_s: float = 0.0,
) -> Recording:
    """One recording of all the activities in turn."""
    number = seed if seed is not None else sum(person.encode())
    parts = [movement(k, place, number, seconds, rate_hz) for k in range(len(labels))]
    return Recording(
        np.concatenate(parts),
        rate_hz,
        person,
        placement,
        np.repeat(np.arange(len(labels), dtype=np.int16), [len(part) for part in parts]),
        tuple(labels),
        start_s,
        source="made",
    )


def write_set(
    folder: Path,
    people: Iterable[str] = PEOPLE,
    labels: Sequence[str] = LABELS,
    placements: Sequence[str] = WRIST,
    *,
    seconds: float = 40.0,
    rate_hz: float = 50.0,
) -> Path:
    """Write a recording a person and placement, and the dataset.toml that describes them."""
    for person in people:
        for place, placement in enumerate(placements):
            recording = recording_of(
                person, labels, placement, place=place, seconds=seconds, rate_hz=rate_hz
            )
            save_recording(recording, folder / f"{person}-{placement}.npz")
    describe_folder(folder)
    return folder
