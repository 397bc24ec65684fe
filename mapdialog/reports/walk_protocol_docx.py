"""The protocol of a walk as a Word file that can be gone on writing in: real styles, headings, tables and pictures."""

import io
from typing import Any

from mapdialog.core.text import N_
from mapdialog.reports import docx_parts as parts
from mapdialog.reports.docx_parts import Paper
from mapdialog.reports.papers import Brand
from mapdialog.reports.walk_protocol_pdf import running
from mapdialog.walks.protocol import Finding, Judged, Protocol
from mapdialog.walks.returning import VERDICTS, Comparison

# The longest names of units, as Samhällsbyggnadsförvaltningen, stand on one line.
_WIDTHS_ACTIONS = (9, 45, 49, 17, 27, 23)


def protocol_docx(protocol: Protocol, brand: Brand) -> bytes:
    """The file: the same contents in the same order as the PDF."""
    title = f"{protocol.say(N_('Protokoll'))}: {protocol.title}"
    if protocol.cancelled:
        title = f"{protocol.say(N_('Inställd'))}: {title}"
    paper = Paper(brand, title=title, language=protocol.language)
    paper.header_and_footer(running(protocol), protocol.title, protocol.say)
    _opening(paper, protocol)
    _about(paper, protocol)
    _route_and_tallies(paper, protocol)
    _stops(paper, protocol)
    _actions(paper, protocol)
    if protocol.comparison is not None:
        _comparison(paper, protocol, protocol.comparison)
    _going_on(paper, protocol)
    out = io.BytesIO()
    paper.document.save(out)
    return out.getvalue()


def _opening(paper: Paper, protocol: Protocol) -> None:
    say = protocol.say
    paper.band(
        say(N_("Protokoll")),
        say(N_("Dnr %(number)s"), number=protocol.registry_number) if protocol.registry_number else "",
        protocol.made,
    )
    paper.text(protocol.title, "Title")
    paper.text(", ".join(part for part in (say(N_("Trygghetsvandring")), protocol.subtitle) if part), "Subtitle")
    if protocol.cancelled:
        paper.warning(say(N_("Inställd")).upper(), say(N_("Vandringen är inställd")), protocol.cancelled)
    if protocol.version == "internal":
        words = say(N_("Här står också det som ingen har godkänt för publicering. Sprid den inte vidare."))
        paper.text(f"{say(N_('Intern version.'))} {words}", parts.NOTICE)
    elif protocol.is_draft:
        paper.text(f"{say(N_('Utkast.'))} {say(N_('Protokollet är inte publicerat än.'))}", parts.NOTICE)
    total = protocol.total
    paper.numbers(
        [
            (total.total, say(N_("iakttagelser"))),
            (total.insecure, say(N_("otrygga"))),
            (total.secure, say(N_("trygga"))),
            *protocol.cover_actions,
        ]
    )
    if protocol.purpose:
        paper.heading(say(N_("Syfte")))
        paper.paragraphs(protocol.purpose)


def _about(paper: Paper, protocol: Protocol) -> None:
    say, people = protocol.say, protocol.people
    paper.heading(say(N_("Om vandringen")))
    paper.facts([*protocol.facts, *protocol.conditions])
    paper.heading(say(N_("Deltagare")))
    paper.text(f"{say(N_('Antal: %(count)s.'), count=people.total)} {say(N_('Deltagarna räknas men namnges inte.'))}")
    if people.dimensions:
        paper.keep()
        rows = [(heading, ", ".join(f"{band} {count}" for band, count in of)) for heading, of in people.dimensions]
        paper.table((say(N_("Grupp")), say(N_("Antal"))), rows, (30, 140))
    if people.note:
        paper.text(people.note, parts.SMALL)


def _route_and_tallies(paper: Paper, protocol: Protocol) -> None:
    say, total = protocol.say, protocol.total
    paper.heading(protocol.map_heading)
    paper.picture(protocol.route_map, 170)
    stops = N_("Siffror är hållpunkter, trianglar otrygga, cirklar trygga och rutor varken eller.")
    key = say(
        stops
        if protocol.is_routed and protocol.has_stops
        else N_("Trianglar är otrygga, cirklar trygga och rutor varken eller.")
    )
    words = ", ".join(part for part in (protocol.map_heading, protocol.route_words) if part)
    paper.text(f"{words}. {key}", "Caption")
    paper.heading(say(N_("Vad vi såg")))
    head = (say(N_("Ämne")), say(N_("Otrygg")), say(N_("Trygg")), say(N_("Varken eller")), say(N_("Totalt")))
    rows = [(one.label, one.insecure, one.secure, one.neutral, one.total) for one in (*protocol.tallies, total)]
    paper.table(head, rows, (78, 22, 22, 26, 22), numeric=(1, 2, 3, 4), has_sum=True)
    if protocol.left_out:
        paper.text(protocol.left_out, parts.SMALL)


def _stops(paper: Paper, protocol: Protocol) -> None:
    say = protocol.say
    paper.heading(protocol.findings_heading)
    for stop in protocol.stops:
        if protocol.has_stops:
            paper.heading(_name(stop.number, stop.name), 2)
        if not stop.findings:
            paper.text(say(N_("Inget noterades här.")))
        for one in stop.findings:
            _finding(paper, protocol, one)
    if not protocol.secure:
        return
    paper.heading(say(N_("Trygga platser att värna")))
    for stop, one in protocol.secure:
        lead, words = (stop.name, f": {one.category.lower()}") if protocol.has_stops else (one.category, "")
        said = f". {parts.short(one.text)}" if one.text else ""
        number = say(N_("iakttagelse %(number)s"), number=one.number)
        paper.bullet(lead, f"{words}{said} ({number})")


