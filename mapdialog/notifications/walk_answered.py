"""A mail to who leads a walk when somebody responsible has answered about an action."""

from sqlalchemy.orm import Session

from mapdialog.config import Config
from mapdialog.core.text import clean_line
from mapdialog.core.wording import translator
from mapdialog.notifications.actions import queue
from mapdialog.notifications.letters import Letter
from mapdialog.notifications.models import OutgoingMail
from mapdialog.notifications.walk_acute import find_leaders
from mapdialog.walks.asking_models import WalkActionAnswer, WalkActionLetter
from mapdialog.walks.following_up import STATUSES


def tell_leaders(
    session: Session, letter: WalkActionLetter, given: WalkActionAnswer, config: Config
) -> list[OutgoingMail]:
    """Who answers what, and where to confirm it; to the municipality's own address where the walk has none."""
    _ = translator(config.languages[0])
    action, party = letter.action, letter.party.name
    said = [
        _("Åtgärd: %(title)s", title=action.title),
        _("Vandring: %(title)s", title=action.walk.title),
        _("Svar: %(status)s", status=_(STATUSES[given.status])) if given.status else "",
        _("Dag: %(day)s", day=given.day.isoformat()) if given.day else "",
    ]
    parts = [
        _("%(party)s har svarat om en åtgärd. Svaret gäller först när du har bekräftat det.", party=party),
        "\n".join(line for line in said if line),
        given.comment,
        _("Läs och bekräfta:") + f"\n{config.base_url.rstrip('/')}/staff/actions/{action.id}",
    ]
    subject = clean_line(_("Svar från %(party)s: %(title)s", party=party, title=action.title))
    mail = Letter("walk_answered", subject, "\n\n".join(part for part in parts if part) + "\n")
    recipients = find_leaders(session, action.walk) or [config.contact]
    return [queue(session, recipient, mail) for recipient in recipients if recipient]
