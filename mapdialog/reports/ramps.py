"""The colours of maps in files: five steps from straw to blue for districts, a ramp for heat; both hold in grey."""

import numpy as np
import numpy.typing as npt

from mapdialog.geo.classes import Classes

# Evenly darker; apart also for readers who see no red or green. The lightest is yellow, so that it is no sea.
STEPS = ("#deebb7", "#a3d3b4", "#57aab5", "#2b7594", "#07435a")
NONE = "#ffffff"
UNKNOWN = "#e3e3df"
# Magma from pale to dark: even in lightness, and few → many also in black and white.
_HEAT = ("#fcfdbf", "#fec488", "#fb8861", "#e3506b", "#b5367a", "#812581", "#4f127b", "#231151")


def class_colors(classes: Classes) -> list[str]:
    """The colour of each class, from the light to the dark end however few classes there are."""
    count = len(classes.upper)
    if count <= 1:
        return [STEPS[2]] * count
    return [STEPS[round(index * (len(STEPS) - 1) / (count - 1))] for index in range(count)]


def color_of(classes: Classes, value: float | None) -> str:
    """The fill of a value: its class's colour, white for none at all, grey where there is no value."""
    index = classes.index(value)
    if index is None:
        return UNKNOWN
    return NONE if index < 0 else class_colors(classes)[index]


def heat_stops() -> tuple[str, ...]:
    """The ramp's colours from few to many, for legends."""
    return _HEAT


def heat_rgba(share: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    """Shares 0–1 of the densest place as RGBA, shape (rows, columns, 4); what is next to nothing is see-through."""
    stops = np.array([[int(color[at : at + 2], 16) for at in (1, 3, 5)] for color in _HEAT], dtype=float)
    # The eye compares steps, not sums: by the root, a place with a quarter of the most is still halfway up the ramp.
    place = np.sqrt(np.clip(share, 0, 1))
    along = place * (len(stops) - 1)
    channels = [np.interp(along, np.arange(len(stops)), stops[:, channel]) for channel in range(3)]
    opacity = np.clip((place - 0.06) / 0.22, 0, 1) * 205
    return np.dstack([*channels, opacity]).round().astype(np.uint8)
