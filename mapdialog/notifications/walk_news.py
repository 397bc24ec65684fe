"""Mails to those who want news of a walk: confirm, and what is new; and their traces wiped when they want no more."""

import re
from datetime import timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from mapdialog.config import Config
from mapdialog.core import clock
from mapdialog.core.text import clean_line
from mapdialog.core.wording import moment_in_words, translator
from mapdialog.notifications.actions import queue
from mapdialog.notifications.letters import Letter
from mapdialog.notifications.models import OutgoingMail
from mapdialog.walks.findings import ActionStatus
from mapdialog.walks.following_up import STATUSES
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.news import UNCONFIRMED_KEPT, News, link_token, list_waiting
from mapdialog.walks.news_models import WalkSubscriber

ASK, NEWS = "walk_news_confirm", "walk_news"
MOST_ASKED_A_DAY = 3
MOST_TITLES = 20


def write_confirm(session: Session, one: WalkSubscriber, config: Config) -> OutgoingMail | None:
    """How to confirm, or how to stop for who has; no more than a few a day to one address, whoever asks."""
    sent = select(func.count()).where(
        OutgoingMail.purpose == ASK,
        func.lower(OutgoingMail.recipient) == one.email.lower(),
        OutgoingMail.created_at > clock.now() - timedelta(days=1),
    )
    if (session.scalar(sent) or 0) >= MOST_ASKED_A_DAY:
        return None
    return queue(session, one.email, _confirm_letter(one, config))


def write_news(session: Session, one: WalkSubscriber, news: News, config: Config) -> OutgoingMail:
    """One mail about everything that is new."""
    return queue(session, one.email, _news_letter(one, news, config))


def write_cancelling(
    session: Session, walk: SafetyWalk, config: Config, *, is_reason_changed: bool = False
) -> list[OutgoingMail]:
    """A mail to each who waits for the walk: that it is cancelled, and why, or why now, or that it is on again."""
    letter = _reason_letter if is_reason_changed else _cancelling_letter
    return [queue(session, one.email, letter(one, walk, config)) for one in list_waiting(session, walk)]


def wipe(session: Session, one: WalkSubscriber, config: Config) -> None:
    """Drop what waits to be sent to the subscription, and clear what was sent; known by the mails' own link."""
    own = OutgoingMail.purpose.in_((ASK, NEWS)) & OutgoingMail.body_text.contains(_link(one, config), autoescape=True)
    waiting = OutgoingMail.sent_at.is_(None) & OutgoingMail.failed_at.is_(None)
    session.execute(delete(OutgoingMail).where(own, waiting))
    session.execute(update(OutgoingMail).where(own).values(recipient="", subject="", body_text="", last_error=""))


def stop_address(mail: OutgoingMail, config: Config) -> str:
    """Where a mail program may stop the news that this mail brings (RFC 8058); '' for a mail that brings none."""
    found = re.search(re.escape(f"{_base(config)}/walks/news/") + r"[\w.~-]+", mail.body_text)
    return f"{found[0]}/stop" if found is not None and mail.purpose == NEWS else ""


def _confirm_letter(one: WalkSubscriber, config: Config) -> Letter:
    _ = translator(one.language)
    title = one.walk.title
    if one.confirmed_at is not None:
        said = _("Du får redan nyheter om ”%(walk)s”, så du behöver inte göra något.", walk=title)
        return _letter(one, config, ASK, _("Du får redan nyheter om vandringen"), [said])
    said = _("Någon, troligen du, vill få nyheter om ”%(walk)s” till den här adressen.", walk=title)
    press = _("Öppna länken och tryck på knappen där, så börjar vi skriva:") + f"\n{_link(one, config)}"
    days = _(
        "Var det inte du? Gör då ingenting, så tas adressen bort efter %(days)s dagar.", days=UNCONFIRMED_KEPT.days
    )
    subject = _("Bekräfta att du vill ha nyheter om vandringen")
    return _letter(one, config, ASK, subject, [said, press, days], is_asking=True)


