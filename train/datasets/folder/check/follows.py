"""Find labels that follow what is no movement: the person, the rate, the placement, the tilt."""

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from edgekit.dataset_folder.description import Description, plain
from edgekit.resample import same_rate

from .alike import person_key
from .facts import FileFacts
from .finding import Finding

APART_DEG = 25.0  # between the directions of two labels
LEAST_FILES = 2  # of each label, because one file alone follows nothing
LEAST_PEOPLE = 2  # of each label; a class of one person has a sentence of its own

Vector = NDArray[np.float64]


def followed_labels(description: Description, files: Sequence[FileFacts]) -> Iterator[Finding]:
    """Yield what tells labels apart in every file, and is not how people move."""
    labelled = [file for file in files if file.labels]
    with_label = {name: [f for f in labelled if name in f.labels] for name in description.postures}
    rates = {name: sorted({f.rate_hz for f in files}) for name, files in with_label.items()}
    places = {name: _places(files, name) for name, files in with_label.items()}
    for first, second in combinations(description.postures, 2):
        if min(len(with_label[first]), len(with_label[second])) < LEAST_FILES:
            continue
        for what, is_shared in (
            ("the rate", _share_a_rate(rates[first], rates[second])),
            ("the placement", bool(places[first] & places[second])),
        ):
            if not is_shared:
                yield Finding(
                    "follows",
                    f"{what} tells {first!r} from {second!r} in every file: a net learns that in "
                    "the place of the movement. Record both in the same way",
                )
    yield from _told_by_people(with_label)
    single = [file for file in labelled if len(file.labels) == 1]
    if len(single) == len(labelled) and not description.is_sleep:
        yield from _told_by_tilt(single)


def _told_by_people(with_label: Mapping[str, Sequence[FileFacts]]) -> Iterator[Finding]:
    """Find labels that nobody has both of; one sentence, however many pairs there are."""
    people = {
        label: {person_key(plain(file.subject)) for file in files}
        for label, files in with_label.items()
    }
    apart = [
        (first, second)
        for first, second in combinations(people, 2)
        if min(len(people[first]), len(people[second])) >= LEAST_PEOPLE
        and not people[first] & people[second]
    ]
    if apart:
        (first, second), more = apart[0], len(apart) - 1
        others = f", and so with {more} other pair{'s' * (more > 1)} of labels" if more else ""
        yield Finding(
            "follows",
            f"nobody has both {first!r} and {second!r}{others}: a net learns the people in the "
            "place of the movement. Record both of the same people",
        )


def _share_a_rate(first_hz: Sequence[float], second_hz: Sequence[float]) -> bool:
    """Return whether two sorted lists have a rate in common, as far as clocks differ."""
    for rate_hz in first_hz:
        at = bisect(second_hz, rate_hz)
        if any(same_rate(rate_hz, other_hz) for other_hz in second_hz[max(0, at - 1) : at + 1]):
            return True
    return False


def _places(files: Sequence[FileFacts], label: str) -> set[str]:
    return {part.placement for file in files for part in file.parts if label in part.seconds}


def _told_by_tilt(files: Sequence[FileFacts]) -> Iterator[Finding]:
    """Find labels that gravity's direction tells apart, where each file holds one label."""
    ups: dict[str, list[Vector]] = defaultdict(list)
    for file in files:
        ups[file.labels[0]].append(file.up)
    if len(ups) < 2 or min(map(len, ups.values())) < LEAST_FILES:
        return
    mean = {label: _unit(np.mean(group, axis=0)) for label, group in ups.items()}
    spread_deg = {
        label: max(_angle_deg(mean[label], up) for up in group) for label, group in ups.items()
    }
    if all(
        _angle_deg(mean[a], mean[b]) > max(APART_DEG, spread_deg[a] + spread_deg[b])
        for a, b in combinations(ups, 2)
    ):
        yield Finding(
            "follows",
            "each file holds one label, and the sensor's tilt alone tells the labels apart. That "
            "is right of postures. Of activities it means that the sensor sat otherwise for each: "
            "record several in one go",
        )


def _unit(vector: Vector) -> Vector:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9))


def _angle_deg(a: Vector, b: Vector) -> float:
    return float(np.degrees(np.arccos(np.clip(a @ b, -1, 1))))
