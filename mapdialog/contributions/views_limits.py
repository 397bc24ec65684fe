"""Forms that come when a limit is reached: the page with everything that was typed, and when to try again."""

from collections.abc import Callable

from flask import Response, request
from flask_limiter import RateLimitExceeded

from mapdialog.contributions import views_new, views_taking_part
from mapdialog.contributions.views import blueprint
from mapdialog.web import limits


@blueprint.errorhandler(RateLimitExceeded)
def too_many(error: RateLimitExceeded) -> Response | tuple[str, int]:
    """429 with the form, where there is one to lose."""
    receipt = str((request.view_args or {}).get("receipt", ""))
    pages: dict[str, Callable[[str], str]] = {
        "contributions.fill_in": views_new.refused,
        "contributions.reply": lambda words: views_taking_part.reply_page(receipt, words),
        "contributions.report": lambda words: views_taking_part.report_page(receipt, words),
    }
    page = pages.get(request.endpoint or "")
    return (page(limits.wait_in_words()), error.code) if page else limits.exceeded(error)
