"""The points of a plan as rows of a workbook that planners edit and bring back: its columns, and reading them."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from mapdialog.accounts.models import Account
from mapdialog.contributions.models import Contribution, ContributionDistrict
from mapdialog.core.text import N_, clean, clean_line
from mapdialog.districts.models import District, DistrictSet
from mapdialog.geo import expressions
from mapdialog.geo.spreadsheet import excel_text
from mapdialog.plans.answer_models import PlanAnswer, PlanPoint, PlanTheme
from mapdialog.plans.answer_queue import Wanted, joined, narrowed
from mapdialog.plans.models import Plan, PlanPhase
from mapdialog.plans.statement_models import PlanStatement

_S = PlanStatement.__table__.c
_C = Contribution.__table__.c
_BATCH = 500


@dataclass(frozen=True)
class Column:
    """A column: its key in the hidden first row, its heading, how wide, and whether it may be edited."""

    key: str
    heading: str
    width: int
    is_edited: bool = False


COLUMNS: tuple[Column, ...] = (
    Column("id", N_("Id"), 8),
    Column("version", N_("Version"), 8),
    Column("answer_id", N_("Svarets id"), 9),
    Column("answer_version", N_("Svarets version"), 9),
    Column("number", N_("Yttrande"), 10),
    Column("seq", N_("Synpunkt"), 10),
    Column("received", N_("Inkom"), 11),
    Column("registry_no", N_("Diarienummer"), 14),
    Column("phase", N_("Skede"), 14),
    Column("sender", N_("Från"), 26),
    Column("group", N_("Grupp"), 22),
    Column("district", N_("Område"), 18),
    Column("quote", N_("Citat"), 50),
    Column("summary", N_("Sammanfattning"), 50, True),
    Column("theme", N_("Tema"), 18, True),
    Column("outcome", N_("Utfall"), 20, True),
    Column("answer", N_("Svar"), 60, True),
    Column("reason", N_("Skäl"), 50, True),
    Column("forwarded_to", N_("Skickad vidare till"), 24, True),
    Column("status", N_("Status"), 12),
    Column("reviewer", N_("Granskat av"), 20),
    Column("north", N_("N (SWEREF 99 TM)"), 12),
    Column("east", N_("E (SWEREF 99 TM)"), 12),
)
EDITED = tuple(one.key for one in COLUMNS if one.is_edited)
KEYS = ("id", "version", "answer_id", "answer_version")  # what a row is made of, and in which version
LOCKED = tuple(one.key for one in COLUMNS if not one.is_edited and one.key not in KEYS)
LINES = {"theme", "outcome", "forwarded_to"}  # one line each; the others keep their paragraphs
# Hidden columns: marks of what the cells said when the file was made.
EXPORTED = "exported"  # of each edited cell
FIXED = "exported_fixed"  # of what the row is made of, and of each locked cell


def tidy(key: str, words: str) -> str:
    """The words of an edited cell as they are kept."""
    return clean_line(words) if key in LINES else clean(words)


def mark(key: str, words: str | None) -> str:
    """A short mark of an edited cell's words, as the workbook can hold them."""
    return _short(tidy(key, excel_text(words or "")))


def marks(values: Mapping[str, str | None]) -> str:
    """The mark of each edited cell, in the order of EDITED: tells which cells somebody has changed."""
    return " ".join(mark(key, values[key]) for key in EDITED)


def fixed_marks(cells: Mapping[str, Any]) -> str:
    """The same of cells that are not to be changed: one for KEYS together, then each of LOCKED."""
    together = "/".join(_plain(cells.get(key)) for key in KEYS)
    return " ".join(_short(one) for one in (together, *(_plain(cells.get(key)) for key in LOCKED)))


def _plain(value: Any) -> str:
    """A cell's value as spreadsheet programs agree on it: whole numbers, days, and words without outer blanks."""
    if isinstance(value, date):
        return value.isoformat()[:10]
    if isinstance(value, int | float):
        return str(round(value))
    return clean_line("" if value is None else str(value))


def _short(words: str) -> str:
    return hashlib.blake2b(words.encode(), digest_size=6).hexdigest()


def read_rows(session: Session, plan: Plan, wanted: Wanted) -> Iterator[Any]:
    """The points asked for, each as a row named by COLUMNS, in batches. None of protected identities, whoever asks."""
    query = narrowed(joined(_columns()), plan, wanted).where(_S.is_protected.is_(False))
    ordered = query.order_by(_S.number, PlanPoint.seq)
    yield from session.execute(ordered.execution_options(yield_per=_BATCH))


def _columns() -> Any:
    # A place that nobody pointed at is only somewhere within the plan.
    pointed = _C.place_source != "plan"
    east, north = expressions.east_north(func.coalesce(expressions.anchor(PlanPoint.geom), case((pointed, _C.anchor))))
    reviewer = aliased(Account)
    return select(
        PlanPoint.id,
        PlanPoint.version,
        PlanPoint.answer_id,
        PlanAnswer.version.label("answer_version"),
        _S.number,
        PlanPoint.seq,
        PlanPhase.kind.label("phase"),
        func.coalesce(func.nullif(_named(), ""), _C.contact_email, _S.postal_address).label("sender"),
        _S.party_group.label("group"),
        _C.received_at.label("received"),
        _S.registry_no,
        case((pointed, _district())).label("district"),
        PlanPoint.quote,
        PlanPoint.summary,
        PlanTheme.label.label("theme"),
        PlanAnswer.outcome,
        PlanAnswer.text.label("answer"),
        PlanAnswer.reason,
        PlanAnswer.forwarded_to,
        PlanAnswer.status,
        select(reviewer.name).where(reviewer.id == PlanAnswer.reviewer_id).scalar_subquery().label("reviewer"),
        north.label("north"),
        east.label("east"),
    )


def _named() -> Any:
    return func.concat_ws(", ", func.nullif(_C.contact_name, ""), func.nullif(_S.organisation, ""))


def _district() -> Any:
    return (
        select(District.name)
        .join(ContributionDistrict, ContributionDistrict.district_id == District.id)
        .join(DistrictSet, DistrictSet.id == District.district_set_id)
        .where(DistrictSet.is_default, ContributionDistrict.contribution_id == _C.id)
        .scalar_subquery()
    )
