"""Reads what figures over all walks are made of: walks that were held, what they found, and what is done about it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, extract, func, select
from sqlalchemy.orm import Session, selectinload

from mapdialog.contributions.models import Contribution, ContributionDistrict, State
from mapdialog.core.clock import local
from mapdialog.dialogues.models import Category
from mapdialog.districts.models import District, DistrictSet
from mapdialog.walks import astray, returning
from mapdialog.walks.figures import ActionFact, ObservationFact, Outcome, Row, outcome, party_rows, rows, season_of
from mapdialog.walks.findings import ResponsibleParty, Verdict, WalkAction, WalkActionObservation, WalkObservation
from mapdialog.walks.models import SafetyWalk, WalkGroup, WalkStatus

NOT_HELD = (WalkStatus.PLANNED.value, WalkStatus.INVITED.value)
DIMENSIONS = ("district", "category", "season", "light", "party")
_COUNTED = (State.PENDING.value, State.APPROVED.value)


@dataclass(frozen=True)
class Facts:
    """The walks that were held (of a year, or all), and facts of what they found and what is done about it.

    What a return walk said of an earlier finding is no new one: `verdicts` counts such findings by the word for each,
    by the return walk's id.
    """

    walks: tuple[SafetyWalk, ...]
    observations: tuple[ObservationFact, ...]
    actions: tuple[ActionFact, ...]
    categories: dict[str, str]
    verdicts: dict[int, dict[str, int]]

    def label(self, one: ObservationFact) -> str:
        """Its category's name."""
        return self.categories.get(one.category, one.category)

    @property
    def all_verdicts(self) -> dict[str, int]:
        """Those of all walks together."""
        return {one.value: sum(of[one] for of in self.verdicts.values()) for one in Verdict}


@dataclass(frozen=True)
class Statistics:
    """Tables by dimension, and all walks together."""

    facts: Facts
    whole: Outcome
    tables: dict[str, list[Row]]


def list_years(session: Session) -> list[int]:
    """Years in which a walk was held, the latest first."""
    found = session.scalars(select(_year()).where(_held(None)).distinct())
    return sorted((int(year) for year in found), reverse=True)


def make(session: Session, year: int | None, today: date, *, in_english: bool = False) -> Statistics:
    """Everything, of the walks held in that year (Swedish time) or of all."""
    facts = read(session, year, in_english=in_english)
    tables = {name: rows(name, facts.observations, facts.actions, today) for name in DIMENSIONS if name != "party"}
    of_season = {walk.id: _season(walk) for walk in facts.walks}
    tables["season"] = rows("season", facts.observations, facts.actions, today, of_season)
    tables["party"] = party_rows(facts.observations, facts.actions, today)
    return Statistics(facts, outcome(facts.actions, today), tables)


def read(session: Session, year: int | None, *, in_english: bool = False) -> Facts:
    """The facts, categories named in the language. Hidden, withdrawn and merged observations are not counted."""
    held = select(SafetyWalk).where(_held(year)).options(selectinload(SafetyWalk.groups).selectinload(WalkGroup.heads))
    walks = session.scalars(held.order_by(SafetyWalk.starts_at, SafetyWalk.id)).all()
    by_id = {walk.id: walk for walk in walks}
    seen, said = _observations(session, year, by_id)
    labels = select(Category.key, Category.label_sv, Category.label_en).join(
        SafetyWalk, SafetyWalk.dialogue_id == Category.dialogue_id
    )
    named = session.execute(labels.order_by(Category.id))
    categories = {row.key: (in_english and row.label_en) or row.label_sv for row in named}
    new = tuple(one for one in seen.values() if one.id not in said)
    return Facts(tuple(walks), new, tuple(_actions(session, year, by_id, seen)), categories, _verdicts(said))


def _year() -> ColumnElement[int]:
    return extract("year", func.timezone("Europe/Stockholm", SafetyWalk.starts_at))


def _held(year: int | None) -> ColumnElement[bool]:
    is_held = SafetyWalk.status.not_in(NOT_HELD) & SafetyWalk.starts_at.is_not(None)
    return is_held if year is None else is_held & (_year() == year)


