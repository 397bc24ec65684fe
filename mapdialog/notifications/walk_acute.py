"""The fault report that an acute finding on a walk becomes at once: mails to the municipality and to who leads it."""

from sqlalchemy.orm import Session

from mapdialog.accounts.models import Account
from mapdialog.config import Config
from mapdialog.contributions.queries import current_text
from mapdialog.core.text import clean_line
from mapdialog.core.wording import Translate, moment_in_words, translator
from mapdialog.geo.geometry import from_element, from_store
from mapdialog.notifications.actions import queue
from mapdialog.notifications.letters import Letter
from mapdialog.notifications.models import OutgoingMail
from mapdialog.notifications.walk_mails import addresses_in
from mapdialog.walks import astray
from mapdialog.walks.findings import WalkObservation
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.phone_clock import is_doubted


def report_fault(session: Session, walk: SafetyWalk, one: WalkObservation, config: Config) -> list[OutgoingMail]:
    """What it is, in the words of who saw it, where and when, and where to read on; a mail to each of `_recipients`."""
    language = config.languages[0]
    _ = translator(language)
    address = f"{config.base_url.rstrip('/')}/staff/walks/{walk.slug}/observations/{one.id}"
    words, photos = current_text(session, one).strip(), len(one.gallery)
    far = astray.find(session, walk, [one]).get(one.id)
    where = _where(one, _, astray.kilometres(far, language) if far is not None else "")
    parts = [
        _("På en trygghetsvandring har någon märkt en iakttagelse som akut fara. Titta på den nu."),
        "\n".join((f"{one.category.label_sv}, {one.receipt}", *where, _when(one, _, language))),
        _("Så skrev den som såg det:") + f"\n{words}" if words else _("Den som såg det skrev inget."),
        _("Läs den här:") + f"\n{address}",
        _("Foton på sidan: %(count)s.", count=photos)
        if photos
        else _("Foton, om några togs, kommer till samma sida när telefonen har skickat dem."),
        _who_called(one, config, _),
    ]
    subject = clean_line(_("AKUT på trygghetsvandring: %(what)s", what=one.category.label_sv))
    letter = Letter("walk_acute", subject, "\n\n".join(parts) + "\n")
    return [queue(session, recipient, letter) for recipient in _recipients(session, walk, config)]


def _when(one: WalkObservation, _: Translate, language: str) -> str:
    at = moment_in_words(one.submitted_at, language)
    return _("Mottagen %(time)s, okänt när den sågs", time=at) if is_doubted(one) else at


def _who_called(one: WalkObservation, config: Config, _: Translate) -> str:
    if one.recorded_by == "desk":
        return _("Den är inskriven vid skrivbordet, efter anteckningar. Räkna med att ingen har ringt.")
    if not config.acute_phone:
        return _("Den som märkte den såg 112 men inget nummer till kommunen. Räkna med att ingen har ringt.")
    return _(
        "Den som märkte den såg också numret %(phone)s att ringa, men vi vet inte om någon har ringt.",
        phone=config.acute_phone,
    )


def _where(one: WalkObservation, _: Translate, far: str) -> list[str]:
    place = from_store(from_element(one.anchor))
    lat, lon = f"{place.y:.5f}", f"{place.x:.5f}"  # type: ignore[attr-defined]
    where = [
        _("Plats: %(lat)s, %(lon)s (WGS 84)", lat=lat, lon=lon),
        f"https://www.openstreetmap.org/?mlat={lat}&mlon={lon}#map=18/{lat}/{lon}",
    ]
    if far:
        where.append(_("OBS! Platsen ligger %(far)s från vandringen och stämmer nog inte. Fråga dem som går.", far=far))
    if one.stop is not None:
        where.append(_("Vid hållpunkt %(number)s: %(name)s", number=one.stop.seq, name=one.stop.name))
    if one.accuracy_m is not None:
        where.append(_("Noggrannhet: ungefär %(metres)s meter", metres=round(one.accuracy_m)))
    return where


def find_leaders(session: Session, walk: SafetyWalk) -> list[str]:
    """The addresses that the walk names as its contact, and that of who made it; each once."""
    maker = session.get(Account, walk.created_by_id) if walk.created_by_id is not None else None
    made_by = maker.email if maker is not None and maker.is_active else ""
    return addresses_in(walk.contact, made_by)


def _recipients(session: Session, walk: SafetyWalk, config: Config) -> list[str]:
    """The municipality's own address, and those who lead the walk; each once."""
    found = [config.contact, *find_leaders(session, walk)]
    return list({address.casefold(): address for address in found if address}.values())
