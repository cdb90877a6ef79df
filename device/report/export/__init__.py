"""Export a Night to files that other programs read."""

from edgekit.errors import EdgekitError


class NotEdfError(EdgekitError):
    """This night cannot be written as EDF+, whatever the disk and the options: says why."""
