"""How fast a replay or a simulation passes, as times real time."""

from .errors import UsageError

SLOWEST = 0.01  # below it a command only waits: a night of 8 h would take a month


def checked_speed(speed: float, of: str) -> float:
    """Return a speed that is SLOWEST or more; infinity is as fast as it goes.

    Raises UsageError, which names what the speed is `of`.
    """
    if not speed >= SLOWEST:
        raise UsageError(f"the speed of {of} is {SLOWEST} or more (1 is real time), not {speed}")
    return speed
