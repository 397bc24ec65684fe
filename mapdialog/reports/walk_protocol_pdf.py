"""The protocol of a walk as tagged PDF: title, language, headings, alternative texts and table headers (PDF/UA)."""

from mapdialog.core.text import N_
from mapdialog.reports.papers import Brand, Pictures, make_pdf
from mapdialog.walks.protocol import Protocol
from mapdialog.walks.returning import VERDICTS


def protocol_pdf(protocol: Protocol, brand: Brand) -> bytes:
    """The file. Raises Unavailable where PDF can't be made."""
    return make_pdf(
        "protocol.html",
        protocol.language,
        Pictures(),
        {
            "p": protocol,
            "brand": brand,
            "running": running(protocol),
            "footer": protocol.title,
            "cancelled": protocol.cancelled,
            "verdicts": VERDICTS,
        },
    )


def running(protocol: Protocol) -> str:
    """What stands on top of every page: that the walk is cancelled, which paper, its number, its day."""
    say, number = protocol.say, protocol.registry_number
    cancelled = say(N_("Inställd")).upper() if protocol.cancelled else ""
    about = say(N_("Dnr %(number)s"), number=number) if number else ""
    parts = (cancelled, say(N_("Protokoll")), about, protocol.made)
    return " · ".join(part for part in parts if part)
