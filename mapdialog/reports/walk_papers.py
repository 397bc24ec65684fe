"""Papers to hand out before a walk: the route sheet to carry along, and the poster that invites. Both are PDF."""

import io
from dataclasses import dataclass
from datetime import datetime

import segno
from sqlalchemy.orm import Session

from mapdialog.config import Config
from mapdialog.core.clock import local
from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_
from mapdialog.core.wording import Translate, clock_in_words, day_in_words, translator
from mapdialog.reports.figures import number
from mapdialog.reports.papers import Pictures, make_brand, make_pdf
from mapdialog.walks import routes, rules, sun
from mapdialog.walks.models import ChecklistItem, SafetyWalk, WalkStatus
from mapdialog.walks.paper_pictures import Picture, route_map

SIZES = ("A4", "A3")
_NOON = 12
# So many characters of the invitation have room on a poster, and beside a title of several lines.
_INVITATION_MOST, _LONG_TITLE = (320, 220), 40


@dataclass(frozen=True)
class JoinCode:
    """How a phone joins: the code in words, the address it leads to, and where it is typed by hand."""

    words: str
    link: str
    typed_at: str


def sheet_obstacle(walk: SafetyWalk) -> Invalid | None:
    """What keeps the route sheet from being made."""
    if routes.shape_of(walk) is not None:
        return None
    return Invalid(N_("Ruttbladet behöver en karta: rita rutten eller ge hållpunkterna en plats."), field="route")


def poster_obstacle(walk: SafetyWalk, at: datetime) -> Invalid | None:
    """What keeps the poster from being made: it invites to what is to come, or says that it is cancelled."""
    if walk.starts_at is None:
        return Invalid(N_("Affischen behöver en tid: bestäm när vandringen börjar."), field="starts_at")
    if walk.cancelled_at is not None or not rules.is_over(walk.status, walk.ends_at or walk.starts_at, at):
        return None
    if walk.status in (WalkStatus.PLANNED, WalkStatus.INVITED):
        words = N_("Vandringens tid är förbi: ändra tiden innan du gör en affisch.")
        return Invalid(words, field="starts_at")
    return Invalid(N_("Vandringen är genomförd, så det finns inget att bjuda in till med en affisch."))


def route_sheet(
    session: Session, walk: SafetyWalk, config: Config, *, code: JoinCode | None = None, language: str = "sv"
) -> bytes:
    """Map, stops with questions and room for notes, the checklist, and a code or room for one. Raises Invalid."""
    say = translator(language)
    if problem := sheet_obstacle(walk):
        raise problem
    values = {
        "walk": walk,
        "brand": make_brand(config),
        "cancelled": walk.cancel_reason,
        "running": f"{say(N_('Inställd')).upper()} · {walk.title}" if walk.cancelled_at else walk.title,
        "footer": say(N_("Skriv inte namn eller uppgifter om enskilda personer.")),
        "map": _map(session, walk, config, say, (960, 640)),
        "when": _when(walk, say, language),
        "sun": _sun(walk, say, language),
        "length_m": number(length, language) if (length := routes.told_m(routes.length_m(walk))) else "",
        "items": [_item(one, language) for one in walk.checklist.items],
        "code": code,
        "qr": _qr(code.link, say(N_("QR-kod till %(link)s"), link=code.link)) if code is not None else None,
        "acute_phone": config.acute_phone,
    }
    return make_pdf("route_sheet.html", language, Pictures(), values)


