"""Turns letters about actions into mails that wait to be sent, in the same transaction."""

import re

from sqlalchemy.orm import Session

from mapdialog.config import Config
from mapdialog.core.clock import local
from mapdialog.notifications import walk_letters
from mapdialog.notifications.actions import queue
from mapdialog.notifications.models import OutgoingMail
from mapdialog.notifications.walk_letters import Item, Sender
from mapdialog.walks.asking import Post, link_token

_ADDRESS = re.compile(r"[^\s@,;:<>()\"]+@[^\s@,;:<>()\"]+\.[^\s@,;:<>()\".]+")


def addresses_in(*texts: str) -> list[str]:
    """The addresses for mail that stand in the texts, each once."""
    found = _ADDRESS.findall(" ".join(texts))
    return list({address.casefold(): address for address in found}.values())


def write_responsible(session: Session, post: Post, config: Config) -> OutgoingMail:
    """One mail to the party about all its letters, answered to the walks' contacts, else to the municipality's.

    Links begin with the configured base, never with a request's.
    """
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
    contacts = list(dict.fromkeys(letter.action.walk.contact for letter in post.letters if letter.action.walk.contact))
    contact = "\n".join(contacts) or config.contact
    sender = Sender(config.languages[0], config.municipality, contact, post.party.name, open_until)
    mail = queue(session, post.party.email, walk_letters.write(sender, items))
    mail.reply_to = ", ".join(addresses_in(*contacts) or addresses_in(config.contact))
    return mail
