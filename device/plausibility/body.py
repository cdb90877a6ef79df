"""Judge by gravity and movement alone whether epochs can be a lying body's.

Not seen, because gravity alone cannot: axes that are turned about the body's long axis, whose
postures all read as others, and any axes while the sleeper keeps to one posture.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from edgekit.doubt import Doubt, DoubtKind
from edgekit.gravity import TOLERANCE, wrong_gravity
from edgekit.spec import AXES
from edgekit.stretches import true_runs

from .epochs import EPOCH_S, Epochs

# Limits; docs/plausibility.md has how often they are right.
MOVING_G = 0.08  # breath stays below, cycling above
MOST_MOVING = 0.3  # share of the time
MOST_UPRIGHT = 0.5  # share of the time
TILTED = 0.5  # of gravity along an axis: 30 degrees
MOST_HEAD_DOWN = 0.4  # share of the still time with the head 30 degrees below the feet
MORE_ACROSS = 0.25  # of the still time, another axis lies more level than the body's long one
WALKING_G = 0.1
WALK_S = 16.0  # in a row: turning in bed is shorter
LEAST_WALKS_S = 24.0  # in all
CLEARLY = 3  # times as long as along any other axis
ALONG = 0.75  # of gravity along an axis: it stands
LEAST_S = 20.0  # of samples, to judge a recording that has ended
LEAST_LIVE_S = 3600.0  # before a night that goes on is judged: people sit in bed first
LONG_AXIS = 1  # y, to the head
NAMES = ("x", "y", "z")


def unit_doubts(epochs: Epochs) -> Iterator[Doubt]:
    """Yield a doubt where gravity at rest is not 1 g."""
    length_g = np.linalg.norm(epochs.mean_g, axis=1)
    calm = epochs.moved_g <= np.median(epochs.moved_g)
    at_rest_g = float(np.median(length_g[calm]))
    if at_rest_g > 0 and abs(at_rest_g - 1) > TOLERANCE:
        yield Doubt(DoubtKind.UNIT, wrong_gravity(at_rest_g))


def body_doubts(epochs: Epochs) -> Iterator[Doubt]:
    """Yield what cannot be a night of lying; `epochs` are those with the sensor on a body, in g."""
    up = epochs.mean_g / np.maximum(np.linalg.norm(epochs.mean_g, axis=1), 1e-6)[:, None]
    moving = epochs.moved_g > MOVING_G
    is_upright = up[:, LONG_AXIS] > ALONG
    if moving.mean() > MOST_MOVING:
        text = (
            f"this does not look like a night: in motion for {100 * moving.mean():.0f} % of the "
            "time"
        )
        yield Doubt(DoubtKind.NOT_A_NIGHT, text)
    elif is_upright.mean() > MOST_UPRIGHT:
        text = (
            f"this does not look like a night: upright for {100 * is_upright.mean():.0f} % of the "
            "time. If the wearer lay, the sensor's y axis does not point to the head"
        )
        yield Doubt(DoubtKind.NOT_A_NIGHT, text)
    if why := _wrong_axes(up, moving, epochs.moved_g):
        text = (
            f"{why}: the sensor's axes are not the body's (x to the left, y to the head, z out of "
            "the stomach). Put it on the right way round, or run: edgekit calibrate"
        )
        yield Doubt(DoubtKind.AXES, text)


def _wrong_axes(
    up: NDArray[np.float64], moving: NDArray[np.bool_], moved_g: NDArray[np.float64]
) -> str:
    """Return what shows that the axes are not a lying body's; "" where nothing does."""
    walks = _walks(moved_g)
    stands_s = EPOCH_S * np.array(
        [(up[walks] > ALONG).sum(axis=0), (up[walks] < -ALONG).sum(axis=0)]
    )
    head_up_s = float(stands_s[0, LONG_AXIS])
    stands_s[0, LONG_AXIS] = 0.0
    other_s = float(stands_s.max())
    if head_up_s >= LEAST_WALKS_S and head_up_s > CLEARLY * other_s:
        return ""  # walking shows best which axis is long: slopes under a sensor mislead
    if other_s >= LEAST_WALKS_S and other_s > CLEARLY * head_up_s:
        sign, axis = np.unravel_index(int(stands_s.argmax()), stands_s.shape)
        return f"while the wearer walks, {NAMES[axis]} points {'down' if sign else 'up'}"
    still = up[~moving]
    if not len(still) or (up[:, LONG_AXIS] > ALONG).mean() > MOST_UPRIGHT:
        return ""  # of somebody who sits, stillness shows nothing
    head_down = (still[:, LONG_AXIS] < -TILTED).mean()
    if head_down > MOST_HEAD_DOWN:
        return f"for {100 * head_down:.0f} % of the still time the head would lie below the feet"
    level = [(np.abs(still[:, axis]) < TILTED).mean() for axis in range(AXES)]
    most_level = int(np.argmax(level))
    if level[most_level] - level[LONG_AXIS] > MORE_ACROSS:
        return (
            f"{NAMES[most_level]} lies level in all postures, as the body's long axis does, not y"
        )
    return ""


def _walks(moved_g: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Mark the epochs (n,) in which somebody moves without a pause, as in walking."""
    begin, end = true_runs(moved_g > WALKING_G)
    marked = np.zeros(len(moved_g), np.bool_)
    for first, last in zip(begin, end, strict=True):
        if (last - first) * EPOCH_S >= WALK_S:
            marked[first:last] = True
    return marked
