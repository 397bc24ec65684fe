"""What the keys of statements are called by those who read them: Swedish msgids."""

from mapdialog.core.text import N_, clean_line
from mapdialog.plans.kinds import Channel, PartyGroup, PhaseKind, PlanKind, Stance

CHANNELS: dict[str, str] = {
    Channel.WEB: N_("Webbformulär"),
    Channel.EMAIL: N_("E-post"),
    Channel.LETTER: N_("Brev"),
    Channel.COUNTER: N_("Besök"),
    Channel.PHONE: N_("Telefon"),
    Channel.MEETING: N_("Möte"),
    Channel.SOCIAL_MEDIA: N_("Sociala medier"),
}
# What is registered by hand, the commonest first; the web's own come in by themselves.
DESK_CHANNELS = (
    Channel.LETTER,
    Channel.EMAIL,
    Channel.COUNTER,
    Channel.PHONE,
    Channel.MEETING,
    Channel.SOCIAL_MEDIA,
)
GROUPS: dict[str, str] = {
    PartyGroup.AUTHORITY_MANDATORY: N_("Länsstyrelsen, lantmäteriet eller en kommun"),
    PartyGroup.MUNICIPAL_BODY: N_("Kommunens egna nämnder och bolag"),
    PartyGroup.PROPERTY_PARTY: N_("Sakägare"),
    PartyGroup.RESIDENT_AFFECTED: N_("Bostadsrättshavare, hyresgäst eller boende som berörs"),
    PartyGroup.TENANTS_ORGANISATION: N_("Hyresgästorganisation"),
    PartyGroup.OTHER_INTEREST: N_("Annan myndighet, förening eller enskild med väsentligt intresse"),
    PartyGroup.PUBLIC: N_("Allmänheten"),
}
_COMPREHENSIVE_GROUPS: dict[str, str] = {
    PartyGroup.AUTHORITY_MANDATORY: N_("Länsstyrelsen, regionen eller en kommun"),
    PartyGroup.PROPERTY_PARTY: N_("Fastighetsägare"),
    PartyGroup.RESIDENT_AFFECTED: N_("Boende som berörs"),
}
STANCES: dict[str, str] = {
    Stance.NEUTRAL: N_("Har synpunkter"),
    Stance.NO_OBJECTION: N_("Ingen erinran"),
    Stance.OBJECTION: N_("Har invändningar"),
    Stance.SUPPORTS: N_("Tillstyrker"),
    Stance.OPPOSES: N_("Avstyrker"),
    Stance.ABSTAINS: N_("Avstår från att yttra sig"),
}
PHASES: dict[str, str] = {
    PhaseKind.PROGRAMME_CONSULTATION: N_("Programsamråd"),
    PhaseKind.CONSULTATION: N_("Samråd"),
    PhaseKind.REVIEW: N_("Granskning"),
    PhaseKind.SECOND_REVIEW: N_("Förnyad granskning"),
}
SHOWN_AS: dict[str, str] = {
    "number": N_("Med nummer (privatperson)"),
    "property": N_("Med fastighetsbeteckning"),
    "name": N_("Med namn (myndighet, förening, företag)"),
}


def groups_of(plan_kind: str) -> dict[str, str]:
    """What the groups are called in a plan of that kind: chapter 3 has no property parties."""
    return GROUPS | _COMPREHENSIVE_GROUPS if plan_kind == PlanKind.COMPREHENSIVE_PLAN else GROUPS


def sender_words(*, name: str | None, organisation: str, email: str | None, address: str) -> str:
    """Whom it is from for those at the desk: by name, else by where they can be reached; '' for the anonymous."""
    named = ", ".join(part for part in (name, organisation) if part)
    return named or email or clean_line(address)
