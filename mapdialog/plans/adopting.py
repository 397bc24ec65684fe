"""Writes of a plan's adoption: the decision and its days, and the notice of it with its proof. Callers commit."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapdialog.core import audit
from mapdialog.core.errors import Conflict, DomainError, Invalid, NotFound
from mapdialog.core.files import FileStore
from mapdialog.core.text import N_, clean, clean_line
from mapdialog.plans import (
    adoption_rules,
    announcement_texts,
    consenting,
    correcting,
    deadlines,
    dispatching,
    duties,
    held_phases,
    report_gaps,
)
from mapdialog.plans.adoption_rules import AdoptionDraft, PhaseFact
from mapdialog.plans.announcement_texts import Facts
from mapdialog.plans.kinds import AnnouncementKind, DispatchKind, PartyGroup
from mapdialog.plans.models import Plan, PlanAdoption, PlanAnnouncement
from mapdialog.plans.party_models import PlanDispatch, PlanParty, PlanRecipient
from mapdialog.plans.problems import Problem, Weight, that_stop
from mapdialog.plans.rule_sets import rule_set
from mapdialog.plans.rule_types import Checklist
from mapdialog.plans.statement_files import MAX_BYTES, CheckedFile, check_file

COLUMNS = (
    "decided_on", "body", "section", "minutes_adjusted_on", "announced_on", "announced_url", "appealed_on",
    "appeal_note", "legal_force_on", "sent_note",
)  # fmt: skip
CHANGED_MEANWHILE = N_("En kollega har ändrat texten sedan du öppnade den. Det du skrev finns kvar; jämför och spara.")
_SUMMARY = N_("Något behöver rättas innan det går att spara.")
LINE_MAX, NOTE_MAX = 300, 4_000
PROOF_KINDS = frozenset({"pdf", "jpg", "png", "tif", "eml", "msg", "docx"})
PROOF_MAX_BYTES = MAX_BYTES


@dataclass(frozen=True)
class NoticeDraft:
    """What the notice of adoption says by item, and where and when it was put up."""

    items: Mapping[str, str] = field(default_factory=dict)
    board_url: str = ""
    board_posted_on: date | None = None
    board_removed_on: date | None = None


def problems_of(session: Session, plan: Plan, decided_on: date | None) -> list[Problem]:
    """What stands in the way of adopting the plan, as it is now."""
    phases = [
        PhaseFact(
            one.kind,
            one.status,
            one.ended_on,
            one.major_change,
            duties.last_frozen_report(session, plan, one) is not None,
        )
        for one in plan.phases
    ]
    found = adoption_rules.why_not_adopted(
        rule_set(plan.rule_set),
        plan.procedure,
        plan.kind,
        phases,
        decided_on,
        is_discontinued=plan.discontinued_on is not None,
    )
    found += consenting.why_not_approved(session, plan)
    law = rule_set(plan.rule_set)
    found += [one.problem for one in held_phases.list_shortfalls(law, plan, plan.procedure, plan.grounds)]
    if correcting.list_to_renew(session, plan):
        message = N_("Ett svar i en färdig redogörelse har rättats, och ingen ny version av den är godkänd än.")
        found.append(Problem("report_corrected", message, Weight.NEEDS_REASON))
    found += report_gaps.list_problems(report_gaps.list_gaps(session, plan))
    found += report_gaps.list_unpublished_problems(session, plan)
    return found + _unsent(session, plan, decided_on)


def _unsent(session: Session, plan: Plan, decided_on: date | None) -> list[Problem]:
    """What was to be sent before the decision and is not, though the register holds who should have it."""
    message = N_("%(what)s är inte skickat, enligt verktyget, till alla som ska ha det.")
    missing = (
        one
        for one in duties.list_occasions(session, plan)
        if one.phase is not None
        and not one.is_done
        and one.due_on is not None
        and (decided_on is None or one.due_on < decided_on)
        and dispatching.propose(session, plan, one).addressees
    )
    said = [(one.key, one.duties[0]) for one in missing]
    return [
        Problem(f"unsent-{key}", message, Weight.NEEDS_REASON, duty.basis.legal_ref, {"what": duty.label})
        for key, duty in said
    ]


def save_adoption(
    session: Session,
    plan: Plan,
    draft: AdoptionDraft,
    *,
    reason: str = "",
    version: int | None,
    today: date,
    actor_id: int | None,
) -> PlanAdoption:
    """Keep the decision and its days, and count the last day to appeal from the announcement.

    Going past what needs a reason takes one, which the adoption and the log keep. `version` is what one saw, 0 for
    none. Raises Invalid by field, Conflict when it is another now.
    """
    session.execute(select(Plan.id).where(Plan.id == plan.id).with_for_update())
    session.expire(plan, ["adoption"])
    if plan.adoption is not None:
        session.refresh(plan.adoption)
    if version is not None and version != (plan.adoption.version if plan.adoption else 0):
        raise Conflict(CHANGED_MEANWHILE)
    draft, rules, reason = _cleaned(draft), rule_set(plan.rule_set), clean_line(reason)
    wrong: dict[str, DomainError] = {}
    if draft.decided_on is None:
        wrong["decided_on"] = Invalid(N_("Skriv vilken dag beslutet fattades."))
    if not draft.body:
        wrong["body"] = Invalid(N_("Skriv vem som antog planen, till exempel Kommunfullmäktige."))
    for name, problem in adoption_rules.check_days(rules, plan.kind, draft, today).items():
        wrong.setdefault(name, _said(problem))
    if stopping := _what_stops(session, plan, draft, is_in_order=not wrong, has_reason=bool(reason)):
        wrong.setdefault("decided_on" if stopping[0].key == "too_early" else "reason", _said(stopping[0]))
    if wrong:
        raise Invalid(_SUMMARY, fields=wrong)
    adoption = plan.adoption
    is_new = adoption is None
    if adoption is None:
        adoption = PlanAdoption(plan_id=plan.id, version=0)
        session.add(adoption)
    changed = [name for name in COLUMNS if getattr(adoption, name) != getattr(draft, name)]
    for name in changed:
        setattr(adoption, name, getattr(draft, name))
    if reason:
        adoption.reason = "\n".join(dict.fromkeys([*(adoption.reason or "").splitlines(), reason]))
    adoption.version += 1
    announced = draft.announced_on
    adoption.appeal_ends_on = deadlines.appeal_last_day(announced, rules, plan.kind) if announced else None
    session.flush()
    session.refresh(plan, ["adoption"])
    detail: dict[str, Any] = {"fields": changed} | ({"reason": reason} if reason else {})
    audit.record(session, actor_id, "plan.adopt" if is_new else "plan.adoption_change", plan, **detail)
    return adoption


def _what_stops(
    session: Session, plan: Plan, draft: AdoptionDraft, *, is_in_order: bool, has_reason: bool
) -> list[Problem]:
    """What stands in the way of a new adoption, and of legal force where its day is new and the days are in order."""
    adoption = plan.adoption
    found = problems_of(session, plan, draft.decided_on) if adoption is None else []
    if is_in_order and (adoption is None or adoption.legal_force_on != draft.legal_force_on):
        found += _of_legal_force(session, plan, draft)
    return that_stop(found, has_reason=has_reason)


def _of_legal_force(session: Session, plan: Plan, draft: AdoptionDraft) -> list[Problem]:
    notice = duties.find_occasion(duties.list_occasions(session, plan), DispatchKind.ADOPTION_NOTICE, None)
    return adoption_rules.why_not_legal_force(
        rule_set(plan.rule_set),
        plan.kind,
        draft,
        county_received_on=county_received_on(session, plan),
        is_sent=notice is None or notice.is_done,
    )


def county_received_on(session: Session, plan: Plan) -> date | None:
    """When the notice of adoption was sent to the county and the other authorities; its own weeks run from there."""
    query = (
        select(func.max(PlanRecipient.sent_on))
        .join(PlanDispatch, PlanDispatch.id == PlanRecipient.dispatch_id)
        .join(PlanParty, PlanParty.id == PlanRecipient.party_id)
        .where(
            PlanDispatch.plan_id == plan.id,
            PlanDispatch.kind == DispatchKind.ADOPTION_NOTICE,
            PlanParty.party_group == PartyGroup.AUTHORITY_MANDATORY,
        )
    )
    return session.scalar(query)


def find_notice(session: Session, plan: Plan) -> PlanAnnouncement | None:
    """The plan's notice of adoption, None before it is written."""
    query = select(PlanAnnouncement).where(
        PlanAnnouncement.plan_id == plan.id,
        PlanAnnouncement.phase_id.is_(None),
        PlanAnnouncement.kind == AnnouncementKind.NOTICE_OF_ADOPTION,
    )
    return session.scalars(query.order_by(PlanAnnouncement.id).limit(1)).first()


