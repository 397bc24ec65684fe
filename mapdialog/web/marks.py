"""A signed cookie by which a browser is known again at one walk: a random mark that says nothing else."""

import uuid
from dataclasses import dataclass

from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer


@dataclass(frozen=True)
class Marks:
    """Marks of one kind: the cookie is `<prefix>-<slug>`, and one kind's cookie is no good as another's (`salt`)."""

    prefix: str
    salt: str
    kept_seconds: int

    def find(self, slug: str) -> uuid.UUID | None:
        """The browser's mark at that address; None when it has none or the cookie is not ours."""
        try:
            known, mark = self._signer().loads(request.cookies.get(self._name(slug), ""), max_age=self.kept_seconds)
            return uuid.UUID(mark) if known == slug else None
        except (BadSignature, ValueError, TypeError):
            return None

    def remember(self, response: Response, slug: str, mark: uuid.UUID) -> Response:
        """Give the browser its mark, in a cookie no script can read."""
        response.set_cookie(
            self._name(slug),
            self._signer().dumps([slug, mark.hex]),
            max_age=self.kept_seconds,
            httponly=True,
            samesite="Lax",
            secure=current_app.config["MAPDIALOG"].cookie_secure,
        )
        return response

    def forget(self, response: Response, slug: str) -> Response:
        """Take the mark away."""
        response.delete_cookie(self._name(slug), httponly=True, samesite="Lax")
        return response

    def _name(self, slug: str) -> str:
        return f"{self.prefix}-{slug}"

    def _signer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=self.salt)
