"""What the public page of a walk shows once its protocol is published: findings, actions and how far they have come."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from mapdialog.core.database import session
from mapdialog.dialogues.models import Category
from mapdialog.walks import astray, board, head_words, public_numbers, queries, repeating, tending
from mapdialog.walks.drafts import FOLIAGES, GROUNDS, LIGHTS, WEATHERS
from mapdialog.walks.findings import OwnerType, WalkAction, WalkObservation
from mapdialog.walks.following_up import STATUSES
from mapdialog.walks.forms_actions import POLARITIES
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.views_follow_up import STATUS_LOOKS, page_map, today
from mapdialog.walks.walk_maps import Spot, action_spot, observation_spot


@dataclass(frozen=True)
class Finding:
    """What was seen of one category, and how it felt."""

    category: Category
    observations: list[WalkObservation]

    def count(self, polarity: str) -> int:
        """How many felt so."""
        return sum(one.polarity == polarity for one in self.observations)


def after_protocol(walk: SafetyWalk) -> dict[str, Any]:
    """The context of `walks/_after.html` for a walk whose protocol is published; nobody is named in it."""
    seen = list(queries.list_public_observations(session(), walk))
    actions = list(queries.list_actions(session(), walk))
    protocols = queries.list_protocols(session(), walk)
    people = public_numbers.participants(walk.groups)
    return {
        "walk": walk,
        "returns": [one for one in repeating.list_repeats(session(), walk) if queries.is_told(session(), one)],
        "protocols": [one for one in protocols if one.version == protocols[0].version],
        "findings": _findings(walk, seen),
        "seen": len(seen),
        "actions": actions,
        "progress": public_numbers.progress(one.status for one in actions),
        "people": people,
        "dimensions": [
            (_(head_words.DIMENSIONS[dimension]), [(head_words.band(key, _), count) for key, count in bands.items()])
            for dimension, bands in people.bands.items()
        ],
        "conditions": _conditions(walk),
        "map_data": page_map(_spots(walk, seen, actions), [walk], [one for one in walk.groups if one.is_track_public]),
        "polarities": POLARITIES,
        "statuses": STATUSES,
        "status_looks": STATUS_LOOKS,
        "responsible": responsible,
        "said": _last_said,
        "is_late": lambda one: board.is_late(one, today()),
    }


def responsible(action: WalkAction) -> str:
    """The unit, company or association; a private owner, who may be a person, is not named."""
    if action.party is not None and action.owner_type != OwnerType.PRIVATE:
        return action.party.name
    return _(tending.OWNERS[action.owner_type])


def public_spots(walk: SafetyWalk) -> list[Spot]:
    """The pins of the page's map."""
    seen, actions = queries.list_public_observations(session(), walk), queries.list_actions(session(), walk)
    return _spots(walk, seen, actions)


def _findings(walk: SafetyWalk, seen: Sequence[WalkObservation]) -> list[Finding]:
    """By category, those with most first; in the checklist's order where they are equal."""
    found = [Finding(one, [each for each in seen if each.category_id == one.id]) for one in walk.dialogue.categories]
    return sorted((one for one in found if one.observations), key=lambda one: -len(one.observations))


def _spots(walk: SafetyWalk, seen: Sequence[WalkObservation], actions: Sequence[WalkAction]) -> list[Spot]:
    """What lies far from the walk waits for its place to be put right."""
    far = astray.find(session(), walk, seen)
    near = [one for one in seen if one.id not in far]
    spots = [observation_spot(one.id, one, one.category.label_sv, f"#iakttagelse-{one.id}") for one in near]
    shown, day = {one.id for one in near}, today()
    # An action lies where its observations do: it may only show a place that is public itself.
    lies_at = {one.id: {each.merged_into_id or each.id for each in one.observations} for one in actions}
    open_ones = {one.id: one for one in actions if lies_at[one.id] and lies_at[one.id] <= shown}
    for place in board.list_places(session(), list(open_ones)):
        one = open_ones[place.action_id]
        label = f"{one.title} ({_(STATUSES[one.status]).lower()})"
        spots.append(action_spot(place, one.status, board.is_late(one, day), label, f"#atgard-{one.id}"))
    return spots


def _last_said(action: WalkAction) -> str:
    """What the public was told last of it, unless that is the reason that stands there anyway."""
    words = next((line.public_comment for line in reversed(action.log) if line.public_comment), "")
    return "" if words == action.status_reason else words


def _conditions(walk: SafetyWalk) -> list[str]:
    given = ((LIGHTS, walk.light), (WEATHERS, walk.weather), (GROUNDS, walk.ground), (FOLIAGES, walk.foliage))
    return [_(words[key]) for words, key in given if key]
