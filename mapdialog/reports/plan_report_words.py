"""The words a plan report uses for what the database keeps as keys."""

from datetime import date, datetime

from mapdialog.core.clock import local
from mapdialog.core.wording import day_in_words, moment_in_words
from mapdialog.plans import labels
from mapdialog.plans.kinds import Procedure, Stance

LANGUAGE = "sv"
PLAN_KINDS, PHASES, CHANNELS = labels.PLAN_KINDS, labels.PHASE_KINDS, labels.CHANNELS
ANNOUNCEMENTS, DISPATCHES = labels.ANNOUNCEMENT_KINDS, labels.DISPATCH_KINDS
# Who neither supports nor opposes has given views: that is what the reader of a table asks.
STANCES = {**labels.STANCES, Stance.NEUTRAL: "Synpunkter"}
EXTENSION = "Kungörelse av förlängd tid"
PROCEDURES: dict[str, str] = {
    Procedure.STANDARD: "Standardförfarande",
    Procedure.STANDARD_LIMITED: "Begränsat standardförfarande",
    Procedure.EXTENDED: "Utökat förfarande",
    Procedure.COORDINATED: "Samordnat förfarande",
    Procedure.SIMPLIFIED: "Förenklad process",
    Procedure.COMPREHENSIVE: "Översiktsplan",
    Procedure.COMPREHENSIVE_PART: "Ändring av översiktsplan för en del av kommunen",
    Procedure.LEGACY: "Äldre förfarande",
}
MEETINGS: dict[str, str] = {
    "meeting": "Möte",
    "open_house": "Öppet hus",
    "on_site": "Möte på plats",
    "digital": "Digitalt möte",
}
DOCUMENTS: dict[str, str] = {
    "plan_map": "Plankarta",
    "plan_description": "Planbeskrivning",
    "programme": "Planprogram",
    "investigation": "Utredning",
    "impact_statement": "Miljökonsekvensbeskrivning",
    "property_register_extract": "Fastighetsförteckning",
    "other": "Övrig handling",
}


def day(value: date | datetime) -> str:
    """'15 december 2026'."""
    return day_in_words(value, LANGUAGE)


def moment(value: datetime) -> str:
    """'15 december 2026 kl. 14.32'."""
    return moment_in_words(value, LANGUAGE)


def short_day(value: datetime) -> str:
    """'2026-12-15', on Stockholm's calendar: for tables."""
    return f"{local(value):%Y-%m-%d}"


def number(value: int) -> str:
    """'2 000', with a space that does not break."""
    return f"{value:,}".replace(",", "\u00a0")


def counted(value: int, one: str, many: str) -> str:
    """'1 yttrande', '2 yttranden'."""
    return f"{number(value)} {one if value == 1 else many}"


def listed(items: list[str]) -> str:
    """'a, b och c'."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} och {items[-1]}" if items else ""
