"""What a plan report's papers say round their text: the facts on top, warnings, running lines, colours of verdicts."""

from mapdialog.plans.kinds import Outcome
from mapdialog.reports.plan_report import EDITIONS, UNANSWERED, PlanReportContent

# Dark enough for text on the tinted field of an answer; the verdict is always said in words too.
OUTCOME_COLORS: dict[str, str] = {
    Outcome.MET: "#1f6b3a",
    Outcome.PARTLY_MET: "#7a4f00",
    Outcome.NOT_MET: "#a4262c",
    Outcome.OUTSIDE_PLAN: "#4c5c66",
    Outcome.FORWARDED: "#0a5a78",
    Outcome.NOTED: "#4c5c66",
    UNANSWERED: "#a4262c",
}
_MANY = 10


def facts_on_top(of: PlanReportContent) -> tuple[tuple[str, str], ...]:
    """What stands under the title."""
    procedure = of.procedure[:1].lower() + of.procedure[1:]
    rows = (
        ("Diarienummer", of.registry_number),
        # A comprehensive plan and its procedure have one name.
        ("Plan", of.plan_kind if of.procedure == of.plan_kind else f"{of.plan_kind}, {procedure}"),
        ("Kommun", of.municipality),
        ("Nämnd", of.committee),
        ("Upprättad", of.made),
        ("Lagrum", of.contents_by_law),
        ("Version", EDITIONS[of.edition]),
    )
    return tuple((name, value) for name, value in rows if value)


def notices(of: PlanReportContent) -> list[tuple[str, str]]:
    """What the reader is told before the text: (lead, words)."""
    found = []
    if of.is_draft:
        found.append(("Utkast. ", "Redogörelsen är inte färdig." + _missing(of)))
    if of.is_web:
        words = "Privatpersoner anges med nummer eller fastighet. Den fullständiga versionen finns hos kommunen."
        found.append(("Version för webben. ", words))
    else:
        words = "Innehåller personuppgifter. Publicera den inte på webben."
        found.append(("Fullständig version. ", words))
    return found


def _missing(of: PlanReportContent) -> str:
    if not of.questions:
        return ""
    said = [(one.where, one.text().rstrip(".")) for one in of.questions[:_MANY]]
    shown = "; ".join(f"{where}: {what[:1].lower()}{what[1:]}" for where, what in said)
    more = f"; och {len(of.questions) - _MANY} till" if len(of.questions) > _MANY else ""
    return f" Det här återstår: {shown}{more}."


def running(of: PlanReportContent) -> str:
    """The line on top of each page."""
    return f"{of.title} · Dnr {of.registry_number} · {of.made_on:%Y-%m-%d}"


def footer(of: PlanReportContent) -> str:
    """The line at the bottom of each page."""
    draft = ", utkast" if of.is_draft else ""
    name = of.plan_name if len(of.plan_name) <= 70 else f"{of.plan_name[:69]}…"
    return f"{name} ({EDITIONS[of.edition].lower()}{draft})"
