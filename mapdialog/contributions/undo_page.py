"""What the page says when a decision has been taken back, and how it names the decision."""

import uuid

from flask import flash
from flask_babel import gettext as _
from flask_babel import ngettext

from mapdialog.contributions.models import Contribution, State
from mapdialog.contributions.undoing import UNKNOWN, Undone
from mapdialog.core.errors import NotFound


def decision_in(given: str) -> uuid.UUID:
    """The decision's number; NotFound when it is none."""
    try:
        return uuid.UUID(given)
    except ValueError:
        raise NotFound(UNKNOWN) from None


def tell(undone: Undone, letters_gone: int) -> None:
    """Say how it is now, what was left alone, and whether authors have already been written to."""
    if len(undone.done) == 1 and not undone.left:
        flash(_how_it_is(undone.done[0]), "success")
    else:
        done, left = len(undone.done), undone.left
        flash(ngettext("%(num)s synpunkt är som före beslutet.", "%(num)s synpunkter är som före beslutet.", done))
        if left:
            flash(
                ngettext(
                    "%(num)s har ändrats sedan dess och är som den var.",
                    "%(num)s har ändrats sedan dess och är som de var.",
                    left,
                ),
                "warn",
            )
    if letters_gone:
        flash(
            ngettext(
                "Brevet till författaren hade redan gått.",
                "%(num)s brev till författare hade redan gått.",
                letters_gone,
            ),
            "warn",
        )


def _how_it_is(one: Contribution) -> str:
    if one.state == State.PENDING:
        return _("Ångrat: %(receipt)s väntar på granskning igen.", receipt=one.receipt)
    if one.state == State.HIDDEN:
        return _("Ångrat: %(receipt)s är dold igen.", receipt=one.receipt)
    return _("Ångrat: %(receipt)s är publicerad igen.", receipt=one.receipt)
