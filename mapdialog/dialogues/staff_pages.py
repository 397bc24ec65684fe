"""What the officers' pages of dialogues show beside the form's own values."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from mapdialog.core.clock import end_of_day, local, now, start_of_day
from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_
from mapdialog.dialogues import area, queries, templates
from mapdialog.dialogues.drafts import PLAIN_FIELDS, Draft, PhaseDraft
from mapdialog.dialogues.formdata import fill
from mapdialog.dialogues.forms import DialogueForm
from mapdialog.dialogues.ladder import LADDER, STEPS
from mapdialog.dialogues.models import Dialogue
from mapdialog.dialogues.palette import COLORS, ICONS
from mapdialog.dialogues.publishing import obstacles, warnings
from mapdialog.dialogues.rules import is_open, status_at
from mapdialog.geo.crs import NAMES

FIELD_NAMES: dict[str, str] = {
    "title": N_("Rubrik"),
    "slug": N_("Adress"),
    "summary": N_("Sammanfattning"),
    "description": N_("Beskrivning"),
    "level": N_("Steg på delaktighetstrappan"),
    "influence_text": N_("Så mycket kan du påverka"),
    "use_text": N_("Så används dina synpunkter"),
    "frames_text": N_("Det här är redan bestämt"),
    "decision_body": N_("Vem beslutar?"),
    "decision_on": N_("Planerat beslut"),
    "committee": N_("Ansvarig nämnd"),
    "contact": N_("Kontakt för frågor"),
    "registry_number": N_("Diarienummer"),
    "moderation": N_("När läser ni synpunkterna?"),
    "allows_lines": N_("Rita linjer"),
    "allows_areas": N_("Rita ytor"),
    "allows_photos": N_("Bifoga foton"),
    "allows_replies": N_("Svara på andras synpunkter"),
    "area": N_("Område"),
    "start_view": N_("Kartans första utsnitt"),
    "map_layers": N_("Bakgrundskartor"),
    "phases": N_("Perioder"),
    "categories": N_("Kategorier"),
}

EVENT_NAMES: dict[str, str] = {
    "dialogue.create": N_("Skapade dialogen"),
    "dialogue.update": N_("Ändrade"),
    "dialogue.publish": N_("Publicerade"),
    "dialogue.unpublish": N_("Tog tillbaka till utkast"),
    "dialogue.feedback_save": N_("Sparade återkopplingen"),
    "dialogue.feedback_publish": N_("Publicerade återkopplingen"),
    "export_contributions": N_("Hämtade synpunkterna som fil"),
}


def starting_point(session: Session, asked: Mapping[str, str]) -> Draft | None:
    """The draft to begin from: `?template=key` or `?copy=slug`; None when neither was asked for."""
    if copied := asked.get("copy"):
        return templates.copy_of(queries.get_dialogue(session, copied))
    template = templates.find_template(asked.get("template", ""))
    return replace(template.draft, phases=_first_phase(template.draft)) if template else None


def _first_phase(draft: Draft) -> tuple[PhaseDraft, ...]:
    """Four weeks from today, where the dialogue takes anything in: dates are sooner changed than thought of."""
    if not STEPS[draft.level].accepts_contributions:
        return draft.phases
    today = local(now()).date()
    title = N_("Lämna synpunkter")
    return (PhaseDraft(title, start_of_day(today), end_of_day(today + timedelta(weeks=4))),)


def make_form(session: Session, values: dict[str, Any], layers: list[tuple[str, str]]) -> DialogueForm:
    """The form with its choices, filled with what was sent or else with `values`."""
    form = DialogueForm(data=values)
    whole = [("municipality", _("I hela kommunen"))] if area.municipality_box(session) else []
    form.area_choice.choices = [
        *whole,
        ("anywhere", _("Var som helst, även utanför kommunen")),
        ("drawn", _("Inom ett område som jag ritar på kartan")),
        ("districts", _("Inom ett eller flera av kommunens områden")),
        ("file", _("Inom ett område från en fil")),
        ("box", _("Inom en ruta som jag skriver")),
    ]
    form.area_districts.choices = area.list_choices(session)
    form.area_crs.choices = [("", _("Det som står i filen")), *((str(code), name) for code, name in NAMES.items())]
    form.map_layers.choices = layers
    return form


def parse_version(text: str | None) -> datetime | None:
    """The moment in the form's hidden field; None when there is none that can be read."""
    try:
        return datetime.fromisoformat(text or "")
    except ValueError:
        return None


def obstacles_as_error(dialogue: Dialogue) -> Invalid:
    """What stands in the way of publishing, as an error that a form can show."""
    found = obstacles(dialogue)
    return Invalid(
        N_("Det här saknas innan dialogen kan publiceras."),
        fields={name: Invalid(words) for name, words in found.items()},
    )


def differences(form: DialogueForm, dialogue: Dialogue) -> list[tuple[str, str]]:
    """Field name and stored value where what is stored now is not what stands in the form.

    The form takes over the stored version, so that saving once more is a choice.
    """
    form.version.data = dialogue.updated_at.isoformat()
    found = [
        (FIELD_NAMES[name], str(stored if stored is not None else ""))
        for name in PLAIN_FIELDS
        if _plain(stored := getattr(dialogue, name)) != _plain(form[name].data)
    ]
    stored_rows = fill(templates.draft_of(dialogue), None)["categories"]
    if [row["label_sv"] for row in stored_rows] != [row.label_sv.data for row in form.rows("categories")]:
        found.append((FIELD_NAMES["categories"], ", ".join(row["label_sv"] for row in stored_rows)))
    return found


def _plain(value: Any) -> Any:
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else (value or "")


def editor_context(session: Session, dialogue: Dialogue | None) -> dict[str, Any]:
    """Ladder, palette, warnings and the map that the editor shows."""
    box = area.municipality_box(session)
    return {
        "ladder": LADDER,
        "colors": COLORS,
        "icons": ICONS,
        "status": status_of(dialogue, now()) if dialogue else "draft",
        "warnings": warnings(dialogue) if dialogue and dialogue.phases else [],
        "map_data": {"bbox": box},
    }


def municipality_centre(session: Session) -> tuple[float, float] | None:
    """The middle of the default district set as (lon, lat), to tell coordinate systems apart; None without one."""
    box = area.municipality_box(session)
    return ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2) if box else None


def status_of(dialogue: Dialogue, at: datetime) -> str:
    """'draft', 'planned', 'ongoing' or 'finished'."""
    return status_at(dialogue.phases, at) if dialogue.published_at else "draft"


def citizen_context(dialogue: Dialogue) -> dict[str, Any]:
    """What the citizens' parts of a page need: status, ladder step, the open phase."""
    at = now()
    return {
        "status": status_at(dialogue.phases, at),
        "step": STEPS[dialogue.level],
        "open_phase": next((phase for phase in dialogue.phases if is_open(phase, at)), None),
        "warnings": warnings(dialogue),
        "missing": obstacles(dialogue),
    }
