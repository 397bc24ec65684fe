"""Pure rules of a consultation: which phase may come, what is announced first, and what stands in the way of a step."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from mapdialog.core.text import N_
from mapdialog.plans.kinds import Outcome, PhaseKind, PhaseStatus, ReportKind
from mapdialog.plans.problems import Problem, Weight
from mapdialog.plans.rule_sets import RuleSet
from mapdialog.plans.rule_types import AnnouncementNeed, Checklist, ChecklistItem, PhaseRule, When

# 5:24, 5:30 and 13:11 speak of views that were not met.
UNMET_OUTCOMES = frozenset({Outcome.NOT_MET, Outcome.PARTLY_MET})
_OVER = frozenset({PhaseStatus.CLOSED, PhaseStatus.REPORTED})
_REVIEWS = frozenset({PhaseKind.REVIEW, PhaseKind.SECOND_REVIEW})
# A review that is held only if the proposal changes much, or not everybody approves of it.
ONLY_IF = frozenset({When.AFTER_MAJOR_CHANGE, When.WITHOUT_APPROVAL})
_BEFORE_OPENING = frozenset({When.ALWAYS, When.OPTIONAL, When.NOT_ANNOUNCED_OR_CHANGED})


@dataclass(frozen=True)
class PhaseState:
    """What the order of phases needs to know of one that exists."""

    kind: str
    status: str
    major_change: bool = False
    falls_short: bool = False


def allowed_phases(
    rules: RuleSet, procedure: str, plan_kind: str, phases: Sequence[PhaseState]
) -> tuple[PhaseKind, ...]:
    """The phases that may be planned next, in the procedure's order.

    One at a time of a kind; a review after the consultation it needs; one that a substantial change forces, only then.
    A review that falls short of what the law asks can be held again as a second one.
    """
    is_short = any(one.falls_short and one.kind in _REVIEWS for one in phases)
    existing = {one.kind for one in phases}
    has_changed = any(one.major_change for one in phases)
    unfinished = {one.kind for one in phases if one.status not in _OVER}
    allowed = []
    fitting = rules.procedure(procedure).phases_for(plan_kind)
    for number, phase in enumerate(fitting):
        needed = {one.kind for one in fitting[:number] if one.when == When.ALWAYS}
        is_again = phase.kind == PhaseKind.SECOND_REVIEW and is_short
        is_due = phase.when != When.AFTER_MAJOR_CHANGE or has_changed or is_again
        if phase.kind == PhaseKind.REVIEW and PhaseKind.REVIEW in existing:
            is_due = False
        if is_due and phase.kind not in unfinished and needed <= existing:
            allowed.append(phase.kind)
    return tuple(allowed)


def phase_after_change(rules: RuleSet, procedure: str, phase_kind: str, *, major_change: bool) -> PhaseKind | None:
    """The review that a substantial change after the phase forces (5:25, 5:38 b, 3:18), None where it forces none."""
    if not major_change or phase_kind == PhaseKind.PROGRAMME_CONSULTATION:
        return None
    forced = [one.kind for one in rules.procedure(procedure).phases if one.when in ONLY_IF]
    if phase_kind in _REVIEWS:
        return next((kind for kind in forced if kind == PhaseKind.SECOND_REVIEW), None)
    return next((kind for kind in forced if kind == PhaseKind.REVIEW), None)


def needs_second_review(major_change: bool, phase_kind: str = PhaseKind.REVIEW) -> bool:
    """Whether the plan must be reviewed again: it was changed substantially after a review (5:25, 3:18)."""
    return major_change and phase_kind in _REVIEWS


def announcements_before(
    phase: PhaseRule, *, announced_before: bool = False, changed_much: bool = False
) -> tuple[AnnouncementNeed, ...]:
    """What must (`when` optional: should) be announced before the phase opens.

    The announcement of a review is demanded where none was made earlier or the proposal changed substantially (5:18).
    """
    return tuple(
        need
        for need in phase.announcements
        if need.when in _BEFORE_OPENING
        and (need.when != When.NOT_ANNOUNCED_OR_CHANGED or not announced_before or changed_much)
    )


def announcements_after(phase: PhaseRule) -> tuple[AnnouncementNeed, ...]:
    """What must be announced when the phase's report is done (5:24)."""
    return tuple(need for need in phase.announcements if need.when == When.AFTER_REPORT)


def missing_items(checklist: Checklist, items: Mapping[str, str], *, has_meeting: bool) -> tuple[ChecklistItem, ...]:
    """The things of a checklist that nothing is said about yet; the meeting is asked for only where there is one."""
    return tuple(
        one
        for one in checklist.items
        if not items.get(one.key, "").strip() and (one.when != When.IF_MEETING or has_meeting)
    )


