"""The fault report that an acute finding on a walk becomes at once: a mail to the municipality's own address."""

from sqlalchemy.orm import Session

from mapdialog.config import Config
from mapdialog.core.text import clean_line
from mapdialog.core.wording import moment_in_words, translator
from mapdialog.geo.geometry import from_element, from_store
from mapdialog.notifications.actions import queue
from mapdialog.notifications.letters import Letter
from mapdialog.notifications.models import OutgoingMail
from mapdialog.walks.findings import WalkObservation
from mapdialog.walks.models import SafetyWalk


def report_fault(session: Session, walk: SafetyWalk, one: WalkObservation, config: Config) -> OutgoingMail:
    """What kind of thing, where and when, and where to read on; what somebody typed stays on the staff page."""
    language = config.languages[0]
    _ = translator(language)
    place = from_store(from_element(one.anchor))
    where = [_("Plats: %(lat)s, %(lon)s (WGS 84)", lat=f"{place.y:.5f}", lon=f"{place.x:.5f}")]  # type: ignore[attr-defined]
    if one.stop is not None:
        where.append(_("Vid hållpunkt %(number)s: %(name)s", number=one.stop.seq, name=one.stop.name))
    if one.accuracy_m is not None:
        where.append(_("Noggrannhet: ungefär %(metres)s meter", metres=round(one.accuracy_m)))
    parts = [
        _("På en trygghetsvandring har någon märkt en iakttagelse som akut fara. Titta på den nu."),
        "\n".join((f"{one.category.label_sv}, {one.receipt}", *where, moment_in_words(one.submitted_at, language))),
        _("Läs den här:") + f"\n{config.base_url.rstrip('/')}/staff/walks/{walk.slug}/observations",
        _("Den som märkte den såg också telefonnumret att ringa, men vi vet inte om någon har ringt."),
    ]
    subject = clean_line(_("AKUT på trygghetsvandring: %(what)s", what=one.category.label_sv))
    return queue(session, config.contact, Letter("walk_acute", subject, "\n\n".join(parts) + "\n"))
