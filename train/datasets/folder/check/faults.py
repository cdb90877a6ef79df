"""Find what ruins training, in the facts of a data set's files: a sentence each, and its remedy."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from edgekit.dataset_folder.description import NOWHERE, Description, plain
from edgekit.gravity import wrong_gravity
from edgekit.spec import RECORD_LOGITS_MOST, RECORD_TEXT_BYTES
from edgekit.text import counted, duration

from .alike import alike, is_slip, person_key
from .facts import FileFacts
from .finding import Finding, some
from .follows import followed_labels

LEAST_PEOPLE = 3  # one each to train on, to choose the epoch by, and to judge by
FEW_WINDOWS = 20  # of a class
LEAST_WINDOWS = 10  # of a set, to be divided at all
IMBALANCE = 10  # times the windows of the rarest class
SLOW = 0.9  # of the set's rate; below it the fastest movement is missing
MOST_HOLDERS = 4  # files that are compared by one fingerprint
COPIED_SPANS = 3  # fingerprints that two files share, where chance gives none
MUCH_UNLABELLED = 0.5  # of the recorded time


def findings(description: Description, files: Sequence[FileFacts]) -> list[Finding]:
    """Return all that is wrong, what is fatal first."""
    found = [
        finding
        for look in (
            _labels,
            _placements,
            _amount,
            _people,
            _spellings,
            _copies,
            _alone,
            followed_labels,
            _gravity,
            _stuck,
            _doubtful,
            _rates,
            _balance,
            _unlabelled,
            _wearable,
        )
        for finding in look(description, files)
    ]
    return sorted(found, key=lambda finding: not finding.is_fatal)


def _labels(description: Description, files: Sequence[FileFacts]) -> Iterator[Finding]:
    unlisted: dict[str, list[str]] = defaultdict(list)
    for file in files:
        for label in file.labels:
            if label not in description.postures:
                unlisted[label].append(file.name)
    for label, names in unlisted.items():
        near = next((name for name in description.postures if is_slip(label, name)), None)
        hint = f" (meant: {near}?)" if near else ""
        yield Finding(
            "labels",
            f"the label {label!r}{hint} of {some(names)} is not in postures of dataset.toml: add "
            "it there, or correct it in the recordings",
            is_fatal=True,
        )
    for label in description.postures:
        if not any(file.seconds(label) for file in files):
            yield Finding(
                "labels", f"no recording is labelled {label!r}: take it from dataset.toml"
            )


def _placements(description: Description, files: Sequence[FileFacts]) -> Iterator[Finding]:
    unlisted: dict[str, list[str]] = defaultdict(list)
    for file in files:
        for part in file.parts:
            if part.placement not in description.placements and any(
                label for label in part.seconds
            ):
                unlisted[part.placement].append(file.name)
    for placement, names in unlisted.items():
        text = f"the placement {placement!r} of {some(names)} is not in dataset.toml: add it there"
        if placement in NOWHERE:
            text = f"where the sensor was worn is unknown in {some(names)}: import with --placement"
        yield Finding("placement", text, is_fatal=True)
    for placement in description.placements:
        if not any(part.placement == placement for file in files for part in file.parts):
            yield Finding(
                "placement", f"no recording was worn at {placement!r}: take it from dataset.toml"
            )


def _amount(description: Description, files: Sequence[FileFacts]) -> Iterator[Finding]:
    windows = sum(_windows(files).values())
    if len(description.postures) == len(description.placements) == 1:
        yield Finding(
            "balance", "one label and one placement: a net has nothing to tell apart", is_fatal=True
        )
    if windows < LEAST_WINDOWS:
        yield Finding(
            "balance",
            f"{windows} labelled windows: at least {LEAST_WINDOWS} are needed. Label recordings "
            "with: edgekit label FILE",
            is_fatal=True,
        )
    short = [file.name for file in files if file.labels and not _windows([file])]
    if short:
        yield Finding(
            "balance",
            f"{some(short)}: too short for a window of "
            f"{description.spec.window_s:g} s, so left out",
        )


def _people(description: Description, files: Sequence[FileFacts]) -> Iterator[Finding]:
    people = _once(plain(file.subject) for file in files if file.labels)
    if len(people) < LEAST_PEOPLE:
        count = "one subject" if len(people) == 1 else f"{len(people)} subjects"
        yield Finding(
            "people",
            f"{count}: at least {LEAST_PEOPLE} are needed to judge on people that a net never saw. "
            "--split random-window trains all the same, and its figure holds for these people "
            "alone",
        )
    nameless = [file.name for file in files if not plain(file.subject)]
    if nameless:
        yield Finding(
            "people", f"who wore the sensor is unknown in {some(nameless)}: import with --subject"
        )


def _spellings(description: Description, files: Sequence[FileFacts]) -> Iterator[Finding]:
    subjects = _once(file.subject for file in files)
    for same in alike(subjects, person_key):
        yield Finding(
            "spelling",
            f"the subject is spelt {_quoted(same)}: one person on both sides of a split makes its "
            "figure worthless. Import again with --subject",
        )
    for what, names in (("labels", description.postures), ("placements", description.placements)):
        for first, second in combinations(names, 2):
            if is_slip(first, second):
                yield Finding(
                    "spelling",
                    f"the {what} {first!r} and {second!r} may be one: import again with one "
                    "spelling, or correct the tables of labels",
                )


def _copies(description: Description, files: Sequence[FileFacts]) -> Iterator[Finding]:
    holders: dict[int, list[int]] = defaultdict(list)
    for index, file in enumerate(files):
        for fingerprint in file.fingerprints:
            holders[fingerprint].append(index)
    shared = Counter(
        pair for held_by in holders.values() for pair in combinations(held_by[:MOST_HOLDERS], 2)
    )
    for (first, second), spans in sorted(shared.items()):
        a, b = files[first], files[second]
        if spans < COPIED_SPANS:
            continue
        least = min(len(a.fingerprints), len(b.fingerprints))
        whole = "the same samples" if spans > 0.9 * least else "some of the same samples"
        people = f", of {a.subject!r} and {b.subject!r}" if a.subject != b.subject else ""
        is_refused = people != "" and a.samples_digest == b.samples_digest
        yield Finding(
            "copy", f"{a.name} and {b.name} hold {whole}{people}: remove one", is_fatal=is_refused
        )


def _alone(description: Description, files: Sequence[FileFacts]) -> Iterator[Finding]:
    people = _once(person_key(file.subject) for file in files if file.labels)
    if len(people) < 2:
        return
    for what, names, holds in (
        ("class", description.postures, lambda file, name: file.seconds(name) > 0),
        (
            "placement",
            description.placements,
            lambda file, name: any(part.placement == name for part in file.parts),
        ),
    ):
        for name in names:
            who = _once(person_key(file.subject) for file in files if holds(file, name))
            if len(who) == 1:
                subject = next(f.subject for f in files if person_key(f.subject) == who[0])
                yield Finding(
                    "alone",
                    f"{subject!r} alone has the {what} {name!r}: a net learns the person for it, "
                    "and nobody is left to judge. Record it of others too",
                )


def _gravity(description: Description, files: Sequence[FileFacts]) -> Iterator[Finding]:
    for file in files:
        if not file.rest.is_one_g:
            text = f"{file.name}: {wrong_gravity(file.rest.length)}. Import it again with --unit"
            yield Finding("gravity", text)


def _stuck(description: Description, files: Sequence[FileFacts]) -> Iterator[Finding]:
    for file in files:
        for seconds, what in (
            (file.zero_s, "are zero on all axes"),
            (file.stuck_s, "repeat one value"),
        ):
            if seconds > max(0.5, 0.001 * file.duration_s):
                yield Finding(
                    "stuck",
                    f"{file.name}: {duration(seconds)} of {duration(file.duration_s)} {what}: the "
                    "sensor had stopped. Remove that stretch, or leave it unlabelled",
                )


def _doubtful(description: Description, files: Sequence[FileFacts]) -> Iterator[Finding]:
    for file in files:
        for doubt in file.doubts:
            yield Finding("doubt", f"{file.name}: {doubt}")


def _rates(description: Description, files: Sequence[FileFacts]) -> Iterator[Finding]:
    slow = [file for file in files if file.rate_hz < SLOW * description.rate_hz]
    if slow:
        lowest_hz = min(file.rate_hz for file in slow)
        yield Finding(
            "rate",
            f"{some([file.name for file in slow])}: {lowest_hz:g} Hz, and the set has "
            f"{description.rate_hz:g} Hz: fast movement is missing there. Set rate_hz in "
            "dataset.toml to theirs, or remove them",
        )


def _balance(description: Description, files: Sequence[FileFacts]) -> Iterator[Finding]:
    windows = _windows(files)
    for label in description.postures:
        labelled_s = sum(file.seconds(label) for file in files)
        if labelled_s > 0 and not windows[label]:
            yield Finding(
                "balance",
                f"{label!r} has {duration(labelled_s)} and not one window: none of "
                f"{description.spec.window_s:.3g} s is mostly it. Label longer stretches, raise "
                "rate_hz for shorter windows, or take it out",
            )
    counts = {label: windows[label] for label in description.postures if windows[label]}
    if len(counts) < 2:
        return
    most = max(counts, key=lambda label: counts[label])
    for label, count in counts.items():
        if count < FEW_WINDOWS:
            yield Finding(
                "balance",
                f"{label!r} has {counted(count, 'window')}: at least {FEW_WINDOWS} are "
                "needed to learn it. Record more, or take it out",
            )
        elif count * IMBALANCE < counts[most]:
            yield Finding(
                "balance",
                f"{label!r} has {count:,} windows, {most!r} {counts[most]:,}: a net may never "
                "answer the rare one. Record more of it",
            )


def _unlabelled(description: Description, files: Sequence[FileFacts]) -> Iterator[Finding]:
    bare = [file.name for file in files if not file.labels]
    if bare:
        yield Finding(
            "unlabelled", f"{some(bare)}: no label, so not used. Label with: edgekit label FILE"
        )
    total_s = sum(file.duration_s for file in files if file.labels)
    nothing_s = sum(file.seconds("") for file in files if file.labels)
    if nothing_s > MUCH_UNLABELLED * total_s:
        yield Finding(
            "unlabelled",
            f"{duration(nothing_s)} of {duration(total_s)} in labelled files are unlabelled",
        )


def _wearable(description: Description, files: Sequence[FileFacts]) -> Iterator[Finding]:
    names = (*description.postures, *description.placements)
    for name in names:
        if len(name.encode()) > RECORD_TEXT_BYTES:
            yield Finding(
                "wearable",
                f"{name!r} is longer than {RECORD_TEXT_BYTES} bytes: a microcontroller's firmware "
                "refuses it, a Raspberry Pi does not",
            )
    if len(names) > RECORD_LOGITS_MOST:
        yield Finding(
            "wearable",
            f"{len(names)} labels and placements: a microcontroller's firmware takes "
            f"{RECORD_LOGITS_MOST}, a Raspberry Pi any number",
        )


def _windows(files: Iterable[FileFacts]) -> Counter[str]:
    return sum((Counter(part.windows) for file in files for part in file.parts), Counter())


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names[:-1])) + f" and {names[-1]!r}"
