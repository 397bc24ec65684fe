"""Receives a citizen's contribution: the dialogue's terms, the rules and the writing, in that order."""

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from mapdialog.config import Config
from mapdialog.contributions import rules
from mapdialog.contributions.models import AbuseReport, Contribution
from mapdialog.contributions.submission import Accepted, edit_token, submit, submit_at_once
from mapdialog.contributions.terms import Terms, get_terms, kept_terms
from mapdialog.core import clock
from mapdialog.core.errors import Closed, Invalid


def receive(
    session: Session,
    slug: str,
    sent: Mapping[str, Any],
    place: Any,
    config: Config,
    *,
    channel: str = "web",
    is_flood: bool = False,
) -> Accepted:
    """Check and write; the caller commits.

    `sent` and `place` as in `rules.check_new`. Raises NotFound (no such dialogue), Closed (not open now) or Invalid.
    What was received once is answered with its receipt also when the dialogue has closed since: the answer may have
    been lost on the way to a phone. `is_flood` leaves a note to staff that many come from one place.
    """
    now = clock.now()
    terms = get_terms(session, slug, now)
    if not terms.accepts_contributions:
        return find_received(session, terms, sent.get("client_id"), config) or _closed()
    new = rules.check_new(sent, place, terms, now, channel=channel)
    accepted = submit(
        session, terms.dialogue_id, new, secret_key=config.secret_key, receipt_prefix=config.receipt_prefix
    )
    if is_flood and accepted.created:
        session.add(AbuseReport(contribution_id=accepted.contribution_id, reason="flood"))
    return accepted


def receive_at_once(
    engine: Engine, slug: str, sent: Mapping[str, Any], place: Any, config: Config, *, channel: str = "web"
) -> Accepted | None:
    """The quick way for what is as it should be: checked against kept terms, written and committed in one statement.

    Kept terms may be old, so they are good for a yes, which the database confirms, and never for a no: then None is
    returned, nothing is written, and `receive` has the word.
    """
    terms = kept_terms(slug)
    if terms is None or not terms.accepts_contributions:
        return None
    now = clock.now()
    try:
        new = rules.check_new(sent, place, terms, now, channel=channel)
    except Invalid:
        return None
    return submit_at_once(engine, terms, new, now, secret_key=config.secret_key, receipt_prefix=config.receipt_prefix)


def find_received(session: Session, terms: Terms, client_id: Any, config: Config) -> Accepted | None:
    """The receipt of what this client_id sent to the dialogue before, or None."""
    try:
        wanted: uuid.UUID = rules.check_client_id(client_id)
    except Invalid:
        return None
    row = session.execute(
        select(Contribution.id, Contribution.receipt, Contribution.state).where(
            Contribution.client_id == wanted, Contribution.dialogue_id == terms.dialogue_id
        )
    ).one_or_none()
    if row is None:
        return None
    return Accepted(row.id, row.receipt, row.state, edit_token(config.secret_key, wanted), created=False)


def _closed() -> Accepted:
    raise Closed(rules.CLOSED)
