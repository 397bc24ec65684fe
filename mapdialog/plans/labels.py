"""What the closed lists of plan consultations are called, as Swedish msgids in the order they are shown."""

from dataclasses import dataclass

from mapdialog.core.text import N_
from mapdialog.plans.kinds import (
    AnnouncementKind,
    AnswerStatus,
    Channel,
    DispatchKind,
    Edition,
    Outcome,
    PartyGroup,
    PhaseKind,
    PhaseStatus,
    PlanKind,
    ReportKind,
    Stance,
)

PLAN_KINDS: dict[str, str] = {
    PlanKind.DETAILED_PLAN: N_("Detaljplan"),
    PlanKind.AREA_REGULATIONS: N_("Områdesbestämmelser"),
    PlanKind.COMPREHENSIVE_PLAN: N_("Översiktsplan"),
    PlanKind.PLAN_PROGRAMME: N_("Planprogram"),
}
PHASE_KINDS: dict[str, str] = {
    PhaseKind.PROGRAMME_CONSULTATION: N_("Programsamråd"),
    PhaseKind.CONSULTATION: N_("Samråd"),
    PhaseKind.REVIEW: N_("Granskning"),
    PhaseKind.SECOND_REVIEW: N_("Ny granskning"),
}
PHASE_STATUSES: dict[str, str] = {
    PhaseStatus.DRAFT: N_("Förbereds"),
    PhaseStatus.ANNOUNCED: N_("Visas för alla, inte öppet än"),
    PhaseStatus.OPEN: N_("Öppet för yttranden"),
    PhaseStatus.CLOSED: N_("Tiden är slut"),
    PhaseStatus.REPORTED: N_("Redovisat"),
}
CHANNELS: dict[str, str] = {
    Channel.WEB: N_("Webben"),
    Channel.EMAIL: N_("E-post"),
    Channel.LETTER: N_("Brev"),
    Channel.COUNTER: N_("Besök"),
    Channel.PHONE: N_("Telefon"),
    Channel.MEETING: N_("Möte"),
    Channel.SOCIAL_MEDIA: N_("Sociala medier"),
}
STANCES: dict[str, str] = {
    Stance.NO_OBJECTION: N_("Ingen erinran"),
    Stance.OBJECTION: N_("Synpunkter"),
    Stance.SUPPORTS: N_("Tillstyrker"),
    Stance.OPPOSES: N_("Avstyrker"),
    Stance.ABSTAINS: N_("Avstår från att yttra sig"),
    Stance.NEUTRAL: N_("Tar inte ställning"),
}
OUTCOMES: dict[str, str] = {
    Outcome.MET: N_("Tillgodosedd"),
    Outcome.PARTLY_MET: N_("Delvis tillgodosedd"),
    Outcome.NOT_MET: N_("Inte tillgodosedd"),
    Outcome.OUTSIDE_PLAN: N_("Utanför planen"),
    Outcome.FORWARDED: N_("Skickad vidare"),
    Outcome.NOTED: N_("Noterad"),
}
ANSWER_STATUSES: dict[str, str] = {
    AnswerStatus.DRAFT: N_("Utkast"),
    AnswerStatus.REVIEWED: N_("Granskat"),
    AnswerStatus.FINAL: N_("Färdigt"),
}
REPORT_KINDS: dict[str, str] = {
    ReportKind.SAMRADSREDOGORELSE: N_("Samrådsredogörelse"),
    ReportKind.GRANSKNINGSUTLATANDE: N_("Granskningsutlåtande"),
    ReportKind.SARSKILT_UTLATANDE: N_("Särskilt utlåtande"),
}
EDITIONS: dict[str, str] = {
    Edition.FULL: N_("Fullständig, med namn"),
    Edition.WEB: N_("För webben, utan privatpersoners namn"),
}
ANNOUNCEMENT_KINDS: dict[str, str] = {
    AnnouncementKind.KUNGORELSE: N_("Kungörelse"),
    AnnouncementKind.UNDERRATTELSE: N_("Underrättelse"),
    AnnouncementKind.NOTICE_OF_STATEMENT: N_("Underrättelse om granskningsutlåtandet"),
    AnnouncementKind.NOTICE_OF_ADOPTION: N_("Underrättelse om antagandet"),
}
DISPATCH_KINDS: dict[str, str] = {
    DispatchKind.CONSULTATION_INVITATION: N_("Inbjudan till samråd"),
    DispatchKind.REVIEW_NOTICE: N_("Meddelande om granskning"),
    DispatchKind.REVIEW_DOCUMENTS: N_("Granskningshandlingar till myndigheter"),
    DispatchKind.STATEMENT_NOTICE: N_("Redogörelse till dem som inte fått gehör"),
    DispatchKind.ADOPTION_NOTICE: N_("Meddelande om antagande"),
    DispatchKind.LEGAL_FORCE_DOCUMENTS: N_("Handlingar efter laga kraft"),
    DispatchKind.DISCONTINUED_NOTICE: N_("Meddelande om att planarbetet är avbrutet"),
}


