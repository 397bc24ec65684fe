"""News of a walk to those who asked for it: asked, confirmed by their own mail, told once a day, erased. No commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload

from mapdialog.contributions.rules import check_email
from mapdialog.core import events
from mapdialog.core.audit import AuditEvent
from mapdialog.core.errors import Invalid, NotFound
from mapdialog.core.text import N_
from mapdialog.walks.board import CLOSED
from mapdialog.walks.findings import WalkAction, WalkActionLog
from mapdialog.walks.models import SafetyWalk, WalkStatus
from mapdialog.walks.news_models import WalkSubscriber

ASKED_FOR, STOPPED, TOLD = "walk_news_asked_for", "walk_news_stopped", "walk_news_told"
UNCONFIRMED_KEPT = timedelta(days=7)
KEPT_AFTER_CLOSING = timedelta(days=90)
# What a transaction stamped before it was committed must not fall between two days' news.
SETTLED = timedelta(minutes=5)


@dataclass(frozen=True)
class News:
    """What has happened to a walk since somebody was told; `steps` are (action, status it came to)."""

    walk: SafetyWalk
    is_published: bool
    steps: tuple[tuple[WalkAction, str], ...]
    returns: tuple[SafetyWalk, ...]

    def __bool__(self) -> bool:
        return self.is_published or bool(self.steps) or bool(self.returns)


def ask_for(session: Session, walk: SafetyWalk, address: str, *, language: str, at: datetime) -> None:
    """Keep the address unconfirmed, once, and announce ASKED_FOR: the mail tells how to confirm. Raises Invalid.

    One that is there already is written to as well, and nobody who asks can tell the difference.
    """
    email = _checked(address)
    asked = insert(WalkSubscriber).values(walk_id=walk.id, email=email, language=language, asked_at=at)
    session.execute(asked.on_conflict_do_nothing())
    found = session.scalars(
        select(WalkSubscriber).where(
            WalkSubscriber.walk_id == walk.id, func.lower(WalkSubscriber.email) == email.lower()
        )
    ).one()
    events.announce(session, ASKED_FOR, subscriber=found)


def confirm(subscriber: WalkSubscriber, at: datetime) -> None:
    """The address wants news from now on; confirming twice changes nothing."""
    if subscriber.confirmed_at is None:
        subscriber.confirmed_at = subscriber.told_at = at


def stop(session: Session, subscriber: WalkSubscriber) -> None:
    """Erase the address, and announce STOPPED before it is gone, for what was or is to be sent to it."""
    events.announce(session, STOPPED, subscriber=subscriber)
    session.delete(subscriber)
    session.flush()


def link_token(secret_key: str, subscriber: WalkSubscriber) -> str:
    """What a mail's link ends with: the subscription's number, signed."""
    return str(_signer(secret_key).dumps(subscriber.id))


def open_link(session: Session, secret_key: str, token: str) -> WalkSubscriber | None:
    """The subscription of a link, None when it has been erased. Raises NotFound for a link we did not make."""
    try:
        number = int(_signer(secret_key).loads(token))
    except (BadSignature, TypeError, ValueError):
        raise NotFound(N_("Länken är inte hel. Öppna den direkt ur brevet.")) from None
    return session.get(WalkSubscriber, number)


def count_subscribers(session: Session, walk: SafetyWalk) -> int:
    """How many get news of the walk."""
    query = select(func.count()).where(WalkSubscriber.walk_id == walk.id, WalkSubscriber.confirmed_at.is_not(None))
    return session.scalar(query) or 0


def list_waiting(session: Session, walk: SafetyWalk) -> Sequence[WalkSubscriber]:
    """Who wants news of the walk, or of the one that it repeats: an address each, the walk's own first."""
    query = select(WalkSubscriber).where(
        WalkSubscriber.walk_id.in_((walk.id, walk.repeat_of_id)), WalkSubscriber.confirmed_at.is_not(None)
    )
    found: dict[str, WalkSubscriber] = {}
    for one in session.scalars(query.order_by(WalkSubscriber.walk_id != walk.id, WalkSubscriber.id)):
        found.setdefault(one.email.lower(), one)
    return list(found.values())


