"""What the spatial library says when input does not hold: a Swedish message with named parameters, translated later."""

from typing import Any


def N_(message: str) -> str:  # noqa: N802 - gettext's customary name for "mark, translate later"
    """Mark a Swedish message for translation; whoever shows it translates."""
    return message


class GeoProblem(ValueError):
    """A coordinate, geometry or file that cannot be used. `message` is a Swedish msgid, `params` fill its %(name)s."""

    def __init__(self, message: str, **params: Any) -> None:
        super().__init__(message)
        self.message, self.params = message, params

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message
