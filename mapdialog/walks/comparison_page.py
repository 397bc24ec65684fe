"""What the page of a comparison shows, at the desk and in public."""

from typing import Any

from mapdialog.walks.findings import Verdict
from mapdialog.walks.following_up import STATUSES
from mapdialog.walks.forms_actions import POLARITIES
from mapdialog.walks.returning import VERDICTS, Comparison
from mapdialog.walks.views_follow_up import STATUS_LOOKS

# Badge and icon; the order is that of the bar, from what is best.
VERDICT_LOOKS = {
    Verdict.FIXED: ("success", "circle-check"),
    Verdict.BETTER: ("primary", "trending-up"),
    Verdict.SAME: ("", "equal"),
    Verdict.WORSE: ("danger", "trending-down"),
}


def context(comparison: Comparison) -> dict[str, Any]:
    """The context of `walks/_comparison.html`."""
    return {
        "comparison": comparison,
        "walk": comparison.walk,
        "verdicts": {key.value: VERDICTS[key] for key in VERDICT_LOOKS},
        "verdict_looks": {key.value: look for key, look in VERDICT_LOOKS.items()},
        "polarities": POLARITIES,
        "statuses": STATUSES,
        "status_looks": STATUS_LOOKS,
    }
