"""The name that pip installs edgekit by, and the lines that tell people what to install.

The distribution is not called edgekit because another product has that name in the package index.
The module and the command are.
"""

from edgekit import __version__

NAME = "edgekit-wearable"
# What a release holds, and `make wheel` builds; until the index has NAME, pip is given this file.
WHEEL = f"{NAME.replace('-', '_')}-{__version__}-py3-none-any.whl"


def install_line(extra: str) -> str:
    """Return the command that adds an extra's packages to this installation.

    It also works where edgekit was installed from a wheel or from git: pip keeps the version that
    is there and adds what the extra names.
    """
    return f"pip install '{NAME}[{extra}]'"


def wheel_line(extra: str, again: bool = False) -> str:
    """Return the command that installs edgekit with an extra from the wheel beside you."""
    force = "--force-reinstall --no-deps " if again else ""
    return f"pip install {force}'./{WHEEL}[{extra}]'"