def _verdicts(said: dict[int, tuple[int, int, str]]) -> dict[int, dict[str, int]]:
    """Several groups of a walk may have looked at the same finding: the gloomiest word stands for it."""
    words: dict[tuple[int, int], set[str | None]] = {}
    for walk_id, follows_id, verdict in said.values():
        words.setdefault((walk_id, follows_id), set()).add(verdict)
    found: dict[int, dict[str, int]] = {}
    for (walk_id, _follows), told in words.items():
        counts = found.setdefault(walk_id, {one.value: 0 for one in Verdict})
        if gloomiest := returning.gloomiest(told):
            counts[gloomiest] += 1
    return found


def _observations(
    session: Session, year: int | None, walks: dict[int, SafetyWalk]
) -> tuple[dict[int, ObservationFact], dict[int, tuple[int, int, str]]]:
    """Everything by id, and of those that are return checks: the walk, what it follows, and the verdict.

    One whose earlier finding is erased follows itself; checks of doubles follow the one that was kept.
    """
    table, where = WalkObservation.__table__, ContributionDistrict
    earlier = table.alias("earlier")
    in_default = select(DistrictSet.id).where(DistrictSet.is_default).scalar_subquery()
    query: Select[Any] = (
        select(
            *(table.c.id, table.c.walk_id, table.c.polarity, table.c.light, Category.key, District.name),
            *(func.coalesce(earlier.c.merged_into_id, table.c.follows_id, table.c.id), table.c.verdict),
        )
        .select_from(table)
        .join(Contribution.__table__, Contribution.id == table.c.id)
        .join(Category.__table__, Category.id == Contribution.category_id)
        .join(SafetyWalk.__table__, SafetyWalk.id == table.c.walk_id)
        .outerjoin(earlier, earlier.c.id == table.c.follows_id)
        .outerjoin(where, (where.contribution_id == table.c.id) & (where.district_set_id == in_default))
        .outerjoin(District, District.id == where.district_id)
        .where(_held(year), table.c.merged_into_id.is_(None), Contribution.state.in_(_COUNTED))
        .order_by(table.c.id)
    )
    found, said, far = {}, {}, astray.find_all(session, walks.values())
    for one_id, walk_id, polarity, light, category, district, follows_id, verdict in session.execute(query):
        season, lit = _season(walks[walk_id]), light or walks[walk_id].light or ""
        where_seen = district if district and one_id not in far else ""
        found[one_id] = ObservationFact(one_id, walk_id, where_seen, category, season, lit, polarity)
        if verdict is not None:
            said[one_id] = (walk_id, follows_id, verdict)
    return found, said


def _actions(
    session: Session, year: int | None, walks: dict[int, SafetyWalk], seen: dict[int, ObservationFact]
) -> list[ActionFact]:
    links: dict[int, list[int]] = {}
    answered_one, link = WalkObservation.__table__, WalkActionObservation.__table__
    counts_as = func.coalesce(answered_one.c.merged_into_id, answered_one.c.id)
    pairs = (
        select(link.c.action_id, counts_as).join(answered_one, answered_one.c.id == link.c.observation_id).distinct()
    )
    for action_id, observation_id in session.execute(pairs.order_by(counts_as)):
        links.setdefault(action_id, []).append(observation_id)
    query = select(WalkAction, ResponsibleParty.name).join(SafetyWalk, SafetyWalk.id == WalkAction.walk_id)
    query = query.outerjoin(ResponsibleParty, ResponsibleParty.id == WalkAction.party_id)
    made = []
    for one, party in session.execute(query.where(_held(year)).order_by(WalkAction.id)):
        walk, answered = walks[one.walk_id], tuple(links.get(one.id, ()))
        first = next((seen[each] for each in answered if each in seen), None)
        made.append(
            ActionFact(
                id=one.id,
                walk_id=walk.id,
                district=first.district if first else (walk.district.name if walk.district else ""),
                category=first.category if first else "",
                season=_season(walk),
                light=first.light if first else walk.light or "",
                party=party or f"owner:{one.owner_type}",
                status=one.status,
                created_on=local(one.created_at).date(),
                deadline=one.deadline,
                done_on=one.done_on,
                observation_ids=answered,
            )
        )
    return made


def _season(walk: SafetyWalk) -> str:
    return season_of(local(walk.starts_at).date()) if walk.starts_at is not None else ""


def held_until(year: int) -> ColumnElement[bool]:
    """The walk was held in that year or before."""
    return _held(None) & (_year() <= year)


def held_in(year: int) -> ColumnElement[bool]:
    """The walk was held in that year, by the Swedish clock."""
    return _held(year)
