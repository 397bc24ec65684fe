"""A protocol's findings, and for whom it is made: each worded and numbered as its paper tells it."""

from dataclasses import dataclass

from mapdialog.contributions.models import State
from mapdialog.core.files import FileStore
from mapdialog.core.text import N_
from mapdialog.core.wording import Translate, moment_in_words, translator
from mapdialog.walks import phone_clock, returning
from mapdialog.walks.drafts import LIGHTS
from mapdialog.walks.findings import WalkObservation
from mapdialog.walks.paper_pictures import photo
from mapdialog.walks.protocol import FEELINGS, SEVERITIES, Finding, Version
from mapdialog.walks.protocol_comparison import short
from mapdialog.walks.recording import SAID_BY


@dataclass(frozen=True)
class Maker:
    """For whom a protocol is made, and what all protocols of an installation have in common."""

    files: FileStore
    municipality: str
    municipality_code: str
    version: Version = Version.PUBLIC
    language: str = "sv"

    @property
    def is_public(self) -> bool:
        """Whether everybody may read it."""
        return self.version == Version.PUBLIC

    @property
    def say(self) -> Translate:
        """Turns a Swedish msgid into the paper's language."""
        return translator(self.language)


def finding(
    one: WalkObservation, number: int, actions: tuple[tuple[int, str], ...], is_far: bool, maker: Maker
) -> Finding:
    """An observation with its number in the protocol, and what is done about it; one `is_far` that lies where nobody
    believes."""
    say = maker.say
    is_read = one.state == State.APPROVED
    text = (one.public_text if is_read else one.raw_text) or ""
    category = label(one, maker)
    alt = say(N_("Foto till iakttagelse %(number)s, %(category)s"), number=number, category=category.lower())
    pictures = [
        photo(maker.files, each.file_key, each.alt_text or (f"{alt}: {short(text)}" if text else alt))
        for each in one.gallery
        if not each.is_hidden
    ]
    return Finding(
        number=number,
        category=category,
        polarity=one.polarity,
        feeling=say(FEELINGS[one.polarity]),
        severity=one.severity,
        severity_words=say(SEVERITIES[one.severity]) if one.severity else "",
        text=text,
        is_acute=one.is_told_acute,
        remarks=tuple(_remarks(one, is_far, maker)),
        photos=tuple(each for each in pictures if each is not None),
        actions=actions,
    )


def _remarks(one: WalkObservation, is_far: bool, maker: Maker) -> list[str]:
    say = maker.say
    remarks = []
    if one.verdict:
        remarks.append(
            say(N_("Sedan förra vandringen: %(verdict)s"), verdict=say(returning.VERDICTS[one.verdict]).lower())
        )
    if one.light:
        remarks.append(say(LIGHTS[one.light]))
    if is_far:
        remarks.append(say(N_("Oklart var, inte utsatt på kartan")))
    if not maker.is_public:
        if one.said_by != "unknown":
            remarks.append(say(N_("Sagt av: %(who)s"), who=say(SAID_BY[one.said_by]).lower()))
        if one.state != State.APPROVED:
            remarks.append(say(N_("Inte läst av kommunen än")))
        if phone_clock.is_doubted(one):
            at = moment_in_words(one.received_at, maker.language)
            remarks.append(say(N_("Okänt när, mottagen %(time)s: telefonens klocka stämmer inte"), time=at))
        if wrong := phone_clock.wrong_by(one.clock_offset_s, say, maker.language):
            at = moment_in_words(one.submitted_at, maker.language)
            remarks.append(say(N_("Sett %(time)s: rättad tid, telefonens klocka gick %(wrong)s"), time=at, wrong=wrong))
    return remarks


def label(one: WalkObservation, maker: Maker) -> str:
    """What its category is called."""
    return (maker.language == "en" and one.category.label_en) or one.category.label_sv
