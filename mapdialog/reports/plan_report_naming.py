"""What a plan report calls those who wrote: by name in the full edition, private persons by number on the web."""

from dataclasses import dataclass

from mapdialog.plans.kinds import PartyGroup

# Those who write for an office are named everywhere; all others only where they wrote as an organisation.
_OFFICES = frozenset({PartyGroup.AUTHORITY_MANDATORY, PartyGroup.MUNICIPAL_BODY, PartyGroup.TENANTS_ORGANISATION})
ANONYMOUS = "Anonym"
NAMELESS = "Utan namn"


@dataclass(frozen=True)
class Sender:
    """Who wrote, as it is stored: from the statement, and from the register of parties where it says more.

    `number` is the party's, None for who has no row there; `reached_at` the mail or street of who gave no name.
    Personal data: never goes into a log.
    """

    statement_number: int
    party_group: str
    name: str
    organisation: str
    property_designation: str
    is_protected: bool
    shown_as: str
    number: int | None
    reached_at: str = ""

    @property
    def is_private(self) -> bool:
        """Whether it is somebody who wrote for themselves."""
        return not self.organisation and self.party_group not in _OFFICES


def named(sender: Sender, *, is_web: bool) -> str:
    """What the edition calls the sender. A protected identity is never named on paper: papers travel."""
    if sender.is_protected:
        return f"Yttrande {sender.statement_number} (uppgifter om avsändaren lämnas inte ut)"
    if not sender.is_private:
        # A company's letter tells its name, not which of its people signed.
        # Some registers have an address for mail where the name should be.
        is_shown = not (is_web and "@" in sender.name)
        return sender.organisation or (is_shown and sender.name) or _unnamed(sender, is_web=is_web)
    if not is_web:
        parts = [sender.name or sender.reached_at, sender.property_designation]
        return ", ".join(one for one in parts if one) or ANONYMOUS
    if sender.shown_as == "property" and sender.property_designation:
        return f"Fastigheten {sender.property_designation}"
    if sender.number is None:
        return _unnamed(sender, is_web=True)
    return f"Privatperson {sender.number}"


def _unnamed(sender: Sender, *, is_web: bool) -> str:
    """Who can be reached is not anonymous, but no address stands on the web."""
    if is_web:
        return NAMELESS if sender.name or sender.reached_at or sender.property_designation else ANONYMOUS
    return sender.reached_at or ANONYMOUS
