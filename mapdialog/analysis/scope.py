"""Which contributions a result is about: one dialogue, and what the reader narrowed it to."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, select

from mapdialog.contributions.models import Contribution, ContributionDistrict, State
from mapdialog.core.clock import end_of_day, start_of_day

PUBLIC = (State.APPROVED,)


@dataclass(frozen=True)
class Scope:
    """A dialogue's contributions, narrowed by category, by day (Stockholm, both ends included) and by district.

    Empty `category_ids` means all; empty `states` means every state, withdrawn and hidden too.
    """

    dialogue_id: int
    category_ids: tuple[int, ...] = ()
    since: date | None = None
    until: date | None = None
    states: tuple[str, ...] = PUBLIC
    district_id: int | None = None

    @property
    def is_public(self) -> bool:
        """True when only what citizens see is counted."""
        return self.states == PUBLIC

    @property
    def has_period(self) -> bool:
        """True when a first or last day was chosen."""
        return self.since is not None or self.until is not None

    @property
    def is_kept(self) -> bool:
        """True when the kept counts hold the answer: what is public, of all time, wherever it lies."""
        return self.is_public and not self.has_period and self.district_id is None

    def everything(self) -> "Scope":
        """The same dialogue in every state."""
        return replace(self, states=())

    def conditions(self) -> list[ColumnElement[bool]]:
        """WHERE conditions on `contribution`. Days are compared as moments, so that the index on time serves them."""
        found: list[ColumnElement[bool]] = [Contribution.dialogue_id == self.dialogue_id]
        if self.is_public:
            # Written out, not as IN: the partial indexes of what is public are only used for these very words.
            found.append(Contribution.state == State.APPROVED.value)
        elif self.states:
            found.append(Contribution.state.in_(self.states))
        if self.category_ids:
            found.append(Contribution.category_id.in_(self.category_ids))
        if self.since is not None:
            found.append(Contribution.submitted_at >= start_of_day(self.since))
        if self.until is not None:
            found.append(Contribution.submitted_at < end_of_day(self.until))
        if self.district_id is not None:
            link = ContributionDistrict
            linked = select(link.contribution_id).where(
                link.dialogue_id == self.dialogue_id, link.district_id == self.district_id
            )
            found.append(Contribution.id.in_(linked))
        return found
