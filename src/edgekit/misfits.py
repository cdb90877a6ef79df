"""Find where what is known of a recording does not fit the model: its labels and its placement."""

from collections.abc import Iterable, Mapping

from edgekit.doubt import Doubt, DoubtKind
from edgekit.spec import Spec
from edgekit.text import duration

NAMES_SHOWN = 3
NOT_STATED = ("", "unknown")  # a placement that says nothing


def misfits(
    spec: Spec, labelled_s: Mapping[str, float], placements: Iterable[str]
) -> tuple[Doubt, ...]:
    """Return the doubts about labels (seconds of each) and placements that the model lacks."""
    unknown = {name: s for name, s in labelled_s.items() if s > 0 and name not in spec.postures}
    known_places = {name.casefold() for name in spec.placements}
    elsewhere = [
        name
        for name in dict.fromkeys(placements)
        if name not in NOT_STATED and name.casefold() not in known_places
    ]
    has_labels = any(labelled_s.values())
    if has_labels and len(unknown) == sum(s > 0 for s in labelled_s.values()):
        where = f" and worn at the {_some(elsewhere)}" if elsewhere else ""
        text = (
            f"the recording is labelled {_some(unknown)}{where}; the model knows "
            f"{_some(spec.postures)}, worn at the {_some(spec.placements)}. Choose a model for "
            "such recordings with --bundle"
        )
        return (Doubt(DoubtKind.DOMAIN, text),)
    found = []
    if unknown:
        lost = f"{_some(unknown)}, {duration(sum(unknown.values()))} in all"
        text = f"labels that the model does not have count for nothing: {lost}"
        found.append(Doubt(DoubtKind.LABELS, text))
    if elsewhere:
        text = f"worn at the {_some(elsewhere)}; the model learned the {_some(spec.placements)}"
        found.append(Doubt(DoubtKind.PLACEMENT, text))
    return tuple(found)


def _some(names: Iterable[str]) -> str:
    """Return the first names, and how many more there are."""
    listed = list(names)
    more = len(listed) - NAMES_SHOWN
    if more > 1:
        return f"{', '.join(listed[:NAMES_SHOWN])} and {more} more"
    return " or ".join([", ".join(listed[:-1]), listed[-1]] if len(listed) > 1 else listed)
