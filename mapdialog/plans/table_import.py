"""Takes in statements from a table (CSV, XLSX): columns are chosen, and the same file again adds nothing."""

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from mapdialog.contributions.import_mapping import recognised
from mapdialog.contributions.import_texts import plain_text
from mapdialog.contributions.import_times import TimeReader
from mapdialog.core.clock import local
from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.text import N_, clean, clean_line
from mapdialog.geo import readers
from mapdialog.geo.problems import GeoProblem
from mapdialog.places.typed import Where, find_place
from mapdialog.plans.group_words import UNKNOWN, find_authority, find_group, key_of
from mapdialog.plans.kinds import Channel, PartyGroup
from mapdialog.plans.models import Plan
from mapdialog.plans.protected_cells import HEADINGS, is_withheld, says_yes
from mapdialog.plans.receiving import NewStatement
from mapdialog.plans.registering import Door, stable_id
from mapdialog.plans.statement_importing import Arrived, Taken, refused, take
from mapdialog.plans.statement_words import CHANNELS

MOST_ROWS = 20_000
MOST_UNKNOWN = 20  # a column of more words that we don't know is no column of groups
_MOSTLY = 0.6
NOON = timedelta(hours=12)
_USUAL: dict[str, tuple[str, ...]] = {
    "text": ("text", "yttrande", "yttrandet", "synpunkt", "synpunkter", "fritext", "meddelande", "kommentar"),
    "name": ("namn", "name", "avsändare", "från", "from", "kontaktperson"),
    "organisation": ("organisation", "myndighet", "förening", "företag", "organization"),
    "email": ("e-post", "epost", "email", "e-mail", "mail", "mejl"),
    "address": ("adress", "postadress", "address"),
    "property": ("fastighet", "fastighetsbeteckning", "property"),
    "received": ("inkom", "kom in", "datum", "inkommen", "mottaget", "date", "tid", "received", "received_at"),
    "channel": ("kanal", "inkom via", "genom", "sätt", "channel"),
    "subject": ("ämne", "rubrik", "ärende", "subject"),
    "registry_no": ("dnr", "diarienummer", "diarienr", "registry_no", "löpnummer"),
    "group": ("grupp", "sändlista", "avsändargrupp", "grupp av avsändare", "vem", "roll", "typ av avsändare", "group"),
    "place": ("plats", "koordinater", "place", "position"),
    "protected": HEADINGS,
}  # fmt: skip
_CHANNEL_WORDS: dict[str, str] = {
    "brev": Channel.LETTER, "post": Channel.LETTER, "mail": Channel.EMAIL, "mejl": Channel.EMAIL,
    "epost": Channel.EMAIL, "e-mail": Channel.EMAIL, "webb": Channel.WEB, "e-tjänst": Channel.WEB,
    "disk": Channel.COUNTER, "samtal": Channel.PHONE, "tfn": Channel.PHONE, "samrådsmöte": Channel.MEETING,
    "facebook": Channel.SOCIAL_MEDIA, "instagram": Channel.SOCIAL_MEDIA,
}  # fmt: skip
_OF_THE_SENDER = ("name", "organisation", "email", "address", "property")
_HIDDEN = ("•••",)


@dataclass(frozen=True)
class Columns:
    """Which column of the table is what, '' for none; `default_channel` where the table does not say.

    `meanings` tells which group a word of the column of groups means, by its `key_of`, where we don't know the word.
    """

    text: str = ""
    name: str = ""
    organisation: str = ""
    email: str = ""
    address: str = ""
    property: str = ""
    received: str = ""
    channel: str = ""
    subject: str = ""
    registry_no: str = ""
    group: str = ""
    place: str = ""
    protected: str = ""
    default_channel: str = Channel.LETTER
    meanings: Mapping[str, str] = field(default_factory=dict)


ROLES = tuple(one.name for one in fields(Columns) if one.name not in ("default_channel", "meanings"))


@dataclass(frozen=True)
class TableFacts:
    """What a table holds: the names of its columns, its first rows, and which column likely is what.

    Of rows that tell of a protected identity only that is shown.
    """

    fields: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    suggested: dict[str, str]