def notice_checklist(plan: Plan) -> Checklist | None:
    """What the notice of adoption states, None where the plan's law asks for none."""
    if plan.kind not in ("detailed_plan", "area_regulations"):
        return None
    lists = rule_set(plan.rule_set).checklists
    return next((one for one in lists if one.kind == AnnouncementKind.NOTICE_OF_ADOPTION), None)


def notice_facts(plan: Plan, *, municipality: str, web_url: str) -> Facts:
    """What is known of the decision, for the notice."""
    adoption = plan.adoption
    return Facts(
        municipality=municipality,
        plan_name=plan.name,
        plan_kind=plan.kind,
        registry_number=plan.registry_number,
        web_url=web_url,
        send_to=plan.submit_to,
        adopting_body=adoption.body if adoption else plan.adopting_body,
        decided_on=adoption.decided_on if adoption else None,
        announced_on=adoption.announced_on if adoption else None,
        appeal_last_day=adoption.appeal_ends_on if adoption else None,
    )


def save_notice(
    session: Session,
    plan: Plan,
    draft: NoticeDraft,
    *,
    facts: Facts,
    version: int | None,
    actor_id: int | None,
    proof: tuple[str, bytes] | None = None,
    files: FileStore | None = None,
) -> PlanAnnouncement:
    """Keep what the notice says and the proof of it; once it is put up its words stay.

    `version` is what one saw, 0 for none; `proof` a file's name and bytes. Raises NotFound, Invalid by field, Conflict.
    """
    checklist = notice_checklist(plan)
    if checklist is None:
        raise NotFound(N_("Planen behöver ingen sådan underrättelse."))
    session.execute(select(Plan.id).where(Plan.id == plan.id).with_for_update())
    written = find_notice(session, plan)
    if written is not None:
        session.refresh(written)
    if version is not None and version != (written.version if written else 0):
        raise Conflict(CHANGED_MEANWHILE)
    checked = _check_notice(draft, proof)
    if written is None:
        kind = AnnouncementKind.NOTICE_OF_ADOPTION.value
        written = PlanAnnouncement(plan_id=plan.id, phase_id=None, kind=kind, items={}, version=0)
        session.add(written)
    if written.board_posted_on is None:
        written.items = {one.key: clean(draft.items.get(one.key, "")) for one in checklist.items}
        written.text = announcement_texts.whole_text(checklist, facts, written.items)
    written.board_url = clean_line(draft.board_url)
    written.board_posted_on, written.board_removed_on = draft.board_posted_on, draft.board_removed_on
    if checked is not None and files is not None:
        written.proof_file_key = f"plans/{plan.id}/proofs/{uuid.uuid4().hex}.{checked.kind}"
        written.proof_file_name = checked.name
        files.put(written.proof_file_key, checked.data)
    written.version += 1
    session.flush()
    audit.record(session, actor_id, "plan.announcement_save", plan, kind=written.kind)
    return written


