"""The name that pip installs edgekit by, and the lines that tell people what to install.

The distribution is not called edgekit because another product has that name in the package index.
The module and the command are.
"""

NAME = "edgekit-wearable"


def install_line(extra: str) -> str:
    """Return the command that adds an extra's packages to this installation.

    It also works where edgekit was installed from a wheel or from git: pip keeps the version that
    is there and adds what the extra names.
    """
    return f"pip install '{NAME}[{extra}]'"
