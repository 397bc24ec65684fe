"""Marks on columns that hold personal data; retention, erasure and exports read the marks, a test demands them."""

from typing import Any, Literal

Keep = Literal["dialogue", "plan", "account", "short", "subscription", "log"]


def personal(keep: Keep) -> dict[str, Any]:
    """`info` of a column that can identify somebody. `keep` names its retention rule: with the dialogue, with the plan
    (preserved), with the account, a short time (delivery of mail), until its subscription ends, or as a log."""
    return {"personal": True, "keep": keep}


def impersonal() -> dict[str, Any]:
    """`info` of a text column that holds nothing about a citizen."""
    return {"personal": False, "keep": None}