@dataclass(frozen=True)
class GroupWords:
    """A group of PBL 5:11 in the order of the reports: what it is called, what that means, where the law says so."""

    key: PartyGroup
    label: str
    explanation: str
    legal_ref: str


GROUPS: tuple[GroupWords, ...] = (
    GroupWords(
        PartyGroup.AUTHORITY_MANDATORY,
        N_("Länsstyrelsen, lantmäterimyndigheten och berörda kommuner"),
        N_("Kommunen måste samråda med dem. I ett ärende om översiktsplan hör regionen hit."),
        "5 kap. 11 § första stycket 1 PBL",
    ),
    GroupWords(
        PartyGroup.MUNICIPAL_BODY,
        N_("Kommunala nämnder, förvaltningar och bolag"),
        N_("Kommunens egna, som räddningstjänsten, miljönämnden eller bostadsbolaget."),
        "5 kap. 11 § första stycket 4 PBL",
    ),
    GroupWords(
        PartyGroup.PROPERTY_PARTY,
        N_("Sakägare"),
        N_("Ägare av fastigheter i och intill planområdet, och den som har särskild rätt till mark där."),
        "5 kap. 11 § första stycket 2 PBL",
    ),
    GroupWords(
        PartyGroup.RESIDENT_AFFECTED,
        N_("Bostadsrättshavare, hyresgäster och boende"),
        N_("De som bor så att planen berör dem."),
        "5 kap. 11 § första stycket 2 PBL",
    ),
    GroupWords(
        PartyGroup.TENANTS_ORGANISATION,
        N_("Hyresgästorganisationer"),
        N_("Till exempel Hyresgästföreningen."),
        "5 kap. 11 § första stycket 3 PBL",
    ),
    GroupWords(
        PartyGroup.OTHER_INTEREST,
        N_("Andra myndigheter, föreningar, företag och enskilda"),
        N_("De som i övrigt har ett väsentligt intresse av förslaget."),
        "5 kap. 11 § första stycket 4 PBL",
    ),
    GroupWords(
        PartyGroup.PUBLIC,
        N_("Övriga"),
        N_("Alla får lämna synpunkter."),
        "5 kap. 12 § PBL",
    ),
)
# Chapter 3 divides them otherwise: those who must be asked, and those who are to be able to take part (3:8).
_OF_COMPREHENSIVE: dict[str, tuple[str, str]] = {
    PartyGroup.AUTHORITY_MANDATORY: (
        N_("Länsstyrelsen, regionen och berörda kommuner"),
        N_("Kommunen måste samråda med dem."),
    ),
    PartyGroup.PROPERTY_PARTY: (N_("Fastighetsägare"), N_("Ägare av fastigheter som förslaget särskilt berör.")),
    PartyGroup.RESIDENT_AFFECTED: (N_("Boende"), N_("De som bor så att förslaget särskilt berör dem.")),
    PartyGroup.PUBLIC: (N_("Kommunens medlemmar och andra"), N_("Alla får lämna synpunkter.")),
}
COMPREHENSIVE_GROUPS: tuple[GroupWords, ...] = tuple(
    GroupWords(one.key, *_OF_COMPREHENSIVE.get(one.key, (one.label, one.explanation)), "3 kap. 8 § PBL")
    for one in GROUPS
)
GROUP_LABELS: dict[str, str] = {one.key: one.label for one in GROUPS}
GROUP_ORDER: dict[str, int] = {one.key: number for number, one in enumerate(GROUPS)}


def groups_of(plan_kind: str) -> tuple[GroupWords, ...]:
    """The groups in the words of the chapter that governs the plan."""
    return COMPREHENSIVE_GROUPS if plan_kind == PlanKind.COMPREHENSIVE_PLAN else GROUPS


def group_labels(plan_kind: str) -> dict[str, str]:
    """What each group is called in a plan of that kind, by its key."""
    return {one.key: one.label for one in groups_of(plan_kind)}
