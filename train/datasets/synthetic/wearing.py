"""Draw how a sensor is worn: its turn on the skin, about the axis that points out of the body."""

from typing import Literal, get_args

import numpy as np

from edgekit.names import pick
from edgekit.spec import SLEEP

Wearing = Literal["straight", "turned", "upside down", "anyhow"]

MOST_TURN_DEG = 30.0
UPSIDE_DOWN_SHARE = 0.1  # of the sensors worn "anyhow"


def draw_turns_deg(wearing: Wearing, rng: np.random.Generator) -> dict[str, float]:
    """Draw the turn about z of each placement's sensor, in degrees.


    The draws do not depend on `wearing`: the same person turned or worn anyhow has the same angle.
    Raises UsageError for another wearing.
    """
    pick("wearing", wearing, get_args(Wearing))
    places = SLEEP.placements
    slanted = dict(
        zip(places, rng.uniform(-MOST_TURN_DEG, MOST_TURN_DEG, len(places)), strict=True)
    )
    reversed_at = dict(zip(places, rng.random(len(places)) < UPSIDE_DOWN_SHARE, strict=True))
    return {
        place: {
            "straight": 0.0,
            "turned": slanted[place],
            "upside down": 180.0,
            "anyhow": slanted[place] + 180.0 * reversed_at[place],
        }[wearing]
        for place in places
    }
