"""Makes the demo's plan consultations: what was proposed, who was asked, what they wrote and were answered."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import shapely
from sqlalchemy.orm import Session

from mapdialog.core.clock import end_of_day, start_of_day
from mapdialog.core.files import FileStore
from mapdialog.demo.arrivals import NAMESPACE
from mapdialog.demo.content import Calendar
from mapdialog.demo.plan_papers import add_papers
from mapdialog.geo import geometry
from mapdialog.plans import announcing, dispatch_actions, dispatch_texts, duties, phase_guards
from mapdialog.plans.announcement_facts import facts_of, marked, marks
from mapdialog.plans.announcement_texts import whole_text
from mapdialog.plans.answer_models import (
    PlanAnswer,
    PlanAnswerWording,
    PlanChange,
    PlanChangePoint,
    PlanPoint,
    PlanTheme,
)
from mapdialog.plans.kinds import PartyGroup
from mapdialog.plans.models import Plan, PlanAnnouncement, PlanFeature, PlanMeeting, PlanPhase
from mapdialog.plans.party_models import PlanParty
from mapdialog.plans.receiving import NewStatement, receive_statement
from mapdialog.plans.rule_sets import rule_set, rule_set_on
from mapdialog.plans.starting import PlanStart, start_plan
from mapdialog.plans.statement_models import PlanStatement

_WEB = "https://www.trelleborg.example"
_TEXTS = ("description", "grounds_text", "contact", "submit_to", "area_words")


class Plans:
    """Adds plans one by one, as `said` in demo/plans.json; the caller commits."""

    def __init__(
        self,
        session: Session,
        calendar: Calendar,
        *,
        receipt_prefix: str,
        secret_key: str,
        actor_ids: tuple[int, int],
        files: FileStore | None = None,
    ) -> None:
        self.session, self.calendar, self.files = session, calendar, files
        self.receipt_prefix, self.secret_key = receipt_prefix, secret_key
        self.officer_id, self.reviewer_id = actor_ids
        self.plans = self.statements = 0

    def add(self, said: dict[str, Any]) -> Plan:
        """One plan with all that has happened in it so far."""
        started_on = self.calendar.day(said["started"])
        start = PlanStart(
            **{name: said[name] for name in ("registry_number", "name", "kind", "procedure", "summary", "committee")},
            adopting_body=said["adopting_body"],
            grounds=tuple(said["grounds"]),
            started_on=started_on,
            rule_set=rule_set_on(started_on).key,
            area=_area(said["area"]),
            officer_id=self.officer_id,
        )
        plan = start_plan(self.session, start, actor_id=self.officer_id)
        for name in _TEXTS:
            setattr(plan, name, said[name])
        plan.deviates_from_comprehensive_plan = plan.significant_impact_assumed = False
        plan.created_at = self.calendar.moment(said["created"], "10:20")
        plan.published_at = self.calendar.moment(said["published"], "09:00")
        self._add_map(plan, said)
        phases = [self._phase(plan, one) for one in said["phases"]]
        self.session.refresh(plan, ["phases", "features"])
        for phase, one in zip(phases, said["phases"], strict=True):
            self._announce(plan, phase, one)
            if self.files is not None:
                add_papers(self.session, plan, phase, self.files, actor_id=self.officer_id)
        parties = self._parties(plan, said["parties"])
        for phase, one in zip(phases, said["phases"], strict=True):
            self._invite(plan, phase, one["board_day"])
        themes = self._themes(plan, said["themes"])
        points = [point for one in said["statements"] for point in self._statement(plan, one, parties, themes)]
        for position, (description, causes) in enumerate(said.get("changes", ())):
            self._change(phases[0], description, [start for (start,) in causes], points, position)
        self.plans += 1
        self.session.flush()
        return plan

    def _add_map(self, plan: Plan, said: dict[str, Any]) -> None:
        area = _area(said["area"])
        for position, one in enumerate(said["features"]):
            geom = geometry.to_element(geometry.to_store(shapely.Polygon(one["area"])).intersection(area))
            given = {name: one[name] for name in ("code", "title", "text")}
            self.session.add(PlanFeature(plan_id=plan.id, position=position, geom=geom, **given))

    def _phase(self, plan: Plan, said: dict[str, Any]) -> PlanPhase:
        starts_on, ends_on = self.calendar.day(said["starts"]), self.calendar.day(said["ends"])
        is_closed = said["status"] == "closed"
        phase = PlanPhase(
            plan_id=plan.id,
            kind=said["kind"],
            starts_on=starts_on,
            ends_on=ends_on,
            available_text=said["available"],
            held_text=said.get("held", ""),
            status=said["status"],
            opened_at=start_of_day(starts_on),
            closed_at=end_of_day(ends_on) + timedelta(hours=9) if is_closed else None,
        )
        met = said["meeting"]
        phase.meetings = [
            PlanMeeting(
                kind=met["kind"],
                starts_at=self.calendar.moment(met["day"], met["clock"]),
                place=met["place"],
                attendance=met["attendance"],
            )
        ]
        self.session.add(phase)
        self.session.flush()
        return phase

    def _announce(self, plan: Plan, phase: PlanPhase, said: dict[str, Any]) -> None:
        """Every announcement that the phase needs, worded of what is known and put up on its day."""
        posted = self.calendar.day(said["board_day"])
        facts = facts_of(plan, phase, municipality="Trelleborgs kommun", web_url=f"{_WEB}/plans/{plan.slug}")
        for state in phase_guards.announcements(rule_set(plan.rule_set), plan, phase):
            items = announcing.suggested(state, facts)
            one = PlanAnnouncement(
                plan_id=plan.id,
                phase_id=phase.id,
                kind=state.need.kind,
                items=marked(items, {}, made=items, now=marks(state.checklist, plan, phase)),
                text=whole_text(state.checklist, facts, items),
                board_url=f"{_WEB}/anslagstavla",
                board_posted_on=posted,
                newspaper=said["newspaper"],
                newspaper_on=posted if said["newspaper"] else None,
            )
            self.session.add(one)
        self.session.flush()
        self.session.expire(phase, ["announcements"])

    def _invite(self, plan: Plan, phase: PlanPhase, on: int) -> None:
        """The invitation that the law asks for, sent to all in the register the day the text was put up."""
        address = f"{_WEB}/plans/{plan.slug}"
        for one in duties.list_occasions(self.session, plan):
            if one.phase is not phase or one.event_on is None:
                continue
            title, body = dispatch_texts.suggest(
                plan, one.kind, phase, municipality="Trelleborgs kommun", web_url=address, appeal_last_day=None
            )
            made = dispatch_actions.prepare(self.session, plan, one, title, body, actor_id=self.officer_id)
            made.created_at, at = self.calendar.moment(on, "09:10"), self.calendar.moment(on, "13:40")
            listed = dispatch_actions.freeze(
                self.session,
                plan,
                made,
                one,
                at=at,
                actor_id=self.officer_id,
                reason="Den som saknar adress har fått inbjudan på annat sätt.",
            )
            dispatch_actions.mark_sent(
                self.session,
                made,
                [each.id for each in listed],
                on=self.calendar.day(on),
                proof="Postlista nr 1, inlämnad på postkontoret",
                actor_id=self.officer_id,
            )

    def _parties(self, plan: Plan, rows: Iterable[list[str]]) -> dict[str, PlanParty]:
        made = {}
        for number, (group, name, organisation, designation, street, town) in enumerate(rows, start=1):
            code, _, city = (town[:6], "", town[7:]) if town else ("", "", "")
            party = PlanParty(
                plan_id=plan.id,
                number=number,
                party_group=group,
                name=name,
                organisation=organisation,
                property_designation=designation,
                street=street,
                postal_code=code,
                city=city,
                source="register",
                notify_by="letter" if street else "none",
            )
            made[name or organisation] = party
        self.session.add_all(made.values())
        self.session.flush()
        return made

    def _themes(self, plan: Plan, labels: list[str]) -> dict[str, PlanTheme]:
        made = {label: PlanTheme(plan_id=plan.id, label=label, position=at) for at, label in enumerate(labels)}
        self.session.add_all(made.values())
        self.session.flush()
        return made

    def _statement(
        self, plan: Plan, said: dict[str, Any], parties: dict[str, PlanParty], themes: dict[str, PlanTheme]
    ) -> list[PlanPoint]:
        at = self.calendar.moment(said["day"], said["clock"])
        known = parties.get(said.get("org", "")) or parties.get(said.get("name", ""))
        place = geometry.to_store(shapely.Point(said["at"])) if "at" in said else None
        new = NewStatement(
            client_id=uuid.uuid5(NAMESPACE, f"{plan.slug}/{said['day']}/{said['clock']}"),
            text=said["text"],
            received_by=said["by"],
            place=place,
            contact_name=said.get("name", ""),
            contact_email=said.get("email", ""),
            organisation=said.get("org", ""),
            postal_address=said.get("address", ""),
            property_designation=said.get("property", ""),
            party_id=known.id if known else None,
            party_group=PartyGroup.OTHER_INTEREST if said.get("org") else PartyGroup.PUBLIC,
            stance=said["stance"],
            shown_as="property" if said.get("property") and not said.get("org") else "number",
            language=said.get("language", "sv"),
            subject=said.get("subject", ""),
            registry_no=said.get("registry", ""),
        )
        statement = receive_statement(
            self.session, plan, new, at=at, secret_key=self.secret_key, receipt_prefix=self.receipt_prefix
        ).statement
        self.statements += 1
        if "points" in said:
            statement.read_at, statement.read_by_id = at + timedelta(hours=20), self.officer_id
        return [self._point(statement, seq, one, themes) for seq, one in enumerate(said.get("points", ()), start=1)]

    def _point(self, statement: PlanStatement, seq: int, said: list[str], themes: dict[str, PlanTheme]) -> PlanPoint:
        summary, theme, *answer = said
        point = PlanPoint(
            plan_id=statement.plan_id,
            statement_id=statement.id,
            seq=seq,
            summary=summary,
            theme_id=themes[theme].id,
            created_by_id=self.officer_id,
        )
        self.session.add(point)
        if answer:
            point.answer_id = self._answer(statement, *answer).id
        self.session.flush()
        return point

    def _answer(self, statement: PlanStatement, outcome: str, text: str, reason: str) -> PlanAnswer:
        at: datetime = statement.received_at + timedelta(days=30)
        answer = PlanAnswer(
            plan_id=statement.plan_id,
            text=text,
            outcome=outcome,
            reason=reason,
            status="final",
            author_id=self.officer_id,
            reviewer_id=self.reviewer_id,
            approver_id=self.reviewer_id,
            reviewed_at=at,
            finalised_at=at + timedelta(days=2),
            created_at=at,
        )
        self.session.add(answer)
        self.session.flush()
        worded = {"text": text, "outcome": outcome, "reason": reason, "status": "final", "written_at": at}
        self.session.add(PlanAnswerWording(answer_id=answer.id, version=1, actor_id=self.officer_id, **worded))
        return answer

    def _change(
        self, phase: PlanPhase, description: str, causes: list[str], points: list[PlanPoint], position: int
    ) -> None:
        change = PlanChange(
            plan_id=phase.plan_id,
            phase_id=phase.id,
            description=description,
            document="Plankarta",
            position=position,
            created_by_id=self.officer_id,
        )
        change.causes = [
            PlanChangePoint(point_id=point.id, plan_id=phase.plan_id)
            for point in points
            if any(point.summary.startswith(start) for start in causes)
        ]
        self.session.add(change)


def _area(ring: list[list[float]]) -> shapely.MultiPolygon:
    """A ring in EPSG:4326 as an area in EPSG:3006."""
    shape = geometry.to_store(shapely.Polygon(ring))
    assert isinstance(shape, shapely.Polygon)
    return shapely.MultiPolygon([shape])