def why_not_announced(
    checklist: Checklist,
    *,
    missing: int,
    stale: Sequence[int] = (),
    is_unknown: bool = False,
    posted_on: date | None,
    newspaper_on: date | None,
    starts_on: date,
) -> list[Problem]:
    """What an announcement lacks: items, the notice board, the newspaper, or that it was up before the phase began.

    `stale` are the numbers of the items that were written before the plan or the phase was changed, or (`is_unknown`)
    before anybody kept track of it.
    """
    reference, found = checklist.basis.legal_ref, []
    if missing:
        message = N_("Antal punkter utan text i kungörelsen eller underrättelsen: %(count)s.")
        found.append(Problem("items_missing", message, Weight.STOPS, reference, {"count": missing}))
    if stale:
        message = N_(
            "Det som kungörs stämmer inte med planen och skedet, som har ändrats sedan texten skrevs: "
            "punkt %(numbers)s. Skriv om texten, eller intyga att den stämmer som den står."
        )
        if is_unknown:
            message = N_(
                "Kontrollera texten, punkt %(numbers)s: det går inte att se om planen eller skedet har ändrats sedan "
                "den skrevs. Skriv om den, eller intyga att den stämmer som den står."
            )
        params = {"numbers": ", ".join(str(one) for one in stale)}
        found.append(Problem("items_stale", message, Weight.STOPS, reference, params))
    if posted_on is None:
        message = N_("Skriv vilken dag texten sattes upp på kommunens anslagstavla.")
        found.append(Problem("not_posted", message, Weight.STOPS, reference))
    elif posted_on > starts_on:
        message = N_("Texten sattes upp %(day)s, efter att skedet började. Tiden räknas från den dagen.")
        found.append(Problem("posted_late", message, Weight.NEEDS_REASON, reference, {"day": posted_on}))
    if checklist.newspaper and newspaper_on is None:
        message = N_("Skriv vilken dag kungörelsen stod i en ortstidning.")
        found.append(Problem("not_in_newspaper", message, Weight.NEEDS_REASON, reference))
    return found


def why_not_open(
    *,
    has_area: bool,
    has_documents: bool,
    earlier_unfinished: bool = False,
    date_problems: Iterable[Problem] = (),
    has_reason: bool = False,
    has_uploads: bool = False,
    is_comprehensive: bool = False,
) -> list[Problem]:
    """What stands in the way of opening a phase, beside its announcements. `date_problems` are those of its days.

    `has_uploads` is whether there are documents to choose of what the phase shows.
    """
    found = []
    if not has_area:
        message = N_("Rita eller ladda upp planområdet.")
        found.append(Problem("no_area", message, Weight.STOPS))
    if not has_documents:
        message = N_("Ladda upp förslaget och de handlingar som ska kunna läsas på webbplatsen.")
        if has_uploads:
            message = N_("Välj vilka av de uppladdade handlingarna som visas i skedet, och spara valet.")
        reference = "3 kap. 9 och 12 §§ PBL" if is_comprehensive else "5 kap. 13 och 21 §§ PBL"
        found.append(Problem("no_documents", message, Weight.STOPS, reference))
    if earlier_unfinished:
        message = N_("Avsluta det tidigare skedet först.")
        found.append(Problem("earlier_unfinished", message, Weight.STOPS))
    stopping = {Weight.STOPS} if has_reason else {Weight.STOPS, Weight.NEEDS_REASON}
    return found + [one for one in date_problems if one.weight in stopping]


def why_not_close(unread: int, *, ends_on: date | None = None, today: date | None = None) -> list[Problem]:
    """What stands in the way of closing a phase: statements nobody has read, or days that are left."""
    found = []
    if unread:
        message = N_("Yttranden som ingen har läst: %(count)s. Läs dem innan du stänger skedet.")
        found.append(Problem("unread", message, Weight.STOPS, params={"count": unread}))
    if ends_on is not None and today is not None and today <= ends_on:
        message = N_("Tiden går ut %(end)s. Skedet kan stängas dagen efter.")
        found.append(Problem("not_over", message, Weight.STOPS, params={"end": ends_on}))
    return found


REPORT_REFERENCES: dict[str, str] = {
    ReportKind.SAMRADSREDOGORELSE: "5 kap. 17 § och 3 kap. 11 § PBL",
    ReportKind.GRANSKNINGSUTLATANDE: "5 kap. 23 § PBL",
    ReportKind.SARSKILT_UTLATANDE: "3 kap. 17 § PBL",
}


def needs_reason(outcome: str | None) -> bool:
    """Whether an answer of that outcome has to say why."""
    return outcome is not None and outcome != Outcome.MET
