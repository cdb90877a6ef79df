"""Doubt a night whose sensor was not calibrated."""

from edgekit.doubt import Doubt, DoubtKind
from edgekit.spec import Spec


def not_calibrated(spec: Spec, cure: str = "") -> tuple[Doubt, ...]:
    """Return the doubt of a sensor whose axes are assumed to be the body's; none of activities.

    `cure`: what to do about it, where something can be done.
    """
    if not spec.has_body_axes:
        return ()
    text = "not calibrated: assuming x points to the left, y to the head, z out of the chest"
    return (Doubt(DoubtKind.NOT_CALIBRATED, f"{text}. {cure}".removesuffix(". ")),)
