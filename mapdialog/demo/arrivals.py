"""Writes the demo's contributions in bulk, as if they had come one by one."""

import random
import uuid
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from mapdialog.contributions.models import Comment, Contribution, State
from mapdialog.contributions.submission import edit_token, token_hash
from mapdialog.core.clock import STOCKHOLM, local
from mapdialog.demo.content import Calendar, shapes
from mapdialog.dialogues.models import Dialogue
from mapdialog.geo.geometry import anchor, to_element

NAMESPACE = uuid.UUID("5d1f5b5e-8f0f-5f0e-9a55-1287a0000001")


class Arrival(NamedTuple):
    """One contribution as the file has it, with what the database made of it."""

    id: int
    said: dict[str, Any]
    received_at: datetime
    moderated_at: datetime | None
    answered_at: datetime | None


class Sender(NamedTuple):
    """What a receipt and a personal link are made with."""

    secret_key: str
    receipt_prefix: str


def add_contributions(
    session: Session, dialogue: Dialogue, said: list[dict[str, Any]], calendar: Calendar, sender: Sender
) -> list[Arrival]:
    """Insert all of one dialogue in three statements; returns them in the file's order. The caller commits.

    Districts are not linked here: `districts.linking.relink_set` does it for all at once.
    """
    categories = {one.key: one.id for one in dialogue.categories}
    numbers = session.scalars(
        text("select nextval('receipt_number') from generate_series(1, :count)"), {"count": len(said)}
    ).all()
    rows = []
    for order, (one, shape, number) in enumerate(zip(said, shapes(said), numbers, strict=True)):
        row = _row(one, calendar, f"{dialogue.slug}/{order}", sender, number)
        row |= {"dialogue_id": dialogue.id, "category_id": categories[one["category"]]}
        rows.append(row | {"geom": to_element(shape), "anchor": to_element(anchor(shape))})
    table = Contribution.__table__
    ids = session.scalars(insert(table).returning(table.c.id, sort_by_parameter_order=True), rows).all()  # type: ignore[arg-type]
    moods = [{"id": id_, "mood": one["mood"]} for id_, one in zip(ids, said, strict=True)]
    session.execute(insert(Comment.__table__), moods)  # type: ignore[arg-type]
    return [
        Arrival(id_, one, row["received_at"], row["moderated_at"], row["answered_at"])
        for id_, one, row in zip(ids, said, rows, strict=True)
    ]


def _row(one: dict[str, Any], calendar: Calendar, seed: str, sender: Sender, number: int) -> dict[str, Any]:
    client_id = uuid.uuid5(NAMESPACE, f"{calendar.loaded_at.isoformat()}/{seed}")
    dice = random.Random(seed)  # noqa: S311 - when somebody read it is no secret
    received = calendar.moment(one["days"], one["time"]) + timedelta(seconds=dice.randrange(60))
    decided = one["state"] in (State.APPROVED, State.HIDDEN)
    moderated = min(_next_reading(received, dice.randrange), calendar.loaded_at) if decided else None
    public = one.get("public_text", one["text"]) if one["state"] == State.APPROVED else None
    response = one.get("response")
    return {
        "kind": "comment",
        "client_id": client_id,
        "receipt": f"{sender.receipt_prefix}-{local(received):%y}-{number:06d}",
        "edit_token_hash": token_hash(edit_token(sender.secret_key, client_id)),
        "raw_text": one["text"],
        "public_text": public,
        "state": one["state"],
        "hidden_rule": one.get("hidden_rule"),
        "channel": one.get("channel", "web"),
        "language": one.get("language", "sv"),
        "place_source": one.get("place_source", "pin"),
        "place_label": one["place"],
        "accuracy_m": one.get("accuracy_m"),
        "contact_name": one.get("name"),
        "shows_name": one.get("shows_name", False),
        "support_count": one.get("support", 0),
        "reply_count": sum(reply.get("state") != State.PENDING for reply in one.get("replies", ())),
        "submitted_at": received,
        "received_at": received,
        "moderated_at": moderated,
        "answered_at": (
            calendar.answer(response["days"], response["time"], moderated or received) if response else None
        ),
    }


def _next_reading(received: datetime, random_below: Callable[[int], int]) -> datetime:
    """When staff got round to it: within two hours in office hours, else the next morning."""
    there = local(received)
    if 8 <= there.hour < 15:
        return received + timedelta(minutes=8 + random_below(110))
    morning = there.date() + timedelta(days=1 if there.hour >= 8 else 0)
    return datetime.combine(morning, time(8), STOCKHOLM) + timedelta(minutes=random_below(150))