def _said(problem: Problem) -> Invalid:
    params: dict[str, Any] = dict(problem.params)
    return Invalid(problem.message, **params)


def _check_notice(draft: NoticeDraft, proof: tuple[str, bytes] | None) -> CheckedFile | None:
    """The proof as a checked file, None without one. Raises Invalid with every field that does not hold."""
    wrong: dict[str, DomainError] = {}
    url, checked = clean_line(draft.board_url), None
    if url and not url.startswith(("http://", "https://")):
        wrong["board_url"] = Invalid(N_("Skriv hela adressen, till exempel https://www.trelleborg.se/anslagstavla."))
    if draft.board_removed_on and draft.board_posted_on is None:
        wrong["board_posted_on"] = Invalid(N_("Skriv också vilken dag texten sattes upp."))
    elif draft.board_removed_on and draft.board_posted_on and draft.board_removed_on < draft.board_posted_on:
        wrong["board_removed_on"] = Invalid(N_("Texten togs ner innan den sattes upp. Ändra dagen."))
    if proof is not None:
        try:
            checked = check_file(proof[1], proof[0], kinds=PROOF_KINDS, field="proof")
        except DomainError as error:
            wrong["proof"] = error
    if wrong:
        raise Invalid(_SUMMARY, fields=wrong)
    return checked


def _cleaned(draft: AdoptionDraft) -> AdoptionDraft:
    """The same with its lines trimmed. Raises Invalid for what is too long, or no address."""
    lines: dict[str, Any] = {name: clean_line(getattr(draft, name)) for name in ("body", "section", "announced_url")}
    notes: dict[str, Any] = {name: clean(getattr(draft, name)) for name in ("appeal_note", "sent_note")}
    wrong: dict[str, DomainError] = {}
    for name, text in (lines | notes).items():
        most = NOTE_MAX if name in notes else LINE_MAX
        if len(text) > most:
            wrong[name] = Invalid(N_("Texten är för lång. Gränsen är %(most)s tecken."), most=most)
    if lines["announced_url"] and not lines["announced_url"].startswith(("http://", "https://")):
        message = N_("Skriv hela adressen, till exempel https://www.trelleborg.se/anslagstavla.")
        wrong["announced_url"] = Invalid(message)
    if wrong:
        raise Invalid(_SUMMARY, fields=wrong)
    return replace(draft, **lines, **notes)
