"""Mails are about contributions: the same dialogues and senders."""

from tests.contributions.conftest import dialogue, open_dialogue, send

__all__ = ["dialogue", "open_dialogue", "send"]
