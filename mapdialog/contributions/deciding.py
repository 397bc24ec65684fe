"""Pure rules of moderation: which decision is open in which state, and what decisions are called in the log."""

from mapdialog.contributions.models import State
from mapdialog.contributions.published_rules import find_rule
from mapdialog.core.errors import Conflict, Invalid
from mapdialog.core.text import N_

MESSAGE_MAX = 2_000
DECIDED = N_("Det går inte längre: en kollega har redan bestämt, eller så har författaren tagit tillbaka synpunkten.")
ANSWER_MAX = 10_000

# From which states each decision may be taken; nothing is decided about what its author took back.
OPEN: dict[str, frozenset[str]] = {
    "approve": frozenset({State.PENDING}),
    "hide": frozenset({State.PENDING, State.APPROVED}),
    "restore": frozenset({State.HIDDEN}),
    "edit": frozenset({State.PENDING, State.APPROVED, State.HIDDEN}),
    "answer": frozenset({State.PENDING, State.APPROVED, State.HIDDEN}),
}

STATES: dict[str, str] = {
    State.PENDING: N_("Väntar på granskning"),
    State.APPROVED: N_("Publicerad"),
    State.HIDDEN: N_("Dold"),
    State.WITHDRAWN: N_("Återtagen"),
}

# What the log calls a decision.
DECISIONS: dict[str, str] = {
    "approve": N_("Godkände"),
    "hide": N_("Dolde"),
    "restore": N_("Visade igen"),
    "undo_approve": N_("Ångrade godkännandet"),
    "undo_hide": N_("Ångrade döljandet"),
    "undo_restore": N_("Ångrade att visa igen"),
    "edit": N_("Ändrade det som visas"),
    "hide_photo": N_("Dolde ett foto"),
    "show_photo": N_("Visade ett foto igen"),
    "blur_photo": N_("Suddade i ett foto"),
    "unblur_photo": N_("Tog tillbaka suddningen"),
    "draft_answer": N_("Sparade ett utkast till svar"),
    "answer": N_("Svarade"),
    "approve_reply": N_("Godkände ett svar"),
    "hide_reply": N_("Dolde ett svar"),
    "restore_reply": N_("Visade ett svar igen"),
    "resolve_reports": N_("Avslutade anmälningar"),
    "register": N_("Registrerade åt någon"),
}

CHANNELS: dict[str, str] = {
    "web": N_("Webben"),
    "api": N_("Annat system"),
    "phone": N_("Telefon"),
    "email": N_("E-post"),
    "letter": N_("Brev"),
    "counter": N_("Besök"),
    "meeting": N_("Möte"),
    "social_media": N_("Sociala medier"),
    "import": N_("Importerad"),
}

REPORT_REASONS: dict[str, str] = {
    "personal_data": N_("Personuppgifter"),
    "hate": N_("Hat eller hot"),
    "illegal": N_("Olagligt"),
    "off_topic": N_("Hör inte hit"),
    "other": N_("Annat"),
    "flood": N_("Många på kort tid från samma håll"),
}


def demand_open(decision: str, state: str) -> None:
    """Raise Conflict unless the decision may be taken in this state."""
    if state not in OPEN[decision]:
        raise Conflict(DECIDED)


def check_rule(key: str) -> str:
    """The rule's key; raises Invalid when it is none of the published ones."""
    rule = find_rule(key)
    if rule is None or rule.retired:
        raise Invalid(N_("Välj vilken av de publicerade reglerna du döljer efter."), field="rule")
    return rule.key


def check_length(text: str, field: str, most: int) -> str:
    """The text; raises Invalid when it is longer than `most` characters."""
    if len(text) > most:
        raise Invalid(
            N_("Texten är %(length)s tecken lång. Korta den till högst %(most)s."),
            field=field,
            length=len(text),
            most=most,
        )
    return text
