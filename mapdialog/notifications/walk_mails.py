"""Turns letters about actions into mails that wait to be sent, in the same transaction."""

from sqlalchemy.orm import Session

from mapdialog.config import Config
from mapdialog.core.clock import local
from mapdialog.notifications import walk_letters
from mapdialog.notifications.actions import queue
from mapdialog.notifications.models import OutgoingMail
from mapdialog.notifications.walk_letters import Item, Sender
from mapdialog.walks.asking import Post, link_token


def write_responsible(session: Session, post: Post, config: Config) -> OutgoingMail:
    """One mail to the party about all its letters. Links begin with the configured base, never with a request's."""
    base = config.base_url.rstrip("/")
    items = [
        Item(
            title=letter.action.title,
            where=letter.action.where_text,
            walk_title=letter.action.walk.title,
            deadline=letter.deadline,
            purpose=letter.purpose,
            url=f"{base}/walks/answer/{link_token(config.secret_key, letter)}",
        )
        for letter in post.letters
    ]
    open_until = local(post.letters[0].expires_at).date()
    sender = Sender(config.languages[0], config.municipality, config.contact, post.party.name, open_until)
    return queue(session, post.party.email, walk_letters.write(sender, items))
