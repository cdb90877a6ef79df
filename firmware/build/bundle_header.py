"""edgekit_bundle.h: the bundle's facts for the C beside the model; written by every build."""

import json
import math

from edgekit import __version__
from edgekit.bundle import Bundle
from edgekit.smoothing import smoothing_of
from edgekit.spec import PLACEMENT_DWELL_S, PLACEMENT_LEAST

STAYS = 32  # bits of a time in milliseconds


def bundle_header(bundle: Bundle, *, low_power: bool) -> str:
    """Return the C text; raises EdgekitError where the bundle's smoothing is damaged."""
    # A folder may be named anything: neither an escape nor a trigraph may come of it.
    name = "".join(c if c.isascii() and c.isprintable() else "?" for c in bundle.name)
    posture = smoothing_of(bundle)
    return f"""\
/* Made by edgekit for one bundle. Do not edit. */
#ifndef EDGEKIT_BUNDLE_H
#define EDGEKIT_BUNDLE_H

#define EDGEKIT_BUNDLE_NAME      {json.dumps(name).replace("?", chr(92) + "?")}
#define EDGEKIT_BUNDLE_DIGEST    "{bundle.digest}"
#define EDGEKIT_FIRMWARE_VERSION "{__version__}"
#define EDGEKIT_LOW_POWER        {int(low_power)}

/* Smoothing: [n] is exp(-2^n ms / dwell) in 1/2^32; past the last it is nothing. */
{_smoothing("POSTURE", posture.posture_dwell_s, posture.posture_least)}
{_smoothing("PLACEMENT", PLACEMENT_DWELL_S, PLACEMENT_LEAST)}

#endif
"""


def _smoothing(head: str, dwell_s: float, least: float) -> str:
    stay = [round(math.exp(-(2**n) / 1000 / dwell_s) * 2**32) for n in range(STAYS)]
    return f"""\
#define EDGEKIT_{head}_STAY {", ".join(f"{part}u" for part in stay if part)}
#define EDGEKIT_{head}_LEAST {round(least * 2**16)}u /* of 65536 */"""
