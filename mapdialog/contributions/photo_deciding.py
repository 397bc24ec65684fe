"""What staff decide about one photo, on any page: hidden, shown, blurred, or as it was. Callers commit."""

import math
from collections.abc import Mapping

from sqlalchemy.orm import Session

from mapdialog.contributions import blurring
from mapdialog.contributions.models import Contribution
from mapdialog.core.errors import Invalid, NotFound
from mapdialog.core.files import FileStore
from mapdialog.core.text import N_

SPOT = 0.08  # half the side of the square that one press blurs, as a part of the width
DONE = {
    "hide": N_("Fotot är dolt."),
    "show": N_("Fotot visas."),
    "blur": N_("Fotot är suddat. Originalet finns kvar."),
    "unblur": N_("Suddningen är borta."),
}


def decide(
    session: Session,
    store: FileStore,
    contribution: Contribution,
    *,
    key: str,
    decision: str,
    form: Mapping[str, str],
    version: int | None,
    actor_id: int | None,
) -> str:
    """Do one of DONE with the contribution's photo of that key, and return its words; `form` says where to blur.

    Raises NotFound, Invalid (`box`), Conflict.
    """
    photo = next((one for one in contribution.photos if one.key == key), None)
    if photo is None:
        raise NotFound(N_("Fotot finns inte."))
    if decision == "blur":
        blurring.blur(session, store, contribution, photo, box_in(form), version=version, actor_id=actor_id)
    elif decision == "unblur":
        blurring.unblur(session, store, contribution, photo, version=version, actor_id=actor_id)
    else:
        blurring.set_hidden(session, contribution, photo, decision == "hide", version=version, actor_id=actor_id)
    return DONE[decision]


def box_in(form: Mapping[str, str]) -> tuple[float, float, float, float]:
    """The rectangle to blur, as parts of the photo: four numbers from a drag, or a square around where it was pressed.

    An image button without JavaScript sends the pixel as spot.x and spot.y. Raises Invalid at `box`.
    """
    drawn = _numbers(form, "left", "top", "right", "bottom")
    if drawn:
        return drawn[0], drawn[1], drawn[2], drawn[3]
    pressed = _numbers(form, "spot.x", "spot.y", "shown_width", "shown_height")
    if not pressed or pressed[2] <= 0 or pressed[3] <= 0:
        raise Invalid(N_("Markera en ruta i fotot som ska suddas."), field="box")
    x, y, width, height = pressed
    across, down = SPOT, SPOT * width / height
    return x / width - across, y / height - down, x / width + across, y / height + down


def _numbers(form: Mapping[str, str], *names: str) -> list[float]:
    """The named numbers, or nothing when one is missing."""
    try:
        found = [float(form.get(name, "")) for name in names]
    except ValueError:
        return []
    return found if all(math.isfinite(one) for one in found) else []
