"""News from a domain to the packages above it, in the same transaction; nobody below knows who listens."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

Listener = Callable[..., None]
_listeners: dict[str, list[Listener]] = defaultdict(list)


def listen(event: str) -> Callable[[Listener], Listener]:
    """Decorator: call this function, as `f(session, **payload)`, when the event is announced."""

    def register(listener: Listener) -> Listener:
        if listener not in _listeners[event]:
            _listeners[event].append(listener)
        return listener

    return register


def announce(session: Session, event: str, **payload: Any) -> None:
    """Tell every listener, in this transaction: if it rolls back, nothing of theirs remains either."""
    for listener in _listeners[event]:
        listener(session, **payload)
