"""The edge is tried on the same dialogues as the domain."""

from tests.contributions.conftest import dialogue, open_dialogue, send

__all__ = ["dialogue", "open_dialogue", "send"]
