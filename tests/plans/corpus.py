"""Sixty statements with four hundred points, written for the purpose: no two points are alike, all people invented."""

from collections.abc import Iterator
from dataclasses import dataclass, field

PLACES = (
    "Lärkgatan", "Stavstensvägen", "den gamla pumpstationen", "hållplatsen", "skolgården", "koloniområdet",
    "kyrkogårdsmuren", "gångtunneln", "bokdungen", "fotbollsplanen", "vattentornet", "infarten i norr", "torget",
    "cykelbanan", "dammen", "magasinet", "kvarnen", "återvinningen", "vändplanen", "strandängen",
)  # fmt: skip
WISHES = (
    ("Höjd och skugga", "Huset vid {} blir för högt och bör sänkas en våning."),
    ("Höjd och skugga", "Solstudien för {} måste visa också december."),
    ("Trafik", "Biltrafiken förbi {} har inte räknats på rätt sätt."),
    ("Trafik", "Det behövs ett övergångsställe vid {}."),
    ("Trafik", "Parkeringen vid {} räcker inte för besökare."),
    ("Buller", "Bullret vid {} överskrider riktvärdena på natten."),
    ("Buller", "En skärm behövs mellan {} och bostäderna."),
    ("Grönt och vatten", "Träden vid {} bör mätas in och skyddas."),
    ("Grönt och vatten", "Skyfallsvattnet från {} rinner mot våra källare."),
    ("Grönt och vatten", "Gräset vid {} används av barnen varje dag."),
    ("Kultur och utseende", "Fasaden mot {} bör vara av tegel."),
    ("Kultur och utseende", "Utsikten från {} mot havet försvinner."),
    ("Byggtiden", "Byggtrafiken får inte gå förbi {}."),
    ("Byggtiden", "Sprickor efter pålning vid {} måste ersättas."),
    ("Service", "Förskolan bör i stället ligga vid {}."),
    ("Service", "Lokaler i bottenvåningen vid {} kommer att stå tomma."),
    ("Trygghet", "Belysningen vid {} är dålig redan i dag."),
    ("Trygghet", "Gången bakom {} blir en otrygg baksida."),
    ("Ekonomi", "Vem betalar ledningarna fram till {}?"),
    ("Ekonomi", "Värdet på fastigheterna vid {} sjunker."),
)
FIRST = (
    "Aina", "Börje", "Cecilia", "Dragan", "Elsy", "Fatima", "Gunvor", "Hampus", "Inga-Lill", "Jasmina", "Kjell",
    "Linnéa", "Mahmoud", "Nanna", "Ove", "Pirjo", "Rasmus", "Solveig", "Tindra", "Ulrik",
)  # fmt: skip
LAST = ("Tallberghström", "Öberghammar", "Wrethlingsson", "Zetterquistad", "Ängbladhult")
AUTHORITIES = ("Länsstyrelsen", "Lantmäterimyndigheten", "Trafikverket")
BODIES = ("Tekniska nämnden", "Bildningsnämnden")
ORGANISATIONS = ("Lärkans villaförening", "Cykelvännerna", "Fågelklubben")
OUTCOMES = ("met", "partly_met", "not_met", "outside_plan", "forwarded", "noted")
PETITION = "Vi som skriver under vill att gräset vid skolgården blir kvar."


@dataclass(frozen=True)
class Voice:
    """One who writes: `points` are pairs of theme and words; `special` names what the statement is there to try."""

    name: str = ""
    organisation: str = ""
    group: str = "public"
    channel: str = "web"
    email: str = ""
    address: str = ""
    property_designation: str = ""
    special: str = ""
    points: tuple[tuple[str, str], ...] = field(default=())

    @property
    def text(self) -> str:
        """The whole letter."""
        words = " ".join(said for _, said in self.points)
        if self.special == "long":
            filling = "Jag har bott här i fyrtio år och sett planer komma och gå. "
            return (words + " " + filling * 1000)[:40_000].strip()
        if self.special == "english":
            return f"Hello! I moved here last year 🏗️🌳. {words} Thank you 🙏"
        return PETITION + " " + words if self.special == "petition" else words


def points() -> list[tuple[str, str]]:
    """Four hundred points, all different: theme and words."""
    return [(theme, wish.format(place)) for place in PLACES for theme, wish in WISHES]


def voices() -> list[Voice]:
    """Sixty, each with six or seven points, in the order they write."""
    left = iter(points())
    made = [_voice(number, _take(left, 7 if number < 40 else 6)) for number in range(60)]
    assert next(left, None) is None
    return made


def _take(left: Iterator[tuple[str, str]], count: int) -> tuple[tuple[str, str], ...]:
    return tuple(next(left) for _ in range(count))


_SPECIAL = {10: "late", 11: "protected", 12: "oral", 13: "anonymous", 14: "english", 15: "long"} | dict.fromkeys(
    (16, 17, 18), "petition"
)


def _voice(number: int, said: tuple[tuple[str, str], ...]) -> Voice:
    special = _SPECIAL.get(number, "")
    bodies = (
        [(name, "authority_mandatory") for name in AUTHORITIES]
        + [(name, "municipal_body") for name in BODIES]
        + [(name, "other_interest") for name in ORGANISATIONS]
    )
    if number < len(bodies):
        name, group = bodies[number]
        return Voice(organisation=name, group=group, channel="letter", points=said)
    if special in ("oral", "anonymous"):
        return Voice(channel="meeting" if special == "oral" else "web", special=special, points=said)
    name = f"{FIRST[number % 20]} {LAST[number // 20 + number % 2]}"
    return Voice(
        name=name,
        group=("property_party", "resident_affected", "public")[number % 3],
        channel=("web", "email", "letter", "counter")[number % 4],
        email=f"brevlada{number}@post.example" if number % 2 else "",
        address=f"Hemgatan {number + 700}, 231 {number + 10} Trelleborg",
        property_designation=f"Tomten 9:{number + 100}" if number % 3 == 0 else "",
        special=special,
        points=said,
    )
