"""Samples that every installation holds: a trained bundle, and ten minutes of a night.

Both are simulated: no person was recorded. `python -m edgekit.samples` made them (make.py).
"""

from pathlib import Path

BUNDLE_NAME = "sleep-micro"
NIGHT_NAME = "simulated-night.npz"
_FOLDER = Path(__file__).parent


def bundle() -> Path:
    """Return the folder of the shipped sleep bundle, trained on simulated people."""
    return _FOLDER / BUNDLE_NAME


def night() -> Path:
    """Return the shipped Recording: ten minutes of a simulated night, in UTC, labelled."""
    return _FOLDER / NIGHT_NAME
