"""Carries a dialogue's form over to a draft and back."""

import tempfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from mapdialog.core.clock import end_of_day, local, start_of_day
from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.text import N_
from mapdialog.dialogues import area as areas
from mapdialog.dialogues.drafts import PLAIN_FIELDS, CategoryDraft, Draft, PhaseDraft
from mapdialog.dialogues.forms import DialogueForm
from mapdialog.dialogues.publishing import OTHER

CATEGORY_FIELDS = (
    "label_sv",
    "key",
    "label_en",
    "icon",
    "color",
    "polarity",
    "question_sv",
    "question_en",
    "is_active",
)


def fill(draft: Draft, version: datetime | None) -> dict[str, Any]:
    """The form's values for a draft."""
    values: dict[str, Any] = {name: getattr(draft, name) for name in PLAIN_FIELDS}
    values["version"] = version.isoformat() if version else ""
    values["area_choice"] = "drawn" if draft.area is not None else "anywhere"
    values["area"] = areas.to_geojson(draft.area) if draft.area is not None else ""
    values["start_view"] = areas.box_of(draft.start_view) if draft.start_view is not None else ""
    values["map_layers"] = list(draft.map_layers)
    values["categories"] = [
        {name: getattr(one, name) for name in CATEGORY_FIELDS} | {"id": one.id or "", "position": number}
        for number, one in enumerate(draft.categories)
    ]
    values["phases"] = [
        {
            "id": one.id or "",
            "title": one.title,
            "opens_on": local(one.opens_at).date(),
            "closes_on": last_day(one.closes_at),
            "accepts_contributions": one.accepts_contributions,
            "accepts_replies": one.accepts_replies,
        }
        for one in draft.phases
    ]
    return values


def last_day(closes_at: datetime | None) -> date | None:
    """The last whole day that a phase is open, in Stockholm."""
    return local(closes_at - timedelta(microseconds=1)).date() if closes_at else None


def read(
    form: DialogueForm, session: Session, before: Draft, *, local_zone: int, near: tuple[float, float] | None
) -> Draft:
    """The draft that the form says; `before` is what the dialogue was, so that what nobody touched stays exact.

    Raises Invalid with the fields that cannot be read. A shape that was read from a file is put into the form as a
    drawing, so that it is not lost when something else has to be corrected.
    """
    wrong: dict[str, DomainError] = {}

    def attempt(check: Callable[[], Any]) -> Any:
        try:
            return check()
        except Invalid as error:
            wrong.update(error.fields or {"area": error})
            return None

    shape = attempt(lambda: _area(form, session, before, local_zone, near))
    view = attempt(lambda: _start_view(form, before, shape))
    phases = attempt(lambda: _phases(form, before))
    if wrong:
        raise Invalid(N_("Något behöver rättas innan det går att spara."), fields=wrong)
    plain = {name: form[name].data for name in PLAIN_FIELDS}
    plain = {name: "" if value is None and name != "decision_on" else value for name, value in plain.items()}
    return Draft(
        **plain,
        area=shape,
        start_view=view,
        map_layers=tuple(form.map_layers.data or ()),
        phases=phases,
        categories=_categories(form),
    )


def _categories(form: DialogueForm) -> tuple[CategoryDraft, ...]:
    drafts = []
    for row in form.rows("categories"):
        values = {name: row[name].data or "" for name in CATEGORY_FIELDS if name != "is_active"}
        is_empty = not values["label_sv"].strip() and not row.id.data and not values["question_sv"].strip()
        if not is_empty:
            active = bool(row.is_active.data) or values["key"] == OTHER
            drafts.append(CategoryDraft(**values, is_active=active, id=_number(row.id.data)))
    return tuple(drafts)


def _phases(form: DialogueForm, before: Draft) -> tuple[PhaseDraft, ...]:
    known = {phase.id: phase for phase in before.phases}
    drafts = []
    for row in form.rows("phases"):
        if not (row.title.data or "").strip() and not row.opens_on.data and not row.closes_on.data:
            continue
        if row.opens_on.data is None:
            raise Invalid(N_("Skriv vilken dag perioden öppnar."), field="phases")
        was = known.get(_number(row.id.data))
        opens = (
            was.opens_at if was and local(was.opens_at).date() == row.opens_on.data else start_of_day(row.opens_on.data)
        )
        closes = end_of_day(row.closes_on.data) if row.closes_on.data else None
        if was and row.closes_on.data and last_day(was.closes_at) == row.closes_on.data:
            closes = was.closes_at
        drafts.append(
            PhaseDraft(
                row.title.data or "",
                opens,
                closes,
                bool(row.accepts_contributions.data),
                bool(row.accepts_replies.data),
                was.id if was else None,
            )
        )
    return tuple(drafts)


def _number(text: Any) -> int | None:
    return int(text) if str(text or "").isdecimal() else None


def _start_view(form: DialogueForm, before: Draft, area: BaseGeometry | None) -> BaseGeometry | None:
    """The view that was chosen; None follows the area, as does an older choice that a new area lies beside."""
    text = (form.start_view.data or "").strip()
    is_kept = before.start_view is not None and text == areas.box_of(before.start_view)
    view = before.start_view if is_kept else areas.start_view(text)
    if view is None or area is None or view.intersects(area):
        return view
    if is_kept:
        return None
    raise Invalid(
        N_("Utsnittet visar inget av området. Lämna rutan tom, så följer kartan området."), field="start_view"
    )


def _area(
    form: DialogueForm, session: Session, before: Draft, local_zone: int, near: tuple[float, float] | None
) -> BaseGeometry | None:
    choice = form.area_choice.data
    if choice == "anywhere":
        return None
    if choice == "drawn":
        text = (form.area.data or "").strip()
        if before.area is not None and text == areas.to_geojson(before.area):
            return before.area
        if not text:
            raise Invalid(N_("Rita området på kartan, eller välj ett annat sätt."), field="area_choice")
        return areas.from_geojson(text)
    if choice == "file":
        shape = _from_upload(form, local_zone, near)
    elif choice == "municipality":
        shape = areas.whole_municipality(session)
    elif choice == "districts":
        shape = areas.from_districts(session, form.area_districts.data or [])
    elif choice == "box":
        shape = areas.from_box(form.area_box.data or "")
    else:
        raise Invalid(N_("Välj var man får lämna synpunkter."), field="area_choice")
    form.area.data, form.area_choice.data = areas.to_geojson(shape), "drawn"
    return shape


def _from_upload(form: DialogueForm, local_zone: int, near: tuple[float, float] | None) -> BaseGeometry:
    upload = form.area_file.data
    if not upload or not getattr(upload, "filename", ""):
        raise Invalid(N_("Välj en fil, eller ett annat sätt att ange området."), field="area_file")
    suffix = Path(upload.filename.replace("\\", "/")).suffix.lower()[:12]
    with tempfile.TemporaryDirectory(prefix="mapdialog-area-") as folder:
        path = Path(folder) / f"area{suffix if suffix[1:].isalnum() else ''}"
        upload.save(path)
        return areas.from_file(path, local_zone=local_zone, near=near, given_crs=_number(form.area_crs.data))
