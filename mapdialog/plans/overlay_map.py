"""What a browser needs to draw a plan's overlays: our own addresses only."""

from collections.abc import Callable
from typing import Any

from mapdialog.plans import overlays, picture_warp
from mapdialog.plans.models import Plan


def for_map(plan: Plan, address: Callable[..., str]) -> list[dict[str, Any]]:
    """The overlays in the order they are laid: `kind` image, vector or tiles, `url`, `title`, `opacity`.

    A picture has `bounds` [w, s, e, n] in degrees. `address(kind, key)` gives where each is fetched; for tiles with
    {z}, {x} and {y} in it.
    """
    found = []
    for one in plan.overlays:
        kind = "tiles" if one.kind == "wms" else one.kind
        made: dict[str, Any] = {"key": one.key, "kind": kind, "title": one.title, "opacity": one.opacity}
        made["url"] = address(kind, one.key)
        if one.kind == "image":
            bounds = picture_warp.bounds_of(overlays.corners_of(one))
            made["bounds"] = [round(edge, 7) for edge in bounds]
        found.append(made)
    return found
