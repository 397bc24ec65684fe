"""Dialogues, their phases and categories."""