def _finding(paper: Paper, protocol: Protocol, one: Finding) -> None:
    paper.heading(f"{one.number}. {one.category}", 3 if protocol.has_stops else 2)
    how = f"{one.feeling}, {one.severity_words}" if one.severity_words and one.polarity == "insecure" else one.feeling
    paper.feeling(how, one.polarity, one.remarks, protocol.say(N_("Akut")) if one.is_acute else "")
    paper.paragraphs(one.text)
    for number, title in one.actions:
        paper.lead(f"{protocol.say(N_('Åtgärd %(number)s'), number=number)}: ", title)
    paper.photos(one.photos)


def _actions(paper: Paper, protocol: Protocol) -> None:
    say = protocol.say
    paper.heading(say(N_("Åtgärder")))
    if not protocol.actions:
        paper.text(say(N_("Inga åtgärder är bestämda än.")))
    else:
        head = (N_("Nr"), N_("Vad och var"), N_("Ansvarig"), N_("Prioritet"), N_("Senast"), N_("Status"))
        rows: list[tuple[Any, ...]] = []
        for one in protocol.actions:
            seen = say(N_("Iakttagelse %(numbers)s"), numbers=", ".join(map(str, one.findings))) if one.findings else ""
            under = ". ".join(part for part in (one.where, seen, one.description) if part)
            due = (one.deadline, say(N_("Försenad"))) if one.is_late else one.deadline
            what = (one.title, under) if under else one.title
            rows.append((one.number, what, one.responsible, one.priority, due, one.status_words))
        paper.table(tuple(say(words) for words in head), rows, _WIDTHS_ACTIONS, header_column=1)
    if protocol.not_done:
        paper.heading(say(N_("Det här görs inte, och varför")))
        refused = [(one.number, (one.title, one.status_words), one.reason) for one in protocol.not_done]
        paper.table((say(N_("Nr")), say(N_("Åtgärd")), say(N_("Skäl"))), refused, (9, 61, 100), header_column=1)
    if protocol.faults:
        paper.heading(say(N_("Felanmält direkt")))
        for words in protocol.faults:
            paper.bullet("", words)


def _comparison(paper: Paper, protocol: Protocol, compared: Comparison) -> None:
    say, total = protocol.say, compared.tally
    paper.heading(say(N_("Jämfört med förra vandringen")))
    paper.text(protocol.compared_words)
    paper.keep()
    head = (
        say(N_("Hållpunkt")),
        *(say(one) for one in VERDICTS.values()),
        say(N_("Inte bedömd")),
        say(N_("Nytt")),
    )
    listed = [(_name(one.seq, one.name or say(N_("På vägen"))), one.tally) for one in compared.parts]
    rows = [
        (name, *(of.verdicts[key] for key in VERDICTS), of.unchecked, of.new)
        for name, of in (*listed, (say(N_("Alla")), total))
    ]
    paper.table(head, rows, (58, 18, 16, 18, 20, 24, 16), numeric=range(1, 7), has_sum=True)
    head = (say(N_("Ämne")), say(N_("Då")), say(N_("Nu")), say(N_("Otryggt då")), say(N_("Otryggt nu")))
    kinds = [(_label(one, protocol), one.tally) for one in compared.categories]
    rows = [(name, of.earlier, of.now, of.earlier_insecure, of.now_insecure) for name, of in kinds]
    paper.table(head, rows, (78, 20, 20, 26, 26), numeric=range(1, 5))
    for part in compared.parts:
        if not part.followed:
            continue
        paper.heading(_name(part.seq, part.name or say(N_("På vägen"))), 2)
        for one in part.followed:
            about = ". ".join(
                each for each in (_label(one.before, protocol).lower(), parts.short(one.before.words)) if each
            )
            _judged(paper, protocol, protocol.judged[one.before.id], about)
    _earlier_actions(paper, protocol)


def _judged(paper: Paper, protocol: Protocol, judged: Judged, about: str) -> None:
    differ = "" if judged.is_agreed else f" ({protocol.say(N_('grupperna såg olika'))})"
    paper.bullet(judged.verdict, f"{differ}: {about}")
    for each in judged.said:
        paper.keep()
        paper.lead(f"{each.who or protocol.say(N_('Nu:'))} ", each.text)
    paper.photos([photo for _caption, photo in judged.photos], [caption for caption, _photo in judged.photos])


def _earlier_actions(paper: Paper, protocol: Protocol) -> None:
    say = protocol.say
    if not protocol.earlier_actions:
        return
    paper.heading(say(N_("Förra vandringens åtgärder")), 2)
    rows: list[tuple[Any, ...]] = []
    for one in protocol.earlier_actions:
        due = (one.deadline, say(N_("Försenad"))) if one.is_late else one.deadline
        status = (one.status_words, one.reason) if one.reason else one.status_words
        rows.append(((one.title, one.where) if one.where else one.title, one.responsible, due, status))
    head = (say(N_("Vad och var")), say(N_("Ansvarig")), say(N_("Senast")), say(N_("Status")))
    paper.table(head, rows, (57, 49, 27, 37), header_column=0)


def _going_on(paper: Paper, protocol: Protocol) -> None:
    say = protocol.say
    paper.heading(say(N_("Fortsättningen")))
    if protocol.dates:
        paper.facts(protocol.dates, 60)
    else:
        paper.text(say(N_("Ingen återträff är bestämd än.")))
    if protocol.contact:
        paper.text(say(N_("Frågor om protokollet: %(who)s."), who=protocol.contact))


def _name(number: int | None, name: str) -> str:
    return f"{number}. {name}" if number else name


def _label(one: Any, protocol: Protocol) -> str:
    """A category in the protocol's language."""
    return str((protocol.language == "en" and one.label_en) or one.label_sv)
