"""What was said around the demo's contributions: support, replies, official responses, and the moderation log."""

import random
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.contributions.models import (
    AbuseReport,
    ModerationEntry,
    OfficialResponse,
    Reply,
    State,
    Support,
)
from mapdialog.demo.arrivals import Arrival
from mapdialog.demo.content import Calendar
from mapdialog.demo.staff import DemoAccount


class Voices:
    """Collects rows about contributions of all dialogues, and writes each table with one statement."""

    def __init__(self, calendar: Calendar, staff: Sequence[DemoAccount]) -> None:
        self.calendar = calendar
        self.ids = {account.role: account.id for account in staff}
        self.dice = random.Random("voices")  # noqa: S311 - which demo moderator read what is no secret
        self.rows: dict[Any, list[dict[str, Any]]] = {}

    def add(self, arrival: Arrival) -> None:
        """Everything around one contribution."""
        said = arrival.said
        for _ in range(said.get("support", 0)):
            self._support(arrival)
        for reply in said.get("replies", ()):
            self._reply(arrival, reply)
        if arrival.answered_at is not None:
            self._respond(arrival, said["response"], arrival.answered_at)
        if said.get("report"):
            row = {"contribution_id": arrival.id, "device_hash": self.dice.randbytes(32), "reason": said["report"]}
            row |= {"text": "", "reported_at": self.calendar.moment(-1, "19:12")}
            self._collect(AbuseReport, row)
        self._log_decision(arrival)

    def write(self, session: Session) -> dict[str, int]:
        """Insert all that was collected; returns how many rows each table got. The caller commits."""
        for model, rows in self.rows.items():
            session.execute(insert(model.__table__), rows)
        return {model.__tablename__: len(rows) for model, rows in self.rows.items()}

    def _collect(self, model: Any, row: dict[str, Any]) -> None:
        self.rows.setdefault(model, []).append(row)

    def _support(self, arrival: Arrival) -> None:
        start = arrival.moderated_at or arrival.received_at
        since = self.calendar.loaded_at - start
        at = start + min(since * self.dice.random() ** 2, timedelta(days=40))
        row = {"contribution_id": arrival.id, "device_hash": self.dice.randbytes(32), "created_at": at}
        self._collect(Support, row)

    def _reply(self, arrival: Arrival, said: dict[str, Any]) -> None:
        by_office = said.get("by") == "office"
        at = self.calendar.moment(said["days"], said["time"])
        row = {
            "contribution_id": arrival.id,
            "client_id": uuid.uuid4(),
            "account_id": self.ids[Role.MODERATOR] if by_office else None,
            "author_name": said.get("name", ""),
            "raw_text": said["text"],
            "public_text": None if said.get("state") == State.PENDING else said["text"],
            "state": said.get("state", State.APPROVED.value),
            "received_at": at,
        }
        self._collect(Reply, row)

    def _respond(self, arrival: Arrival, said: dict[str, Any], at: datetime) -> None:
        author = self.ids[Role.SAFETY_COORDINATOR if said["unit"].startswith("Trygg") else Role.PLANNER]
        row = {"contribution_id": arrival.id, "author_id": author, "unit": said["unit"], "text": said["text"]}
        self._collect(OfficialResponse, row | {"created_at": at - timedelta(hours=2), "published_at": at})
        self._log(arrival, "answer", at, author)

    def _log_decision(self, arrival: Arrival) -> None:
        said, at = arrival.said, arrival.moderated_at
        if at is None:
            return
        reader = self.ids[Role.MODERATOR if self.dice.random() < 0.7 else Role.PLANNER]
        if said["state"] == State.HIDDEN:
            self._log(arrival, "hide", at, reader, rule=said["hidden_rule"])
            return
        if "public_text" in said:
            texts = {"text_before": said["text"], "text_after": said["public_text"]}
            self._log(arrival, "edit", at, reader, **texts)
        self._log(arrival, "approve", at, reader)

    def _log(self, arrival: Arrival, action: str, at: datetime, actor_id: int, **detail: str) -> None:
        empty: dict[str, str | None] = {"rule": None, "note": "", "text_before": None, "text_after": None}
        row = {"contribution_id": arrival.id, "actor_id": actor_id, "at": at, "action": action}
        self._collect(ModerationEntry, row | empty | detail)