def tell(session: Session, *, at: datetime) -> int:
    """Announce TOLD for each subscriber whose walk has news since last time; returns how many. Once a day is enough."""
    until, told = at - SETTLED, 0
    query = select(WalkSubscriber).where(WalkSubscriber.confirmed_at.is_not(None)).order_by(WalkSubscriber.id)
    found: dict[tuple[int, datetime], News] = {}
    for one in session.scalars(query.options(joinedload(WalkSubscriber.walk)).with_for_update(of=WalkSubscriber)):
        since = one.told_at
        if since is None or since >= until:
            continue
        key = (one.walk_id, since)
        news = found.get(key) or found.setdefault(key, since_then(session, one.walk, since, until))
        one.told_at = until
        if news:
            events.announce(session, TOLD, subscriber=one, news=news)
            told += 1
    session.flush()
    return told


def since_then(session: Session, walk: SafetyWalk, since: datetime, until: datetime) -> News:
    """What became known of the walk after `since` and not after `until`, as far as it still holds."""
    published = walk.published_at
    if published is None:
        return News(walk, False, (), _returns(session, walk, since, until))
    steps = _steps(session, walk, since, until)
    return News(walk, since < published <= until, steps, _returns(session, walk, since, until))


def forget(session: Session, *, at: datetime) -> int:
    """Erase who never confirmed and who waits for news of a walk that is long closed or cancelled; returns how many."""
    is_over = (SafetyWalk.status == WalkStatus.CLOSED) | SafetyWalk.cancelled_at.is_not(None)
    closed = select(SafetyWalk.id).where(is_over, SafetyWalk.updated_at < at - KEPT_AFTER_CLOSING)
    unconfirmed = WalkSubscriber.confirmed_at.is_(None) & (WalkSubscriber.asked_at < at - UNCONFIRMED_KEPT)
    gone = session.scalars(
        delete(WalkSubscriber).where(unconfirmed | WalkSubscriber.walk_id.in_(closed)).returning(WalkSubscriber.id)
    )
    return len(gone.all())


def _steps(session: Session, walk: SafetyWalk, since: datetime, until: datetime) -> tuple[tuple[WalkAction, str], ...]:
    """Actions that came to an end that they are still at; one that went to and fro is told once."""
    query = (
        select(WalkAction)
        .join(WalkActionLog, WalkActionLog.action_id == WalkAction.id)
        .where(
            WalkAction.walk_id == walk.id,
            WalkAction.status.in_(CLOSED),
            WalkActionLog.to_status == WalkAction.status,
            WalkActionLog.from_status != WalkActionLog.to_status,
            WalkActionLog.at > since,
            WalkActionLog.at <= until,
        )
        .order_by(WalkAction.id)
        .distinct()
    )
    return tuple((one, one.status) for one in session.scalars(query))


def _returns(session: Session, walk: SafetyWalk, since: datetime, until: datetime) -> tuple[SafetyWalk, ...]:
    """Return walks that were invited to in that time and still are to be walked."""
    invited = select(AuditEvent.object_id).where(
        AuditEvent.object_type == SafetyWalk.__tablename__,
        AuditEvent.action == "walk.step",
        AuditEvent.detail["after"].astext == WalkStatus.INVITED.value,
        AuditEvent.at > since,
        AuditEvent.at <= until,
    )
    ids = [int(one) for one in session.scalars(invited)]
    query = select(SafetyWalk).where(
        SafetyWalk.repeat_of_id == walk.id,
        SafetyWalk.id.in_(ids),
        SafetyWalk.status == WalkStatus.INVITED,
        SafetyWalk.cancelled_at.is_(None),
    )
    return tuple(session.scalars(query.order_by(SafetyWalk.starts_at)))


def _checked(address: str) -> str:
    try:
        email = check_email(address)
    except Invalid:
        email = None
    if not email:
        raise Invalid(N_("Skriv din e-postadress så här: namn@exempel.se."), field="email")
    return email


def _signer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt="walk-news")