def describe(path: Path) -> TableFacts:
    """Look at a table. Raises Invalid for `file`."""
    try:
        with readers.open_table(path) as source:
            names = source.layer().fields
            batch = source.sample(rows=5)
            cells = [[plain_text(batch.columns[name][at])[:80] for name in names] for at in range(len(batch))]
            groups = {name: _share_of_groups(_sample(source, name)) for name in names}
    except GeoProblem as problem:
        raise Invalid(problem.message, field="file", **problem.params) from None
    suggested: dict[str, str] = {}
    for role, usual in _USUAL.items():
        found = recognised(tuple(name for name in names if name not in suggested.values()), usual)
        suggested[role] = found or ""
    if not suggested["received"]:
        suggested["received"] = next((one for one in names if _is_arrival(one, suggested.values())), "")
    if not suggested["group"]:
        left = [name for name in names if name not in suggested.values()]
        likely = max(left, key=lambda name: groups[name], default="")
        suggested["group"] = likely if likely and groups[likely] > _MOSTLY else ""
    protected = suggested["protected"]
    rows = tuple(_HIDDEN * len(row) if _tells_of_protection(row, names, protected) else tuple(row) for row in cells)
    return TableFacts(names, rows, suggested)


def list_unknown_groups(path: Path, column: str, plan_kind: str) -> list[str]:
    """The words of the column of groups that mean none of the plan's, for the planner to tell; [] for too many."""
    words: dict[str, str] = {}
    with readers.open_table(path) as source:
        for value in (value for batch in source.batches() for value in batch.columns.get(column, ())):
            word = clean_line(plain_text(value))
            if word and find_group(word, plan_kind) is None:
                words.setdefault(word.casefold(), word)
                if len(words) > MOST_UNKNOWN:
                    return []
    return sorted(words.values())


def _share_of_groups(values: Iterable[Any]) -> float:
    """How much of what stands in a column is words for groups."""
    words = [word for value in values if (word := clean_line(plain_text(value)))]
    return sum(find_group(word) is not None for word in words) / len(words) if words else 0.0


def _is_arrival(name: str, taken: Iterable[str]) -> bool:
    """Whether a column that is nothing else likely tells when it came in: 'Inkom datum', 'Ankomstdag'."""
    return name not in taken and any(part in name.casefold() for part in ("inkom", "ankom", "mottag", "received"))


def _tells_of_protection(row: list[str], names: tuple[str, ...], column: str) -> bool:
    return is_withheld(row) or (bool(column) and says_yes(row[names.index(column)]))


