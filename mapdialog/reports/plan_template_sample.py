"""A made-up report and letter, with something of everything, to see what a Word template does with them."""

from datetime import date

from mapdialog.config import Config
from mapdialog.core.wording import day_in_words
from mapdialog.plans.dispatch_letters import LetterHead
from mapdialog.plans.party_models import PlanRecipient
from mapdialog.reports.plan_report import (
    Change,
    Count,
    Group,
    Held,
    Meeting,
    Notice,
    PlanReportContent,
    Point,
    Statement,
    Totals,
)

NUMBER, PLAN = "EX 2026/1", "Exempelplan för Norra hamnen"
LETTER_TITLE = f"Inbjudan till samråd: {PLAN}"
LETTER = "\n\n".join(
    (
        "Det här är ett påhittat brev. Det visar hur breven ser ut med mallen.",
        "Kommunen har upprättat ett förslag till detaljplan för Norra hamnen. Förslaget ger möjlighet till bostäder, "
        "en förskola och ett torg vid vattnet. Handlingarna finns på kommunens webbplats och i stadshuset.",
        *["Ett stycke till, så att brevet blir två sidor långt och andra sidans sidhuvud och sidfot syns. " * 4] * 8,
        "Vik brevet en gång på mitten och lägg det i ett C5-kuvert med fönster till höger: bara adressen ska synas.",
    )
)
_VIEW = "Husen närmast vattnet är för höga. De skuggar gårdarna och stänger utsikten från gatan."
_ANSWER = "Höjden sänks från sex till fem våningar närmast vattnet."


def letter_head(config: Config, day: date) -> LetterHead:
    """Who sends the letter: this municipality."""
    return LetterHead(config.municipality, "Samhällsbyggnadsnämnden", config.contact, NUMBER, day)


def recipients() -> list[PlanRecipient]:
    """Those the letter goes to: an ordinary address, and one that is as long as they come."""
    long = "c/o Exempelförvaltningen i Norra hamnen, Att: Bo Exempelsson\nExempelgatan 123 B, lägenhet 1402"
    return [
        PlanRecipient(name="Anna Exempelsson", address="Exempelgatan 1\n123 45 Exempelstad"),
        PlanRecipient(name="Bostadsrättsföreningen Norra hamnens exempel", address=f"{long}\n123 45 Exempelstad"),
    ]


def report(config: Config, day: date) -> PlanReportContent:
    """A report of two statements."""
    said = day_in_words(day, "sv")
    return PlanReportContent(
        kind="samradsredogorelse", edition="web", is_draft=True, plan_name=PLAN, plan_kind="Detaljplan",
        is_comprehensive=False, procedure="Standardförfarande", municipality=config.municipality,
        registry_number=NUMBER, committee="Samhällsbyggnadsnämnden", made_on=day, made=said,
        contents_by_law="5 kap. 17 § plan- och bygglagen (2010:900)",
        summary="Det här är en påhittad redogörelse. Den visar hur redogörelser ser ut med mallen.",
        held=(_held(day, said),), groups=tuple(_groups(f"{day:%Y-%m-%d}")), totals=_totals(),
        map=None, map_note="", drawn="",
        changes=(Change(1, _ANSWER, "Plankarta", False, ("2.1",)),), changes_text="", is_major_change=False,
        unmet=(), unmet_hidden=0, officers=(("Eva Exempelsson", "Planavdelningen"),), left_out="", questions=(),
    )  # fmt: skip


def _held(day: date, said: str) -> Held:
    return Held(
        title="Samråd", period=said, why_short="", held_text="Affischer sattes upp på platsen.",
        available_text="Handlingarna fanns i stadshuset.", extensions=(),
        notices=(Notice("Kungörelse", f"{day:%Y-%m-%d}", "Anslagstavlan"),),
        meetings=(Meeting("Samrådsmöte", said, "Biblioteket", 43, "Frågor om parkering."),),
        documents=("plankarta", "planbeskrivning"),
    )  # fmt: skip


def _groups(day: str) -> list[Group]:
    views = (
        Point("2.1", "Höjder", "Hamngatan", _VIEW, "", "partly_met", _ANSWER, "", "", "", (1,)),
        Point("2.2", "Trafik", "", "Gatan behöver en cykelbana.", "", "not_met", "Gatan byggs inte om.",
              "Den ligger utanför planområdet.", "", "", ()),
    )  # fmt: skip
    return [
        Group("authorities", "Statliga och regionala myndigheter", (_statement(1, "Länsstyrelsen", day, ()),)),
        Group("residents", "Boende och hyresgäster", (_statement(2, "Boende 1", day, views),)),
    ]


def _statement(number: int, who: str, day: str, points: tuple[Point, ...]) -> Statement:
    return Statement(
        id=number, number=number, who=who, group="", received=day, channel="E-post",
        stance="Synpunkter" if points else "Ingen erinran", is_in_time=True, is_written=True, is_withdrawn=False,
        registry_number="", signatories=1, same_as=None, alike=(), district="", attachments=0,
        summary="" if points else "Länsstyrelsen har inget att invända mot förslaget.", points=points,
    )  # fmt: skip


def _totals() -> Totals:
    return Totals(
        statements=2, points=2, late=0, oral=0, without_objection=1, hidden_statements=0, hidden_points=0,
        by_group=(("Statliga och regionala myndigheter", 1, 0), ("Boende och hyresgäster", 1, 2)),
        by_outcome=(Count("Delvis tillgodosedd", 1), Count("Inte tillgodosedd", 1)), by_district=(), unplaced=2,
        attendance=43,
    )  # fmt: skip