def poster(
    session: Session,
    walk: SafetyWalk,
    config: Config,
    *,
    link: str,
    at: datetime,
    size: str = "A4",
    language: str = "sv",
) -> bytes:
    """Title, time, place, the way and a code that opens `link`. Raises Invalid when there is nothing to come."""
    say = translator(language)
    if size not in SIZES:
        raise Invalid(N_("Välj A4 eller A3."), field="size")
    if problem := poster_obstacle(walk, at):
        raise problem
    assert walk.starts_at is not None
    values = {
        "walk": walk,
        "brand": make_brand(config),
        "size": size,
        "day": day_in_words(walk.starts_at, language),
        "weekday": _weekday(walk, language),
        "hours": _hours(walk, language),
        "sun": _sun(walk, say, language),
        "cancelled": walk.cancel_reason,
        "words": _beginning(walk.invitation_text or walk.purpose, _INVITATION_MOST[len(walk.title) >= _LONG_TITLE]),
        "map": _map(session, walk, config, say, (520, 440)) if routes.shape_of(walk) is not None else None,
        "link": link,
        "shown_link": link.split("://", 1)[-1],
        "qr": _qr(link, say(N_("QR-kod till %(link)s"), link=link)),
    }
    return make_pdf("poster.html", language, Pictures(), values)


def _qr(link: str, alt: str) -> Picture:
    """As a drawing with a quiet zone, black on white so that every camera reads it."""
    out = io.BytesIO()
    code = segno.make(link, error="m", micro=False)
    code.save(out, kind="svg", scale=8, border=3, dark="#000", light="#fff")
    side = code.symbol_size(scale=8, border=3)[0]
    return Picture(out.getvalue(), "image/svg+xml", int(side), int(side), alt)


def _map(session: Session, walk: SafetyWalk, config: Config, say: Translate, size: tuple[int, int]) -> Picture:
    names = ", ".join(f"{stop.seq} {stop.name}" for stop in walk.stops) or "–"
    alt = say(N_("Karta över rutten. Hållpunkterna i ordning: %(names)s."), names=names)
    return route_map(session, walk, [], alt, municipality_code=config.municipality_code, size=size)


def _item(one: ChecklistItem, language: str) -> tuple[str, str]:
    """A category of the checklist and its questions on one line."""
    is_english = language == "en" and bool(one.label_en)
    label, questions = (one.label_en, one.questions_en) if is_english else (one.label_sv, one.questions_sv)
    return label, " ".join(questions.split("\n"))


def _when(walk: SafetyWalk, say: Translate, language: str) -> str:
    if walk.starts_at is None:
        return say(N_("Tiden är inte bestämd"))
    return f"{_weekday(walk, language)} {day_in_words(walk.starts_at, language)} {_hours(walk, language)}".strip()


def _weekday(walk: SafetyWalk, language: str) -> str:
    from babel.dates import format_date

    assert walk.starts_at is not None
    return str(format_date(local(walk.starts_at).date(), "EEEE", locale=language))


def _hours(walk: SafetyWalk, language: str) -> str:
    return "–".join(clock_in_words(one, language) for one in (walk.starts_at, walk.ends_at) if one is not None)


def _sun(walk: SafetyWalk, say: Translate, language: str) -> str:
    """How light it will be, in words; empty without a place or a time."""
    place = routes.centre(walk)
    if place is None or walk.starts_at is None:
        return ""
    at = sun.sun_at(*place, walk.starts_at)
    words = [say(N_("När vi börjar: %(sky)s."), sky=say(sun.SKIES[at.sky]).lower())]
    if local(walk.starts_at).hour < _NOON and at.day.sunrise is not None:
        words.append(say(N_("Solen går upp %(time)s."), time=clock_in_words(at.day.sunrise, language)))
    elif at.day.sunset is not None:
        words.append(say(N_("Solen går ned %(time)s."), time=clock_in_words(at.day.sunset, language)))
    return " ".join(words)


def _beginning(text: str, most: int) -> list[str]:
    """The first paragraphs of a text, so many characters at most; whole sentences where there are any."""
    found: list[str] = []
    left = most
    for part in (one.strip() for one in text.split("\n") if one.strip()):
        if len(part) > left:
            cut = part[:left]
            stop = max(cut.rfind(mark) for mark in (". ", "! ", "? "))
            if stop > 60 or not found:
                found.append(cut[: stop + 1] if stop > 60 else f"{cut.rsplit(' ', 1)[0]}…")
            break
        found.append(part)
        left -= len(part)
    return found
