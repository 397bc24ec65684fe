"""A small consultation with everything that a report has to get right, for the tests of plan reports."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from mapdialog.core.clock import now
from mapdialog.plans.answer_models import PlanChange, PlanChangePoint, PlanPoint, PlanTheme
from mapdialog.plans.models import Plan, PlanMeeting, PlanPhase
from mapdialog.reports.papers import Brand
from mapdialog.reports.plan_report import PlanReportContent
from mapdialog.reports.plan_report_making import Maker, make_content
from tests.plan_seeds import make_answer, make_plan, make_plan_phase, make_point, make_sending, make_statement

BRAND = Brand("Trelleborgs kommun", "#0a5a78")
# Everything that may never stand in a web edition, by value.
PRIVATE = (
    "Anna Ek", "Storgatan 4", "anna.ek@exempel.se", "Bo Alm", "bo.alm@exempel.se", "Sigrid Hemlig", "Gömda vägen 1",
    "HEMLIGA 1:2", "sigrid@exempel.se", "Skyddad synpunkt", "Ordagrant ur brevet",
)  # fmt: skip


@dataclass
class Told:
    """A seeded plan, its consultation, and its points by label."""

    plan: Plan
    phase: PlanPhase
    points: dict[str, PlanPoint]


def make_told(session: Session, *, status: str = "closed", is_answered: bool = True) -> Told:
    """Seven statements: an authority, an owner, a resident, a protected one, an oral one, a duplicate, a late one."""
    plan = make_plan(session, "Detaljplan för Övre hamnen")
    phase = make_plan_phase(session, plan, "consultation", status="open", held_text="Affischer sattes upp på platsen.")
    make_sending(session, phase)
    session.add(
        PlanMeeting(
            phase_id=phase.id, starts_at=now(), place="Biblioteket", attendance=43, notes="Frågor om parkering."
        )
    )
    theme = PlanTheme(plan_id=plan.id, label="Höjder")
    session.add(theme)
    session.flush()
    county = make_statement(
        session, plan, organisation="Länsstyrelsen Skåne", party_group="authority_mandatory", stance="no_objection"
    )
    owner = make_statement(
        session, plan, at=(50, 60), contact_name="Anna Ek", contact_email="anna.ek@exempel.se", shown_as="property",
        postal_address="Storgatan 4, 231 42 Trelleborg", property_designation="HAMNEN 3:1",
        party_group="property_party",
    )  # fmt: skip
    resident = make_statement(
        session, plan, at=(-50, 60), contact_name="Bo Alm", contact_email="bo.alm@exempel.se",
        party_group="resident_affected", signatories=40,
    )  # fmt: skip
    hidden = make_statement(
        session, plan, at=(10, 10), contact_name="Sigrid Hemlig", contact_email="sigrid@exempel.se", is_protected=True,
        postal_address="Gömda vägen 1", property_designation="HEMLIGA 1:2", party_group="property_party",
    )  # fmt: skip
    oral = make_statement(session, plan, received_by="meeting")
    again = make_statement(session, plan)
    late = make_statement(session, plan, organisation="Föreningen Havet", party_group="other_interest")
    again.duplicate_of_id, late.in_time = resident.id, False
    county.summary, again.summary = "Har ingen erinran mot förslaget.", "Likalydande brev."
    points = {}
    for statement, count in ((owner, 3), (resident, 2), (hidden, 1), (oral, 1), (late, 1)):
        for _ in range(count):
            label = f"{statement.number}.{1 + len([one for one in points if one.startswith(f'{statement.number}.')])}"
            words = "Skyddad synpunkt" if statement is hidden else f"Synpunkten {label} handlar om husens höjd."
            points[label] = make_point(
                session, statement, words, quote="Ordagrant ur brevet", theme_id=theme.id if count > 1 else None
            )
    points["3.2"].duplicate_of_id = points["2.2"].id
    if is_answered:
        _answer(session, points)
    session.add(
        PlanChange(
            plan_id=plan.id, phase_id=phase.id, document="Plankarta",
            description="Höjden mot kajen sänks till 15 meter.",
            causes=[PlanChangePoint(point_id=points["2.1"].id, plan_id=plan.id)],
        )
    )  # fmt: skip
    if status == "closed":
        phase.status, phase.closed_at = "closed", now()
    session.flush()
    return Told(plan, phase, points)


def _answer(session: Session, points: dict[str, PlanPoint]) -> None:
    make_answer(session, [points["2.1"]], "Höjden sänks.", outcome="met", reason="")
    make_answer(
        session, [points["2.2"], points["3.2"]], "Kajen bebyggs ändå.", outcome="not_met", reason="Bostäder behövs."
    )
    make_answer(
        session, [points["2.3"], points["3.1"]], "Skuggan mildras.", outcome="partly_met", reason="Ljuset räcker."
    )
    make_answer(session, [points["4.1"]], "Det noteras.", outcome="noted", reason="Rör genomförandet.")
    make_answer(session, [points["5.1"]], "Rör en annan plan.", outcome="outside_plan", reason="Handläggs för sig.")
    make_answer(
        session, [points["7.1"]], "Lämnas vidare.", outcome="forwarded", reason="Drift.", forwarded_to="Gatuenheten"
    )


def content_of(
    session: Session, told: Told, edition: str = "full", kind: str = "samradsredogorelse"
) -> PlanReportContent:
    """The report of the seeded consultation."""
    maker = Maker(told.plan, told.phase, kind, edition, "Trelleborgs kommun", "1287", is_draft=False)
    return make_content(session, maker, at=now())


def words_of_docx(path: Path) -> str:
    """Everything that a Word file says anywhere: text, headers, properties and alternative texts."""
    import zipfile

    with zipfile.ZipFile(path) as file:
        return "\n".join(
            file.read(name).decode("utf-8") for name in file.namelist() if name.endswith((".xml", ".rels"))
        )


def words_of_pdf(path: Path) -> str:
    """Everything that a PDF says anywhere: text, metadata, bookmarks and alternative texts, on one line."""
    import pikepdf
    import pypdf

    pages = " ".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
    with pikepdf.Pdf.open(path) as pdf:
        strings = [word for one in pdf.objects for word in _strings(one)]
        metadata = str(pdf.open_metadata())
    return " ".join(f"{pages} {' '.join(strings)} {metadata}".split())


def _strings(value: Any) -> Iterator[str]:
    """The strings that stand in an object itself; what it refers to is an object of its own."""
    import pikepdf

    if isinstance(value, pikepdf.String):
        yield str(value)
    elif isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        for one in (value.stream_dict if isinstance(value, pikepdf.Stream) else value).values():
            if not getattr(one, "is_indirect", False):
                yield from _strings(one)
    elif isinstance(value, pikepdf.Array):
        for one in value:
            if not getattr(one, "is_indirect", False):
                yield from _strings(one)