@dataclass(frozen=True)
class TableTaker:
    """Registers the rows of one table; with `dry` it only looks. Equal rows of one file are different statements."""

    session: Session
    plan: Plan
    columns: Columns
    door: Door
    where: Where
    dry: bool = False

    def take_rows(self, path: Path) -> Iterator[Taken]:
        """Every row, in order. The caller commits, and may after each.

        Raises Invalid for columns that are not there and for a broken file.
        """
        seen: Counter[tuple[str, ...]] = Counter()
        try:
            with readers.open_table(path) as source:
                _check(self.columns, source.layer().fields)
                times = TimeReader(_sample(source, self.columns.received))
                for label, values, problem in self._rows(source):
                    yield refused(label, Invalid(problem)) if problem else self._take(label, values, times, seen)
        except GeoProblem as problem:
            raise Invalid(problem.message, field="file", **problem.params) from None

    def _rows(self, source: readers.Source) -> Iterator[tuple[str, dict[str, Any], str | None]]:
        """Row number (the header is 1), the values by role, and what is wrong with the row; empty ones left out."""
        chosen = {role: getattr(self.columns, role) for role in ROLES if getattr(self.columns, role)}
        for batch in source.batches():
            problems = dict(batch.problems)
            for at in range(len(batch)):
                if batch.first + at >= MOST_ROWS:
                    raise Invalid(N_("Tabellen har fler än %(most)s rader."), field="file", most=MOST_ROWS)
                values = {role: batch.columns[name][at] for role, name in chosen.items()}
                if any(str(value or "").strip() for value in values.values()):
                    yield str(batch.first + at + 2), values, problems.get(batch.first + at)

    def _take(self, label: str, values: dict[str, Any], times: TimeReader, seen: "Counter[tuple[str, ...]]") -> Taken:
        said = {role: clean(plain_text(value)) for role, value in values.items()}
        # A row stays the same row when the column of protected identities or groups is chosen too.
        key = tuple(f"{role}={said[role]}" for role in sorted(said) if role not in ("protected", "group"))
        seen[key] += 1
        try:
            new = self._statement(stable_id(self.plan, "row", *key, str(seen[key])), said, values, times)
        except DomainError as error:
            return refused(label, error)
        return take(self.session, self.plan, label, Arrived(new), self.door, dry=self.dry)

    def _statement(
        self, client_id: uuid.UUID, said: dict[str, str], values: dict[str, Any], times: TimeReader
    ) -> NewStatement:
        if not said.get("text"):
            raise Invalid(N_("Raden har ingen text."), field="text")
        line = {role: clean_line(text) for role, text in said.items()}
        is_protected = says_yes(line.get("protected", "")) or is_withheld(said.get(role, "") for role in _OF_THE_SENDER)
        return NewStatement(
            client_id=client_id,
            text=said["text"],
            received_by=_channel(line.get("channel", ""), self.columns.default_channel),
            received_at=_moment(times, values.get("received"), self.door.at),
            place=find_place(self.session, line.get("place", ""), self.where, field="place"),
            contact_name=line.get("name", "")[:200],
            organisation=line.get("organisation", "")[:200],
            contact_email=line.get("email", "")[:254],
            postal_address="" if is_withheld([said.get("address", "")]) else said.get("address", "")[:300],
            property_designation=line.get("property", "")[:200],
            subject=line.get("subject", "")[:500],
            registry_no=line.get("registry_no", "")[:200],
            is_protected=is_protected,
            party_group=self._group(line),
        )

    def _group(self, line: dict[str, str]) -> str:
        """The sender's group: as the table says, or by name for those the law always names."""
        word, called = line.get("group", ""), line.get("organisation") or line.get("name", "")
        if not line.get("property") and (authority := find_authority(word, called, self.plan.kind)):
            return authority
        if not word:
            return PartyGroup.PUBLIC.value
        if found := self.columns.meanings.get(key_of(word)) or find_group(word, self.plan.kind):
            return found
        raise Invalid(UNKNOWN, field="group", word=word[:40])


def _moment(times: TimeReader, value: Any, at: datetime) -> datetime | None:
    """When the row says it came in; a day without a time is its noon, or now for today."""
    try:
        moment = times.read(value.strip() if isinstance(value, str) else value)
    except (ValueError, OverflowError):
        raise Invalid(N_("Datumet ”%(value)s” går inte att läsa."), field="received", value=str(value)[:40]) from None
    if moment is None:
        return None
    clock = local(moment)
    if (clock.hour, clock.minute, clock.second) == (0, 0, 0):
        return min(moment + NOON, at) if clock.date() == local(at).date() else moment + NOON
    return moment


def _channel(word: str, default: str) -> str:
    if not word:
        return default
    wanted = word.casefold()
    for key, said in CHANNELS.items():
        if wanted in (key, said.casefold()):
            return str(key)
    if wanted in _CHANNEL_WORDS:
        return str(_CHANNEL_WORDS[wanted])
    raise Invalid(
        N_("”%(word)s” är ingen väg in som vi känner till. Skriv till exempel brev, e-post, telefon eller möte."),
        field="channel",
        word=word[:40],
    )


def _check(columns: Columns, known: tuple[str, ...]) -> None:
    if not columns.text:
        raise Invalid(N_("Välj vilket fält som har texten."), field="text")
    for role in ROLES:
        name = getattr(columns, role)
        if name and name not in known:
            raise Invalid(
                N_("Fältet ”%(name)s” finns inte i filen. Den har fälten %(known)s."),
                field=role,
                name=name[:60],
                known=", ".join(known) or "–",
            )
    if not set(columns.meanings.values()) <= set(PartyGroup):
        raise Invalid(N_("Välj en grupp i listan."), field="group")
    if columns.default_channel not in set(Channel):
        raise Invalid(N_("Välj något i listan."), field="default_channel")


def _sample(source: readers.Source, column: str) -> list[Any]:
    batch = source.sample(rows=1000)
    return list(batch.columns.get(column, ())) if column else []
