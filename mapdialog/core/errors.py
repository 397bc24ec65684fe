"""Errors the domain raises; the HTTP edge and the command line turn them into words and status codes."""

from typing import Any


class DomainError(Exception):
    """Something the user can understand went wrong. `message` is a Swedish msgid, `params` fill its %(name)s."""

    status = 400
    kind = "bad-request"

    def __init__(self, message: str, *, field: str | None = None, **params: Any) -> None:
        super().__init__(message)
        self.message, self.field, self.params = message, field, params

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message


class Invalid(DomainError):
    """What was sent does not hold. `fields` gives each field's own error, so all of them are shown at once."""

    status = 422
    kind = "invalid"

    def __init__(
        self, message: str, *, field: str | None = None, fields: "dict[str, DomainError] | None" = None, **params: Any
    ) -> None:
        super().__init__(message, field=field, **params)
        self.fields: dict[str, DomainError] = fields or ({field: self} if field else {})


class NotFound(DomainError):
    """No such thing, or not for you."""

    status, kind = 404, "not-found"


class Forbidden(DomainError):
    """The actor's role or token does not allow it."""

    status, kind = 403, "forbidden"


class Conflict(DomainError):
    """It clashes with what is already there, or somebody changed it meanwhile."""

    status, kind = 409, "conflict"


class Closed(DomainError):
    """The phase that would allow it is not open."""

    status, kind = 409, "closed"


class TooLarge(DomainError):
    """A file or body is over its limit."""

    status, kind = 413, "too-large"


class UnsupportedMedia(DomainError):
    """A file is not of a kind we read."""

    status, kind = 415, "unsupported-media"


class TooMany(DomainError):
    """A rate limit was passed."""

    status, kind = 429, "too-many"


class Unavailable(DomainError):
    """A part we depend on is away; try again."""

    status, kind = 503, "unavailable"
