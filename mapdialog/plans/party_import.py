"""Takes in parties from a table (CSV, XLSX): columns are guessed or chosen, and the same file again adds nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.contributions.import_mapping import recognised
from mapdialog.contributions.import_texts import plain_text
from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.text import N_, clean_line
from mapdialog.geo import readers
from mapdialog.geo.problems import GeoProblem
from mapdialog.plans import register
from mapdialog.plans.group_words import UNKNOWN, find_authority, find_group
from mapdialog.plans.kinds import PartyGroup
from mapdialog.plans.models import Plan
from mapdialog.plans.parties import read_address
from mapdialog.plans.party_models import PlanParty
from mapdialog.plans.protected_cells import HEADINGS, is_withheld, says_yes
from mapdialog.plans.register import PartyDraft

MOST_ROWS = 5_000
NEW, SAME, CHANGED, REFUSED = "new", "same", "changed", "refused"
_USUAL: dict[str, tuple[str, ...]] = {
    "name": ("namn", "name", "ägare", "lagfaren ägare", "fullständigt namn", "ägarens namn", "kontaktperson"),
    "first_name": ("förnamn", "tilltalsnamn", "first name"),
    "last_name": ("efternamn", "last name"),
    "organisation": ("organisation", "myndighet", "förening", "företag", "bolag", "organization"),
    "property_designation": ("fastighet", "fastighetsbeteckning", "fastighetsbet", "beteckning", "property"),
    "street": ("adress", "gatuadress", "utdelningsadress", "postadress", "gata", "street", "address"),
    "postal_code": ("postnr", "postnummer", "post nr", "zip", "postal code"),
    "city": ("ort", "postort", "stad", "city"),
    "email": ("e-post", "epost", "e-postadress", "email", "e-mail", "mail", "mejl"),
    "phone": ("telefon", "tel", "telefonnummer", "mobil", "phone"),
    "group": ("grupp", "kategori", "typ", "roll", "group"),
    "protected": HEADINGS,
    "note": ("anteckning", "anmärkning", "kommentar", "not", "note"),
}  # fmt: skip
ROLE_WORDS: dict[str, str] = {
    "name": N_("Namn"),
    "first_name": N_("Förnamn"),
    "last_name": N_("Efternamn"),
    "organisation": N_("Myndighet, förening eller företag"),
    "property_designation": N_("Fastighetsbeteckning"),
    "street": N_("Adress"),
    "postal_code": N_("Postnummer"),
    "city": N_("Postort"),
    "email": N_("E-post"),
    "phone": N_("Telefon"),
    "group": N_("Grupp"),
    "protected": N_("Skyddade personuppgifter"),
    "note": N_("Anteckning"),
}
_WHOLE_NUMBER = re.compile(r"^(\d+)\.0$")


@dataclass(frozen=True)
class TableFacts:
    """What a table holds: its columns, its first rows, and which column likely is what."""

    fields: tuple[str, ...]
    suggested: dict[str, str]


@dataclass(frozen=True)
class Outcome:
    """What becomes of a row (the header is row 1): one of NEW, SAME, CHANGED, REFUSED. `name` is '' for a protected
    one; `changed` names fields; `error` says why it was refused."""

    row: int
    kind: str
    name: str = ""
    changed: tuple[str, ...] = ()
    error: DomainError | None = None
    is_protected: bool = False


def describe(path: Path) -> TableFacts:
    """Look at a table. Raises Invalid for `file`."""
    try:
        with readers.open_table(path) as source:
            names = source.layer().fields
    except GeoProblem as problem:
        raise Invalid(problem.message, field="file", **problem.params) from None
    suggested: dict[str, str] = {}
    for role, usual in _USUAL.items():
        left = tuple(name for name in names if name not in suggested.values())
        suggested[role] = recognised(left, usual) or ""
    return TableFacts(names, suggested)


@dataclass
class PartyTaker:
    """Compares the rows of one table with the register; with `dry` it only tells. `columns` is field name by role.

    Rows of the same person at the same address become one party with every property: each gets one letter.
    """

    session: Session
    plan: Plan
    columns: dict[str, str]
    group: str = PartyGroup.PROPERTY_PARTY
    dry: bool = False
    actor_id: int | None = None

    def __post_init__(self) -> None:
        # The plan's row is held so that two who read files in at once follow each other.
        if not self.dry:
            self.session.execute(select(Plan.id).where(Plan.id == self.plan.id).with_for_update())
        query = select(PlanParty).where(PlanParty.plan_id == self.plan.id).order_by(PlanParty.id)
        self.known: dict[tuple[str, str], list[tuple[PlanParty | None, PartyDraft]]] = {}
        self.merged: list[PartyDraft] = []
        for party in self.session.scalars(query):
            if party.merged_into_id is None:
                self._remember(party, register.draft_of(party))
            else:
                self.merged.append(register.draft_of(party))

    def take_rows(self, path: Path) -> Iterator[Outcome]:
        """Every row that is not empty, in order; callers commit. Raises Invalid for columns or a broken file."""
        try:
            with readers.open_table(path) as source:
                self._check(source.layer().fields)
                for row, values, problem in self._rows(source):
                    yield Outcome(row, REFUSED, error=Invalid(problem)) if problem else self._take(row, values)
        except GeoProblem as problem:
            raise Invalid(problem.message, field="file", **problem.params) from None

    def _check(self, known: tuple[str, ...]) -> None:
        chosen = {role: name for role, name in self.columns.items() if name}
        for role, name in chosen.items():
            if role not in ROLE_WORDS or name not in known:
                message = N_("Fältet ”%(name)s” finns inte i filen. Den har fälten %(known)s.")
                raise Invalid(message, field=role, name=name[:60], known=", ".join(known) or "–")
        if not {"name", "last_name", "organisation"} & set(chosen):
            raise Invalid(N_("Välj vilken kolumn som har namnet."), field="name")
        if self.group not in set(PartyGroup):
            raise Invalid(N_("Välj en grupp i listan."), field="default_group")

    def _rows(self, source: readers.Source) -> Iterator[tuple[int, dict[str, str], str | None]]:
        chosen = {role: name for role, name in self.columns.items() if name}
        for batch in source.batches():
            problems = dict(batch.problems)
            for at in range(len(batch)):
                if batch.first + at >= MOST_ROWS:
                    raise Invalid(N_("Tabellen har fler än %(most)s rader."), field="file", most=MOST_ROWS)
                values = {role: _cell(batch.columns[name][at]) for role, name in chosen.items()}
                if any(values.values()):
                    yield batch.first + at + 2, values, problems.get(batch.first + at)

    def _take(self, row: int, values: dict[str, str]) -> Outcome:
        try:
            draft = _draft(values, self.group, self.plan.kind).cleaned()
        except DomainError as error:
            return Outcome(row, REFUSED, error=error)
        found = self._find(draft)
        if found is None and any(_key(one) == _key(draft) and _is_same(one, draft) for one in self.merged):
            return _told(row, SAME, draft)
        if found is None:
            party = self._write_new(draft)
            self._remember(party, draft)
            return _told(row, NEW, draft)
        at, party, before = found
        after = _merged(before, draft, has_group="group" in self.columns and bool(values.get("group")))
        changed = tuple(one.name for one in fields(PartyDraft) if getattr(before, one.name) != getattr(after, one.name))
        if not changed:
            return _told(row, SAME, after)
        if party is not None and not self.dry:
            register.update_party(self.session, party, after, version=None, actor_id=self.actor_id)
        self.known[_key(before)][at] = (party, after)
        return replace(_told(row, CHANGED, after), changed=changed)

    def _write_new(self, draft: PartyDraft) -> PlanParty | None:
        if self.dry:
            return None
        return register.add_party(self.session, self.plan, draft, source="register", actor_id=self.actor_id)

    def _find(self, draft: PartyDraft) -> tuple[int, PlanParty | None, PartyDraft] | None:
        for at, (party, one) in enumerate(self.known.get(_key(draft), ())):
            if _is_same(one, draft):
                return at, party, one
        return None

    def _remember(self, party: PlanParty | None, draft: PartyDraft) -> None:
        self.known.setdefault(_key(draft), []).append((party, draft))


def _told(row: int, kind: str, draft: PartyDraft) -> Outcome:
    name = "" if draft.is_protected else ", ".join(part for part in (draft.organisation, draft.name) if part)
    return Outcome(row, kind, name, is_protected=draft.is_protected)


def _is_same(one: PartyDraft, draft: PartyDraft) -> bool:
    same_mail = bool(draft.email) and one.email.casefold() == draft.email.casefold()
    home = (draft.street.casefold(), draft.postal_code)
    same_home = bool(draft.street) and (one.street.casefold(), one.postal_code) == home
    nowhere = not (draft.street or draft.email) or not (one.street or one.email)
    return same_mail or same_home or (nowhere and draft.property_designation.casefold() in _properties(one))


def _key(draft: PartyDraft) -> tuple[str, str]:
    return draft.name.casefold(), draft.organisation.casefold()


def _properties(draft: PartyDraft) -> list[str]:
    return [part.strip().casefold() for part in draft.property_designation.split(",")] or [""]


def _merged(before: PartyDraft, new: PartyDraft, *, has_group: bool) -> PartyDraft:
    """What is known with what the row adds: an empty cell erases nothing, and nobody loses a protection."""
    values: dict[str, Any] = {}
    for name in ("street", "postal_code", "city", "email", "phone", "note"):
        if value := getattr(new, name):
            values[name] = value
    added = new.property_designation
    if added and added.casefold() not in _properties(before):
        values["property_designation"] = ", ".join(part for part in (before.property_designation, added) if part)
    if has_group:
        values["party_group"] = new.party_group
    merged = replace(before, **values, is_protected=before.is_protected or new.is_protected)
    if before.notify_by == "none" and not (before.street or before.email):
        merged = replace(merged, notify_by=new.notify_by)
    return merged


def _cell(value: Any) -> str:
    text = clean_line(plain_text(value))
    found = _WHOLE_NUMBER.match(text)  # a workbook's numbers are decimal numbers
    return found[1] if found else text


def _draft(values: dict[str, str], group: str, plan_kind: str) -> PartyDraft:
    name = values.get("name") or " ".join(
        part for part in (values.get("first_name", ""), values.get("last_name", "")) if part
    )
    street, code, city = values.get("street", ""), values.get("postal_code", ""), values.get("city", "")
    if street and not (code or city):
        street, code, city = read_address(street)
    is_protected = says_yes(values.get("protected", "")) or is_withheld(values.values())
    street = "" if is_withheld([street]) else street
    email = values.get("email", "")
    return PartyDraft(
        party_group=_authority(values, name, plan_kind) or _group(values.get("group", ""), group),
        name=name,
        organisation=values.get("organisation", ""),
        property_designation=values.get("property_designation", ""),
        street=street,
        postal_code=code,
        city=city,
        email=email,
        phone=values.get("phone", ""),
        note=values.get("note", ""),
        is_protected=is_protected,
        notify_by="letter" if street else "email" if email else "none",
    )


def _authority(values: dict[str, str], name: str, plan_kind: str) -> str | None:
    """The group of those the law always names, for one of them that does not own property in the plan."""
    if values.get("property_designation"):
        return None
    return find_authority(values.get("group", ""), values.get("organisation") or name, plan_kind)


def _group(word: str, default: str) -> str:
    if not word:
        return default
    if (found := find_group(word)) is not None:
        return found
    raise Invalid(UNKNOWN, field="group", word=word[:40])
