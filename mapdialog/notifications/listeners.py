"""Listens to news from the domains and writes the mails they lead to."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.config import Config
from mapdialog.contributions.models import Contribution, ModerationEntry, State
from mapdialog.contributions.submission import RECEIVED, Accepted, NewContribution
from mapdialog.core import clock
from mapdialog.core.events import listen
from mapdialog.dialogues.models import Dialogue
from mapdialog.notifications import letters
from mapdialog.notifications.actions import answer_by, describe, drop_letters, queue, reason_in_words, write_author
from mapdialog.notifications.plan_mails import write_dispatch
from mapdialog.notifications.plan_news import write_reminder, write_told
from mapdialog.notifications.plan_receipts import tell_of_files, write_receipt
from mapdialog.notifications.walk_acute import report_fault
from mapdialog.notifications.walk_answered import tell_leaders
from mapdialog.notifications.walk_mails import write_responsible
from mapdialog.notifications.walk_news import wipe, write_cancelling, write_confirm, write_news
from mapdialog.plans.dispatch_actions import MAILED
from mapdialog.plans.models import Plan
from mapdialog.plans.party_models import PlanDispatch, PlanRecipient
from mapdialog.plans.receiving import RECEIVED as STATEMENT_RECEIVED
from mapdialog.plans.reminding import REMINDED, Reminder
from mapdialog.plans.statement_files import RECEIVED as FILE_RECEIVED
from mapdialog.plans.statement_models import PlanStatement
from mapdialog.plans.telling import TOLD as PARTICIPANTS_TOLD
from mapdialog.plans.telling import News as PlanNews
from mapdialog.walks.asking import ANSWERED, ASKED, Post
from mapdialog.walks.asking_models import WalkActionAnswer, WalkActionLetter
from mapdialog.walks.cancelling import CHANGED as CANCELLING_CHANGED
from mapdialog.walks.findings import WalkObservation
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.news import ASKED_FOR, STOPPED, TOLD, News
from mapdialog.walks.news_models import WalkSubscriber
from mapdialog.walks.recording_sync import ACUTE

_settings: dict[str, Config] = {}


def configure(config: Config) -> None:
    """Tell the listeners whose name and address the mails carry; before this they stay silent (imports, tests)."""
    _settings["config"] = config


@listen(RECEIVED, lambda new, **_more: bool(new.contact_email))
def _received(session: Session, dialogue_id: int, new: NewContribution, accepted: Accepted, **_more: Any) -> None:
    config = _settings.get("config")
    if config is None or not new.contact_email:
        return
    title = session.scalar(select(Dialogue.title).where(Dialogue.id == dialogue_id)) or ""
    about = describe(config, accepted.receipt, accepted.edit_token, new.language, title)
    moment = clock.now()
    queue(
        session,
        new.contact_email,
        letters.receipt(about, moment, answer_by(moment, config), accepted.state == State.APPROVED),
    )


@listen(STATEMENT_RECEIVED)
def _statement_received(session: Session, plan: Plan, statement: PlanStatement, edit_token: str, **_more: Any) -> None:
    if config := _settings.get("config"):
        write_receipt(session, plan, statement, edit_token, config)


@listen(FILE_RECEIVED)
def _statement_file_received(session: Session, statement: PlanStatement, actor_id: int | None, **_more: Any) -> None:
    config = _settings.get("config")
    if config is not None and actor_id is None:
        tell_of_files(session, statement, config)


@listen("contribution_approved")
def _approved(session: Session, contribution: Contribution, entry: ModerationEntry | None = None, **_more: Any) -> None:
    if config := _settings.get("config"):
        write_author(session, contribution.id, config, letters.published, entry_id=entry.id if entry else None)


@listen("contribution_hidden")
def _hidden(session: Session, contribution: Contribution, entry: ModerationEntry | None = None, **_more: Any) -> None:
    if config := _settings.get("config"):
        reason, entry_id = reason_in_words(contribution), entry.id if entry else None
        write_author(session, contribution.id, config, lambda about: letters.hidden(about, reason), entry_id=entry_id)


@listen("decision_undone")
def _undone(session: Session, entry: ModerationEntry, **_more: Any) -> None:
    drop_letters(session, entry.id)


@listen("contribution_answered")
def _answered(session: Session, contribution: Contribution, **_more: Any) -> None:
    if config := _settings.get("config"):
        write_author(session, contribution.id, config, letters.answered)


@listen("reply_published")
def _replied(session: Session, contribution_id: int, **_more: Any) -> None:
    if config := _settings.get("config"):
        write_author(session, contribution_id, config, letters.replied)


@listen(ASKED)
def _asked(session: Session, post: Post, **_more: Any) -> None:
    if config := _settings.get("config"):
        write_responsible(session, post, config)


@listen(ANSWERED)
def _walk_answered(session: Session, letter: WalkActionLetter, given: WalkActionAnswer, **_more: Any) -> None:
    if config := _settings.get("config"):
        tell_leaders(session, letter, given, config)


@listen(ACUTE)
def _acute(session: Session, walk: SafetyWalk, observation: WalkObservation, **_more: Any) -> None:
    if config := _settings.get("config"):
        report_fault(session, walk, observation, config)


@listen(ASKED_FOR)
def _asked_for_news(session: Session, subscriber: WalkSubscriber, **_more: Any) -> None:
    if config := _settings.get("config"):
        write_confirm(session, subscriber, config)


@listen(TOLD)
def _news(session: Session, subscriber: WalkSubscriber, news: News, **_more: Any) -> None:
    if config := _settings.get("config"):
        write_news(session, subscriber, news, config)


@listen(CANCELLING_CHANGED)
def _cancelling(session: Session, walk: SafetyWalk, is_reason_changed: bool, **_more: Any) -> None:
    if config := _settings.get("config"):
        write_cancelling(session, walk, config, is_reason_changed=is_reason_changed)


@listen(STOPPED)
def _no_more_news(session: Session, subscriber: WalkSubscriber, **_more: Any) -> None:
    if config := _settings.get("config"):
        wipe(session, subscriber, config)


@listen(MAILED)
def _dispatched(session: Session, dispatch: PlanDispatch, recipients: list[PlanRecipient], **_more: Any) -> None:
    if config := _settings.get("config"):
        write_dispatch(session, dispatch, recipients, config)


@listen(PARTICIPANTS_TOLD)
def _told_participants(session: Session, news: PlanNews, **_more: Any) -> None:
    if config := _settings.get("config"):
        write_told(session, news, config)


@listen(REMINDED)
def _reminded(session: Session, reminder: Reminder, **_more: Any) -> None:
    if config := _settings.get("config"):
        write_reminder(session, reminder, config)
