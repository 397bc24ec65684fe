"""Writes to those who are responsible, and what they answer: questions, reminders once each. Callers commit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload

from mapdialog.core import audit, clock, events
from mapdialog.core.clock import local
from mapdialog.core.errors import Closed, Conflict, Invalid, NotFound, TooMany
from mapdialog.core.text import N_, clean
from mapdialog.walks import following_up, tending
from mapdialog.walks.asking_models import WalkActionAnswer, WalkActionLetter
from mapdialog.walks.board import CLOSED
from mapdialog.walks.findings import ActionStatus, ResponsibleParty, WalkAction, WalkActionLog
from mapdialog.walks.following_up import NEEDS_REASON, NEXT

ASKED = "walk_actions_asked"
# Somebody responsible has answered: whoever leads the walk is told.
ANSWERED = "walk_action_answered"
LINK_LASTS = timedelta(days=60)
SOON = timedelta(days=14)
MOST_A_DAY = 10
COMMENT_MAX = 4_000


@dataclass(frozen=True)
class Post:
    """Letters that go to one party in one mail."""

    party: ResponsibleParty
    letters: tuple[WalkActionLetter, ...]


def ask(
    session: Session, actions: Sequence[WalkAction], *, today: date, at: datetime, actor_id: int | None
) -> list[Post]:
    """Write to each party about its open actions, one mail each, and announce ASKED for each mail.

    What was only proposed is thereby forwarded. Raises Invalid when none of them can be asked about.
    """
    if not actions:
        raise Invalid(N_("Markera minst en åtgärd först."), field="ids")
    posts: dict[int, list[WalkActionLetter]] = {}
    for action in actions:
        if action.status in CLOSED or action.party is None or not action.party.email:
            continue
        letter = WalkActionLetter(
            action_id=action.id,
            party_id=action.party.id,
            purpose="question",
            deadline=action.deadline,
            expires_at=at + LINK_LASTS,
            actor_id=actor_id,
        )
        session.add(letter)
        if action.status == ActionStatus.PROPOSED:
            tending.move(session, action, ActionStatus.FORWARDED, today=today, version=None, actor_id=actor_id)
        posts.setdefault(action.party.id, []).append(letter)
    session.flush()
    if not posts:
        raise Invalid(
            N_("Ingen av dem går att fråga om: de är klara, eller så saknar de en ansvarig med e-postadress."),
            field="ids",
        )
    return [_announced(session, letters) for letters in posts.values()]


def remind(session: Session, *, today: date, at: datetime) -> list[Post]:
    """Write to each party about what is overdue or due within SOON, once for each action and deadline; as `ask`."""
    query = (
        select(WalkAction)
        .join(ResponsibleParty, ResponsibleParty.id == WalkAction.party_id)
        .where(
            WalkAction.status.not_in(CLOSED),
            WalkAction.deadline <= today + SOON,
            ResponsibleParty.email != "",
        )
        .order_by(WalkAction.deadline, WalkAction.id)
    )
    posts: dict[int, list[WalkActionLetter]] = {}
    for action in session.scalars(query):
        purpose = "overdue" if action.deadline < today else "due_soon"
        values = {
            "action_id": action.id,
            "party_id": action.party_id,
            "purpose": purpose,
            "deadline": action.deadline,
            "expires_at": at + LINK_LASTS,
        }
        made = session.scalar(
            insert(WalkActionLetter).values(values).on_conflict_do_nothing().returning(WalkActionLetter)
        )
        if made is not None:
            posts.setdefault(made.party_id, []).append(made)
    return [_announced(session, letters) for letters in posts.values()]


def link_token(secret_key: str, letter: WalkActionLetter) -> str:
    """What the letter's link ends with: the letter's number, signed."""
    return str(_signer(secret_key).dumps(letter.id))


def open_letter(session: Session, secret_key: str, token: str, at: datetime) -> WalkActionLetter:
    """The letter of a link. Raises NotFound for a link we did not make, Closed when it is too old or not theirs."""
    try:
        letter_id = int(_signer(secret_key).loads(token))
    except (BadSignature, TypeError, ValueError):
        raise NotFound(N_("Länken är inte hel. Öppna den direkt ur brevet.")) from None
    letter = session.get(WalkActionLetter, letter_id)
    if letter is None:
        raise NotFound(N_("Länken är inte hel. Öppna den direkt ur brevet."))
    if letter.expires_at <= at:
        raise Closed(N_("Länken har gått ut. Svara på brevet, så skickar vi en ny."))
    if letter.action.party_id != letter.party_id:
        raise Closed(N_("Åtgärden har fått en annan ansvarig. Du behöver inte göra något."))
    return letter


def answer(
    session: Session, letter: WalkActionLetter, *, status: str, comment: str, day: date | None, today: date
) -> WalkActionAnswer:
    """What the responsible answers, waiting for the coordinator in place of what they answered before; logged,
    and ANSWERED announced.

    Raises Invalid (`status`, `comment`, `day`), TooMany after ten answers in a day.
    """
    comment = clean(comment)
    if status and status not in NEXT[letter.action.status]:
        raise Invalid(N_("Välj en status i listan."), field="status")
    if status in NEEDS_REASON and not comment:
        raise Invalid(N_("Skriv varför det inte görs."), field="comment")
    if not status and not comment:
        raise Invalid(N_("Välj hur långt det har kommit, eller skriv en kommentar."), field="comment")
    if len(comment) > COMMENT_MAX:
        raise Invalid(
            N_("Texten är %(length)s tecken lång. Korta den till högst %(most)s."),
            field="comment",
            length=len(comment),
            most=COMMENT_MAX,
        )
    if day is not None:
        _check_day(letter.action, status, day, today)
    session.execute(select(WalkAction.id).where(WalkAction.id == letter.action_id).with_for_update(key_share=True))
    earlier = list_answers_of(session, letter)
    if sum(one.received_at > clock.now() - timedelta(days=1) for one in earlier) >= MOST_A_DAY:
        raise TooMany(N_("Du har svarat många gånger i dag om den här åtgärden. Hör av dig till oss i stället."))
    for one in earlier:
        if one.decided_at is None:
            one.is_taken, one.decided_at = False, clock.now()
    made = WalkActionAnswer(
        letter_id=letter.id, action_id=letter.action_id, status=status or None, comment=comment, day=day
    )
    session.add(made)
    session.flush()
    events.announce(session, ANSWERED, letter=letter, given=made)
    return made


def take_answer(
    session: Session,
    given: WalkActionAnswer,
    action: WalkAction,
    *,
    public_comment: str,
    uses_day: bool,
    today: date,
    at: datetime,
    actor_id: int | None,
) -> None:
    """Confirm an answer: the action moves as proposed, with `public_comment` for all to read. Raises as `move` does."""
    _decide(session, given, True, at, actor_id)
    party = given.letter.party.name
    if given.status is None:
        tending.take(session, action, None)
        line = WalkActionLog(
            action_id=action.id,
            actor_id=actor_id,
            answered_by=party,
            from_status=action.status,
            to_status=action.status,
            public_comment=clean(public_comment),
        )
        session.add(line)
    else:
        is_done = given.status == ActionStatus.DONE
        tending.move(
            session,
            action,
            given.status,
            today=today,
            reason=public_comment if given.status in NEEDS_REASON else "",
            public_comment=public_comment,
            done_on=given.day if is_done and given.day and given.day <= today else None,
            version=None,
            actor_id=actor_id,
            answered_by=party,
        )
    if uses_day and given.day is not None and action.status not in CLOSED:
        if given.day < today:
            raise Invalid(N_("Dagen har redan varit. Bekräfta utan den, eller fråga igen."), field="uses_day")
        action.deadline = given.day
    session.flush()
    session.expire(action, ["log"])


def set_aside(
    session: Session, given: WalkActionAnswer, action: WalkAction, *, at: datetime, actor_id: int | None
) -> None:
    """Leave an answer without doing as it says; it stays to be read."""
    _decide(session, given, False, at, actor_id)
    audit.record(session, actor_id, "walk_action.answer_set_aside", action, answer=given.id)


def list_answers(session: Session, action: WalkAction) -> Sequence[WalkActionAnswer]:
    """Every answer about the action, those that wait first, then the latest."""
    query = select(WalkActionAnswer).where(WalkActionAnswer.action_id == action.id)
    query = query.options(joinedload(WalkActionAnswer.letter).joinedload(WalkActionLetter.party))
    order = (WalkActionAnswer.decided_at.is_not(None), WalkActionAnswer.id.desc())
    return session.scalars(query.order_by(*order)).all()


def list_answers_of(session: Session, letter: WalkActionLetter) -> Sequence[WalkActionAnswer]:
    """What the one who has the letter has answered about its action, also to other letters; the latest first."""
    answers = list_answers(session, letter.action)
    return sorted((one for one in answers if one.letter.party_id == letter.party_id), key=lambda one: -one.id)


def list_letters(session: Session, action: WalkAction) -> Sequence[WalkActionLetter]:
    """Every letter about the action, the latest first."""
    query = select(WalkActionLetter).where(WalkActionLetter.action_id == action.id)
    return session.scalars(query.options(joinedload(WalkActionLetter.party)).order_by(WalkActionLetter.id.desc())).all()


def get_answer(session: Session, action: WalkAction, answer_id: int) -> WalkActionAnswer:
    """One answer about the action, or NotFound."""
    found = session.get(WalkActionAnswer, answer_id)
    if found is None or found.action_id != action.id:
        raise NotFound(N_("Svaret finns inte."))
    return found


def _check_day(action: WalkAction, status: str, day: date, today: date) -> None:
    """When it was done lies behind us, when it will be done does not. Raises Invalid (`day`)."""
    if status == ActionStatus.DONE:
        made_on = local(action.created_at).date()
        following_up.check_done_on(day, tending.earliest_day(action.walk, made_on, today), today, "day")
    elif status not in NEEDS_REASON:
        if day < today:
            raise Invalid(N_("Dagen har redan varit. Skriv när det blir klart."), field="day")
        if problem := following_up.check_deadline(day, today, today):
            raise Invalid(problem.message, field="day", **problem.params)


def _decide(session: Session, given: WalkActionAnswer, is_taken: bool, at: datetime, actor_id: int | None) -> None:
    session.refresh(given, with_for_update=True)
    if given.decided_at is not None:
        words = N_("Ett nyare svar har kommit. Läs det i stället.")
        raise Conflict(words if given.is_replaced else N_("Svaret har redan behandlats av en kollega."))
    given.is_taken, given.decided_at, given.decided_by_id = is_taken, at, actor_id
    session.flush()


def _announced(session: Session, letters: list[WalkActionLetter]) -> Post:
    post = Post(letters[0].party, tuple(letters))
    events.announce(session, ASKED, post=post)
    return post


def _signer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt="walk-action-answer")
