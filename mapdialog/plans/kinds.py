"""What plan consultations are made of, as closed lists: their keys are stored, so none is renamed or removed."""

from enum import StrEnum


class PlanKind(StrEnum):
    """What is planned."""

    DETAILED_PLAN = "detailed_plan"
    AREA_REGULATIONS = "area_regulations"
    COMPREHENSIVE_PLAN = "comprehensive_plan"
    PLAN_PROGRAMME = "plan_programme"


class Procedure(StrEnum):
    """The way a plan goes from proposal to adoption; what each demands stands in the rule set."""

    STANDARD = "standard"
    STANDARD_LIMITED = "standard_limited"
    EXTENDED = "extended"
    COORDINATED = "coordinated"
    SIMPLIFIED = "simplified"
    COMPREHENSIVE = "comprehensive"
    COMPREHENSIVE_PART = "comprehensive_part"
    LEGACY = "legacy"


class Ground(StrEnum):
    """Why a procedure is used. Extended: PBL 5:7 first paragraph 1-3, or second paragraph. Simplified: 5:38 a-c."""

    NOT_COMPATIBLE = "1"
    PUBLIC_INTEREST = "2"
    SIGNIFICANT_IMPACT = "3"
    OP_NOT_CURRENT = "op_not_current"
    PROLONGING = "38a"
    REPEAL = "38b"
    REPEAL_OF_PROVISIONS = "38c"


class PhaseKind(StrEnum):
    """A stretch of time in which statements are asked for."""

    PROGRAMME_CONSULTATION = "programme_consultation"
    CONSULTATION = "consultation"
    REVIEW = "review"
    SECOND_REVIEW = "second_review"


class PhaseStatus(StrEnum):
    """How far a phase has come; only ever onwards."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    OPEN = "open"
    CLOSED = "closed"
    REPORTED = "reported"


class PartyGroup(StrEnum):
    """Whom a plan concerns, as PBL 5:11 divides them, and the municipality's own committees."""

    AUTHORITY_MANDATORY = "authority_mandatory"
    MUNICIPAL_BODY = "municipal_body"
    PROPERTY_PARTY = "property_party"
    RESIDENT_AFFECTED = "resident_affected"
    TENANTS_ORGANISATION = "tenants_organisation"
    OTHER_INTEREST = "other_interest"
    PUBLIC = "public"


class Channel(StrEnum):
    """The way a statement came in."""

    WEB = "web"
    EMAIL = "email"
    LETTER = "letter"
    COUNTER = "counter"
    PHONE = "phone"
    MEETING = "meeting"
    SOCIAL_MEDIA = "social_media"


class Stance(StrEnum):
    """Where a statement stands as a whole."""

    NO_OBJECTION = "no_objection"
    OBJECTION = "objection"
    SUPPORTS = "supports"
    OPPOSES = "opposes"
    ABSTAINS = "abstains"
    NEUTRAL = "neutral"


class Outcome(StrEnum):
    """What became of a point."""

    MET = "met"
    PARTLY_MET = "partly_met"
    NOT_MET = "not_met"
    OUTSIDE_PLAN = "outside_plan"
    FORWARDED = "forwarded"
    NOTED = "noted"


class AnswerStatus(StrEnum):
    """How far an answer has come: only a final one is a public record."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
    FINAL = "final"


class ReportKind(StrEnum):
    """The statutory reports."""

    SAMRADSREDOGORELSE = "samradsredogorelse"
    GRANSKNINGSUTLATANDE = "granskningsutlatande"
    SARSKILT_UTLATANDE = "sarskilt_utlatande"


class Edition(StrEnum):
    """A report with names, or as it may stand on the web."""

    FULL = "full"
    WEB = "web"


class AnnouncementKind(StrEnum):
    """What is made known to all."""

    KUNGORELSE = "kungorelse"
    UNDERRATTELSE = "underrattelse"
    NOTICE_OF_STATEMENT = "notice_of_statement"
    NOTICE_OF_ADOPTION = "notice_of_adoption"


class DispatchKind(StrEnum):
    """What is sent, to whom the law names, at a moment the law names."""

    CONSULTATION_INVITATION = "consultation_invitation"
    REVIEW_NOTICE = "review_notice"
    REVIEW_DOCUMENTS = "review_documents"
    STATEMENT_NOTICE = "statement_notice"
    ADOPTION_NOTICE = "adoption_notice"
    LEGAL_FORCE_DOCUMENTS = "legal_force_documents"
    DISCONTINUED_NOTICE = "discontinued_notice"


def among(column: str, values: type[StrEnum]) -> str:
    """The SQL condition of a check constraint: the column holds one of the keys."""
    return f"{column} in ({','.join(repr(one.value) for one in values)})"
