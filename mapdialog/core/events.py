"""News from a domain to the packages above it, in the same transaction; nobody below knows who listens."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

Listener = Callable[..., None]
Concern = Callable[..., bool]
_listeners: dict[str, list[tuple[Listener, Concern]]] = defaultdict(list)


def _always(**_payload: Any) -> bool:
    return True


def listen(event: str, concerns: Concern = _always) -> Callable[[Listener], Listener]:
    """Decorator: call this function, as `f(session, **payload)`, when the event is announced.

    `concerns`, called with what is known beforehand, tells whether this listener would have anything to do.
    """

    def register(listener: Listener) -> Listener:
        if listener not in [known for known, _ in _listeners[event]]:
            _listeners[event].append((listener, concerns))
        return listener

    return register


def concerns(event: str, **payload: Any) -> bool:
    """Whether any listener would have something to do in the event's transaction."""
    return any(concern(**payload) for _, concern in _listeners[event])


def announce(session: Session, event: str, **payload: Any) -> None:
    """Tell every listener, in this transaction: if it rolls back, nothing of theirs remains either."""
    for listener, _ in _listeners[event]:
        listener(session, **payload)
