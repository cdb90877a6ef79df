"""Colours: one hue per direction of the circle, so that neighbouring postures look like neighbours.

Anchors are OKLCH (Ottosson 2020). Lightness differs between the four groups as well as hue, so that
they stay apart for colour-blind eyes (a test simulates them) and on a grey printer.
"""

import math
from dataclasses import dataclass

import numpy as np

from edgekit.spec import Spec

from .labels import class_angles_deg


@dataclass(frozen=True)
class Colour:
    """sRGB as #rrggbb, on a light page and on a dark one."""

    light: str
    dark: str


# Torso angle, lightness, chroma, hue: right rose, supine amber, left teal, prone indigo.
_ANCHORS = np.array(
    [
        (0.0, 0.58, 0.155, 5.0),
        (90.0, 0.78, 0.140, 70.0),
        (180.0, 0.72, 0.100, 190.0),
        (270.0, 0.42, 0.130, 280.0),
        (360.0, 0.58, 0.155, 365.0),
    ]
)


def class_colours(spec: Spec) -> tuple[Colour, ...]:
    """Return a colour per class of the spec: by angle for postures, round the hues otherwise."""
    angles = class_angles_deg(spec)
    if not np.isnan(angles).any():
        return tuple(at_angle(float(angle)) for angle in angles)
    count = len(spec.postures)
    return tuple(
        _both(0.74 if index % 2 else 0.56, 0.115, 40.0 + 360.0 * index / count)
        for index in range(count)
    )


def at_angle(angle_deg: float) -> Colour:
    """Return the colour of a torso angle in degrees; continuous round the circle."""
    lightness, chroma, hue = (
        float(np.interp(angle_deg % 360.0, _ANCHORS[:, 0], column)) for column in _ANCHORS[:, 1:].T
    )
    return _both(lightness, chroma, hue)


def _both(lightness: float, chroma: float, hue_deg: float) -> Colour:
    on_dark = 0.58 + 0.75 * (lightness - 0.42)  # dark indigo is invisible on a dark page
    return Colour(_hex(lightness, chroma, hue_deg), _hex(on_dark, 0.9 * chroma, hue_deg))


def _hex(lightness: float, chroma: float, hue_deg: float) -> str:
    """OKLCH to #rrggbb (B. Ottosson, "A perceptual color space for image processing", 2020)."""
    a = chroma * math.cos(math.radians(hue_deg))
    b = chroma * math.sin(math.radians(hue_deg))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return "#" + "".join(f"{round(255 * _gamma(channel)):02x}" for channel in linear)


def _gamma(linear: float) -> float:
    clipped = min(max(linear, 0.0), 1.0)
    return 12.92 * clipped if clipped <= 0.0031308 else 1.055 * clipped ** (1 / 2.4) - 0.055