def _news_letter(one: WalkSubscriber, news: News, config: Config) -> Letter:
    _ = translator(one.language)
    page = f"{_base(config)}/walks/{news.walk.slug}"
    parts = []
    if news.is_published:
        parts.append(_("Protokollet är publicerat. Läs vad vi såg och vad som ska göras:") + f"\n{page}")
    for status in (ActionStatus.DONE, ActionStatus.REJECTED, ActionStatus.OUTSIDE_MANDATE):
        parts += _steps(one, news, status)
    if news.steps and not news.is_published:
        parts.append(_("Allt som görs efter vandringen:") + f"\n{page}")
    parts += [_return(one, walk, config) for walk in news.returns]
    return _letter(one, config, NEWS, _("Nytt om ”%(walk)s”", walk=news.walk.title), parts)


def _cancelling_letter(one: WalkSubscriber, walk: SafetyWalk, config: Config) -> Letter:
    _ = translator(one.language)
    about = {"walk": walk.title, "when": moment_in_words(walk.starts_at, one.language) if walk.starts_at else ""}
    page = f"{_base(config)}/walks/{walk.slug}/invitation"
    if walk.cancelled_at is None:
        said = _("Vandringen ”%(walk)s” blir av ändå, %(when)s. Inbjudan:", **about)
        return _letter(one, config, NEWS, _("Blir av: ”%(walk)s”", walk=walk.title), [f"{said}\n{page}"])
    said = _("Vandringen ”%(walk)s”, %(when)s, är inställd.", **about)
    return _letter(one, config, NEWS, _("Inställd: ”%(walk)s”", walk=walk.title), [said, walk.cancel_reason, page])


def _reason_letter(one: WalkSubscriber, walk: SafetyWalk, config: Config) -> Letter:
    _ = translator(one.language)
    about = {"walk": walk.title, "when": moment_in_words(walk.starts_at, one.language) if walk.starts_at else ""}
    said = _("Vandringen ”%(walk)s”, %(when)s, är fortfarande inställd. Skälet är ändrat. Nu står det:", **about)
    subject = _("Inställd, ändrat skäl: ”%(walk)s”", walk=walk.title)
    page = f"{_base(config)}/walks/{walk.slug}/invitation"
    return _letter(one, config, NEWS, subject, [said, walk.cancel_reason, page])


def _steps(one: WalkSubscriber, news: News, status: ActionStatus) -> list[str]:
    """The actions that came to that end, with why where it is a refusal."""
    _ = translator(one.language)
    ended = [action for action, came_to in news.steps if came_to == status]
    if not ended:
        return []
    lines = [f"- {each.title}" + (f"\n  {each.status_reason}" if each.status_reason else "") for each in ended]
    if len(lines) > MOST_TITLES:
        lines = [*lines[:MOST_TITLES], _("… och %(count)s till", count=len(lines) - MOST_TITLES)]
    return ["\n".join((f"{_(STATUSES[status])}:", *lines))]


def _return(one: WalkSubscriber, walk: SafetyWalk, config: Config) -> str:
    _ = translator(one.language)
    when = moment_in_words(walk.starts_at, one.language) if walk.starts_at else ""
    said = _("Vi går igen, för att se vad som har hänt: ”%(walk)s”, %(when)s. Inbjudan:", walk=walk.title, when=when)
    return f"{said}\n{_base(config)}/walks/{walk.slug}/invitation"


def _letter(
    one: WalkSubscriber, config: Config, purpose: str, subject: str, parts: list[str], *, is_asking: bool = False
) -> Letter:
    _ = translator(one.language)
    ending = [] if is_asking else [_("Vill du inte ha fler brev? Sluta här:") + f"\n{_link(one, config)}"]
    greeting = _("Vänliga hälsningar") + f"\n{config.municipality}\n{config.contact}"
    return Letter(purpose, clean_line(subject), "\n\n".join([_("Hej!"), *parts, *ending, greeting]) + "\n")


def _link(one: WalkSubscriber, config: Config) -> str:
    """Addresses begin with the configured base, never with what a request claims to be."""
    return f"{_base(config)}/walks/news/{link_token(config.secret_key, one)}"


def _base(config: Config) -> str:
    return config.base_url.rstrip("/")
