"""Category values of a file become the dialogue's categories: matched where it has them, made where it lacks them."""

import unicodedata
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapdialog.contributions.import_texts import plain_text
from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_, slugify
from mapdialog.dialogues.models import Category, Dialogue
from mapdialog.dialogues.palette import COLORS

MOST_NEW = 200
_LONGEST_LABEL = 120
_COLORS = [choice.value for choice in COLORS][:6]


class CategoryBook:
    """The dialogue's categories by what they are called; `made` lists the labels that were added, in order."""

    def __init__(self, session: Session, dialogue: Dialogue, field: str) -> None:
        self._session, self._dialogue, self._field = session, dialogue, field
        categories = session.scalars(
            select(Category).where(Category.dialogue_id == dialogue.id).order_by(Category.id)
        ).all()
        self._keys = {category.key for category in categories}
        self._ids: dict[str, int] = {}
        for category in reversed(categories):
            for name in (category.label_en, category.label_sv, category.key):
                if name:
                    self._ids[_same(name)] = category.id
        self._by_value: dict[Any, int] = {}
        self.made: list[str] = []

    def id_of(self, value: Any) -> int:
        """The category of a value; an empty value is `other`. Raises Invalid past 200 new categories."""
        if value not in self._by_value:
            if len(self._by_value) >= 50_000:
                self._by_value.clear()
            self._by_value[value] = self._find_or_make(" ".join(plain_text(value).split())[:_LONGEST_LABEL])
        return self._by_value[value]

    def _find_or_make(self, label: str) -> int:
        wanted = _same(label) if label else "other"
        if wanted not in self._ids:
            self._ids[wanted] = self._make(label or "Annat", "other" if not label else None)
        return self._ids[wanted]

    def _make(self, label: str, key: str | None) -> int:
        if len(self.made) >= MOST_NEW:
            raise _too_many(self._field)
        last = (
            self._session.scalar(
                select(func.max(Category.position)).where(
                    Category.dialogue_id == self._dialogue.id, Category.key != "other"
                )
            )
            or 0
        )
        category = Category(
            dialogue_id=self._dialogue.id,
            key=key or self._free_key(label),
            label_sv=label,
            color=_COLORS[len(self._keys) % len(_COLORS)],
            position=last + 1 if key is None else 99,
        )
        self._session.add(category)
        self._session.flush()
        self._keys.add(category.key)
        self.made.append(label)
        return category.id

    def _free_key(self, label: str) -> str:
        """The label as a key of a–z, 0–9 and hyphens, numbered when another label has taken it."""
        has_letters = any(letter.isascii() and letter.isalnum() for letter in unicodedata.normalize("NFKD", label))
        stem = slugify(label)[:60].strip("-") if has_letters else "kategori"
        key, number = stem, 1
        while key in self._keys:
            number += 1
            key = f"{stem}-{number}"
        return key


def _too_many(field: str) -> Invalid:
    return Invalid(
        N_("Fältet ”%(name)s” har fler än %(limit)s olika värden och kan inte vara kategori. Välj ett annat fält."),
        field="category",
        name=field,
        limit=MOST_NEW,
    )


def _same(name: str) -> str:
    """Names are the same when only case, accents and white space differ."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))
    return " ".join(plain.casefold().split())
