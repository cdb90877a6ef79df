"""The errors a user may meet: each says what was given, what was needed, and what to do next."""


class EdgekitError(Exception):
    """Something in the world is not as it must be: one clear message, exit code 1."""

    exit_code = 1


class UsageError(EdgekitError):
    """The command was given something it cannot use (a wrong path, name or option): exit code 2."""

    exit_code = 2
