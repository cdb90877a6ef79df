"""edgekit_bundle.h: the bundle's facts for the C beside the model; written by every build."""

import json
import math
from dataclasses import dataclass

from edgekit import __version__
from edgekit.bundle import Bundle
from edgekit.mounting import Mounting
from edgekit.smoothing import smoothing_of
from edgekit.spec import PLACEMENT_DWELL_S, PLACEMENT_LEAST
from edgekit.therapy_policy import ALARM_MODES, check_alarm

STAYS = 32  # bits of a time in milliseconds


@dataclass(frozen=True)
class BuiltSettings:
    """What an image is built with, and takes over at its first start; None: nothing."""

    mounting: Mounting | None = None
    alarm: str | None = None  # of ALARM_MODES


NO_SETTINGS = BuiltSettings()


def bundle_header(bundle: Bundle, *, low_power: bool, settings: BuiltSettings = NO_SETTINGS) -> str:
    """Return the C text.

    Raises EdgekitError where the bundle's smoothing is damaged, UsageError for an alarm by a bundle
    without the body's axes.
    """
    if settings.alarm is not None:
        check_alarm(bundle.spec, settings.alarm)
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
#define EDGEKIT_BODY_AXES        {int(bundle.spec.has_body_axes)} /* samples can be in them */

/* Smoothing: [n] is exp(-2^n ms / dwell) in 1/2^32; past the last it is nothing. */
{_smoothing("POSTURE", posture.posture_dwell_s, posture.posture_least)}
{_smoothing("PLACEMENT", PLACEMENT_DWELL_S, PLACEMENT_LEAST)}

/* Settings that the image takes over at its first start. */
{_settings(settings)}

#endif
"""


def _smoothing(head: str, dwell_s: float, least: float) -> str:
    stay = [round(math.exp(-(2**n) / 1000 / dwell_s) * 2**32) for n in range(STAYS)]
    return f"""\
#define EDGEKIT_{head}_STAY {", ".join(f"{part}u" for part in stay if part)}
#define EDGEKIT_{head}_LEAST {round(least * 2**16)}u /* of 65536 */"""


def _settings(settings: BuiltSettings) -> str:
    mounting = settings.mounting or Mounting.IDENTITY
    matrix = ", ".join(_braced(row) for row in mounting.matrix)
    return f"""\
#define EDGEKIT_BUILT_MOUNTING   {int(settings.mounting is not None)}
#define EDGEKIT_BUILT_MATRIX     {{{matrix}}}
#define EDGEKIT_BUILT_OFFSET     {_braced(mounting.offset)}
#define EDGEKIT_BUILT_ALARM      {int(settings.alarm is not None)}
#define EDGEKIT_BUILT_ALARM_MODE {ALARM_MODES.index(settings.alarm or "off")}"""


def _braced(values: tuple[int, ...]) -> str:
    return f"{{{', '.join(map(str, values))}}}"
