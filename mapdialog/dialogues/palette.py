"""What categories may look like: colours that colour-blind readers tell apart (Okabe and Ito), icons and pin shapes."""

from dataclasses import dataclass

from mapdialog.core.text import N_
from mapdialog.dialogues.models import Polarity


@dataclass(frozen=True)
class Choice:
    """A value with the name people read."""

    value: str
    label: str


COLORS: tuple[Choice, ...] = (
    Choice("#0072B2", N_("Blå")),
    Choice("#E69F00", N_("Orange")),
    Choice("#009E73", N_("Grön")),
    Choice("#CC79A7", N_("Rosa")),
    Choice("#56B4E9", N_("Ljusblå")),
    Choice("#D55E00", N_("Röd")),
    Choice("#F0E442", N_("Gul")),
    Choice("#5F6B73", N_("Grå")),
)

POLARITIES: tuple[Choice, ...] = (
    Choice(Polarity.NEUTRAL.value, N_("Synpunkt (droppe)")),
    Choice(Polarity.INSECURE.value, N_("Otryggt eller dåligt (triangel)")),
    Choice(Polarity.SECURE.value, N_("Tryggt eller bra (cirkel)")),
    Choice(Polarity.PROPOSAL.value, N_("Förslag (fyrkant)")),
)

ICONS: tuple[Choice, ...] = (
    Choice("message-circle", N_("Pratbubbla")),
    Choice("lightbulb", N_("Glödlampa")),
    Choice("lamp", N_("Lampa")),
    Choice("eye", N_("Öga")),
    Choice("shield-check", N_("Sköld")),
    Choice("triangle-alert", N_("Varningstriangel")),
    Choice("heart", N_("Hjärta")),
    Choice("star", N_("Stjärna")),
    Choice("thumbs-up", N_("Tumme upp")),
    Choice("tree-deciduous", N_("Lövträd")),
    Choice("tree-pine", N_("Barrträd")),
    Choice("flower-2", N_("Blomma")),
    Choice("leaf", N_("Löv")),
    Choice("sprout", N_("Planta")),
    Choice("armchair", N_("Sittplats")),
    Choice("bike", N_("Cykel")),
    Choice("car", N_("Bil")),
    Choice("bus", N_("Buss")),
    Choice("train-front", N_("Tåg")),
    Choice("footprints", N_("Fotspår")),
    Choice("circle-parking", N_("Parkering")),
    Choice("traffic-cone", N_("Trafikkon")),
    Choice("gauge", N_("Hastighet")),
    Choice("signpost", N_("Vägvisare")),
    Choice("accessibility", N_("Tillgänglighet")),
    Choice("baby", N_("Barn")),
    Choice("school", N_("Skola")),
    Choice("volleyball", N_("Boll")),
    Choice("dumbbell", N_("Utegym")),
    Choice("users", N_("Människor")),
    Choice("coffee", N_("Kafé")),
    Choice("store", N_("Butik")),
    Choice("house", N_("Hus")),
    Choice("building-2", N_("Flerbostadshus")),
    Choice("hammer", N_("Hammare")),
    Choice("wrench", N_("Skiftnyckel")),
    Choice("trash-2", N_("Papperskorg")),
    Choice("spray-can", N_("Sprejburk")),
    Choice("volume-2", N_("Ljud")),
    Choice("waves", N_("Vatten")),
    Choice("sun", N_("Sol")),
    Choice("umbrella", N_("Paraply")),
    Choice("dog", N_("Hund")),
    Choice("landmark", N_("Kulturmiljö")),
    Choice("ellipsis", N_("Tre punkter")),
)

COLOR_VALUES = frozenset(choice.value for choice in COLORS)
ICON_VALUES = frozenset(choice.value for choice in ICONS)
