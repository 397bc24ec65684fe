"""The papers of the demo's plans: a plan map as a picture and a plan description as PDF, marked as examples."""

import json
import tempfile
from pathlib import Path

from sqlalchemy.orm import Session

from mapdialog.basemap import drawing
from mapdialog.basemap.drawing import Overlay
from mapdialog.basemap.frame import fit
from mapdialog.core.files import FileStore
from mapdialog.geo.geometry import from_element
from mapdialog.plans import documents, public_page
from mapdialog.plans.documents import DocumentDraft
from mapdialog.plans.models import Plan, PlanPhase

_SIZE = (1_200, 900)
# Data stands in a file of its own, so that nothing in it is read as instructions.
_DESCRIPTION = """
#let said = json("said.json")
#set document(title: said.title)
#set text(lang: "sv", size: 11pt)
#set page(paper: "a4", margin: 2.5cm, numbering: "1")
#set heading(numbering: none)
#text(size: 9pt)[#said.case · Exempel ur demokommunen]
= #said.title
#said.summary

== Vad planen handlar om
#said.description

== Delar
#for part in said.parts [*#part.code #part.title.* #part.text #parbreak()]
"""


def add_papers(session: Session, plan: Plan, phase: PlanPhase, files: FileStore, *, actor_id: int) -> None:
    """Keep both papers with the plan and show them in the phase."""
    shown = "Karta över planområdet med planens delar. Delarna beskrivs också i planbeskrivningen."
    wanted = [
        DocumentDraft("plan_map", "Plankarta", "plankarta.png", _draw(session, plan), alt_text=shown),
        DocumentDraft("plan_description", "Planbeskrivning", "planbeskrivning.pdf", _write(plan)),
    ]
    made = [documents.add_document(session, plan, one, files=files, actor_id=actor_id) for one in wanted]
    documents.show_in_phase(session, plan, phase, [one.id for one in made], actor_id=actor_id)


def _draw(session: Session, plan: Plan) -> bytes:
    box = public_page.bounds(plan)
    assert box is not None and plan.area is not None
    parts = [Overlay(from_element(one.geom), width=1.5, fill="#0072B230") for one in plan.features]
    area = Overlay(from_element(plan.area), width=3)
    return drawing.static_map(session, fit(box, *_SIZE, margin=0.1), *_SIZE, markers=[], overlays=[*parts, area])


def _write(plan: Plan) -> bytes:
    import typst

    parts = [{"code": one.code, "title": one.title, "text": one.text} for one in plan.features]
    said = {"title": f"Planbeskrivning: {plan.name}", "case": plan.registry_number, "parts": parts}
    with tempfile.TemporaryDirectory(prefix="mapdialog-demo-") as name:
        folder = Path(name)
        (folder / "said.json").write_text(json.dumps(said | {"summary": plan.summary, "description": plan.description}))
        (folder / "paper.typ").write_text(_DESCRIPTION)
        typst.compile(folder / "paper.typ", output=folder / "paper.pdf", root=folder)
        return (folder / "paper.pdf").read_bytes()
