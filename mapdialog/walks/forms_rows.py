"""What the buttons of a form's rows do without JavaScript: add, move and take away, before anything is saved."""

from typing import Any

from flask_wtf import FlaskForm

# The button's word, the list of rows it is about, and whether they have an order of their own.
LISTS = {"stop": ("stops", True), "group": ("groups", False), "item": ("items", True)}


def apply(form: FlaskForm, action: str) -> bool:
    """Carry out a button such as `stop_up:2` (2 is in the row's field names); False when it is not about rows."""
    word, _, number = action.partition(":")
    kind, _, verb = word.partition("_")
    if kind not in LISTS or verb not in {"add", "up", "down", "remove"}:
        return False
    name, is_ordered = LISTS[kind]
    rows = form[name]
    if verb == "add":
        last = max((entry.form.position.data or 0 for entry in rows.entries), default=-1) if is_ordered else 0
        rows.append_entry({"position": last + 1} if is_ordered else None)
    elif verb == "remove":
        rows.entries = [entry for entry in rows.entries if _number(entry) != number]
    else:
        _move(rows.entries, number, -1 if verb == "up" else 1)
    return True


def _number(entry: Any) -> str:
    return str(entry.name).rsplit("-", 1)[-1]


def _move(entries: list[Any], number: str, step: int) -> None:
    entries.sort(key=lambda entry: entry.form.position.data or 0)
    for place, entry in enumerate(entries):
        entry.form.position.data = place
    here = next((place for place, entry in enumerate(entries) if _number(entry) == number), None)
    if here is not None and 0 <= here + step < len(entries):
        one, other = entries[here].form.position, entries[here + step].form.position
        one.data, other.data = other.data, one.data
