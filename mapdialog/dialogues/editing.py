"""What the editor does with its rows without JavaScript: add, move and take away, before anything is saved."""

from mapdialog.dialogues.forms import DialogueForm


def apply(form: DialogueForm, action: str) -> bool:
    """Carry out a button such as `category_up:2` on the form's rows; False when the button is not about rows."""
    name, _, number = action.partition(":")
    if name == "category_add":
        form.categories.append_entry({"position": 1 + max(_positions(form), default=0), "is_active": True})
    elif name == "phase_add":
        form.phases.append_entry({"accepts_contributions": True, "accepts_replies": True})
    elif name in ("category_up", "category_down"):
        _move(form, number, -1 if name == "category_up" else 1)
    elif name == "category_remove":
        _remove(form, "categories", number)
    elif name == "phase_remove":
        _remove(form, "phases", number)
    else:
        return False
    return True


def _positions(form: DialogueForm) -> list[int]:
    return [row.position.data or 0 for row in form.rows("categories")]


def _move(form: DialogueForm, number: str, step: int) -> None:
    """Swap places with the neighbour; `number` is the one in the row's field names."""
    rows = form.rows("categories")
    for place, row in enumerate(rows):
        row.position.data = place
    here = next((place for place, row in enumerate(rows) if row.label_sv.name.split("-")[1] == number), None)
    if here is not None and 0 <= here + step < len(rows):
        rows[here].position.data, rows[here + step].position.data = here + step, here


def _remove(form: DialogueForm, name: str, number: str) -> None:
    field = form[name]
    field.entries = [entry for entry in field.entries if entry.name.rsplit("-", 1)[-1] != number]
