"""Writes the mails to send, as rows in the same transaction as what they tell about."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from mapdialog.config import Config
from mapdialog.contributions.models import Contribution
from mapdialog.contributions.published_rules import find_rule
from mapdialog.contributions.submission import edit_token
from mapdialog.core import clock
from mapdialog.core.errors import TooMany
from mapdialog.core.text import N_
from mapdialog.dialogues.models import Dialogue
from mapdialog.notifications import letters
from mapdialog.notifications.letters import About, Letter
from mapdialog.notifications.models import OutgoingMail

MOST_LINKS_A_DAY = 5
TIME_TO_UNDO = timedelta(minutes=2)  # so long a letter about a decision waits, in case it is undone


def queue(session: Session, recipient: str, letter: Letter) -> OutgoingMail:
    """A mail that the worker sends once the transaction is committed."""
    mail = OutgoingMail(purpose=letter.purpose, recipient=recipient, subject=letter.subject, body_text=letter.body)
    session.add(mail)
    return mail


def send_personal_link(session: Session, contribution: Contribution, config: Config) -> None:
    """Mail the author the personal link again; TooMany after five in a day. Does nothing without an address."""
    if not contribution.contact_email:
        return
    yesterday = clock.now() - timedelta(days=1)
    sent = session.scalar(
        select(func.count())
        .select_from(OutgoingMail)
        .where(
            OutgoingMail.purpose == "link",
            OutgoingMail.recipient == contribution.contact_email,
            OutgoingMail.created_at > yesterday,
        )
    )
    if (sent or 0) >= MOST_LINKS_A_DAY:
        raise TooMany(N_("Länken har redan skickats flera gånger i dag. Titta även i skräpposten."))
    queue(session, contribution.contact_email, letters.link(about(contribution, contribution.dialogue, config)))


def write_author(
    session: Session,
    contribution_id: int,
    config: Config,
    write: Callable[[About], Letter],
    *,
    entry_id: int | None = None,
) -> None:
    """Queue a letter to a contribution's author, if there is an address.

    With the `entry_id` of a decision that can be undone it waits for a while, and falls with the decision.
    """
    contribution = session.get(Contribution, contribution_id)
    if contribution is None or not contribution.contact_email:
        return
    mail = queue(session, contribution.contact_email, write(about(contribution, contribution.dialogue, config)))
    if entry_id is not None:
        mail.entry_id, mail.next_try_at = entry_id, clock.now() + TIME_TO_UNDO


def drop_letters(session: Session, entry_id: int) -> None:
    """Take back what waits to be sent about a decision. What the worker holds just now is on its way and stays."""
    waiting = (
        select(OutgoingMail.id)
        .where(OutgoingMail.entry_id == entry_id, OutgoingMail.sent_at.is_(None), OutgoingMail.failed_at.is_(None))
        .with_for_update(skip_locked=True)
    )
    ids = session.scalars(waiting).all()
    if ids:
        session.execute(delete(OutgoingMail).where(OutgoingMail.id.in_(ids)))


def count_gone(session: Session, entry_ids: Sequence[int]) -> int:
    """How many letters about these decisions had gone, or were on their way, before the decisions were undone."""
    gone = OutgoingMail.entry_id.in_(entry_ids) & OutgoingMail.failed_at.is_(None)
    return session.scalar(select(func.count()).select_from(OutgoingMail).where(gone)) or 0


def about(contribution: Contribution, dialogue: Dialogue, config: Config) -> About:
    """What letters say of a contribution, in its author's language."""
    return describe(
        config,
        contribution.receipt,
        edit_token(config.secret_key, contribution.client_id),
        contribution.language,
        dialogue.title,
    )


def describe(config: Config, receipt: str, token: str, language: str, dialogue_title: str) -> About:
    """The same from its parts. Addresses begin with the configured base, never with what a request claims to be."""
    language = language if language in config.languages else config.languages[0]
    page = f"{config.base_url.rstrip('/')}/c/{receipt}"
    return About(language, config.municipality, config.contact, receipt, dialogue_title, page, f"{page}/edit/{token}")


def answer_by(received_at: datetime, config: Config) -> datetime:
    """The day by which the municipality has promised an answer."""
    return received_at + timedelta(days=config.service_promise_days)


def reason_in_words(contribution: Contribution) -> str:
    """Why something was hidden: the published rule in the author's language, and the moderator's own words."""
    rule = find_rule(contribution.hidden_rule)
    words = [rule.label(contribution.language) + "." if rule else "", contribution.hidden_reason or ""]
    return " ".join(word for word in words if word)
