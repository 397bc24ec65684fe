"""Signals that ask a command to end: noted and acknowledged at once, so that it can end its parts in order."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

ASKING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)  # the terminal closing is one of them
WORDS = (b"\nrun: stopping\n", b"\nrun: ending at once what is still under way\n")


class Interrupted(BaseException):
    """Somebody asked for the end of what may be ended anywhere. No error, for nobody is to catch it as one."""


class Stopping:
    """Whether somebody asked for the end, and how often: true from the first signal on."""

    def __init__(self) -> None:
        self._times = 0
        self._may_interrupt = False

    def __bool__(self) -> bool:
        return self._times > 0

    @property
    def in_a_hurry(self) -> bool:
        """Whether somebody asked again."""
        return self._times > 1

    def listen(self) -> None:
        """Hear signals from now on; one that was to be ignored when we were started (nohup) stays ignored."""
        for number in ASKING:
            if number == signal.SIGINT or signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._note)

    @contextmanager
    def interrupting(self) -> Iterator[None]:
        """A signal ends what stands in this block by Interrupted; one that came before it ends it at its beginning."""
        self._may_interrupt = True
        try:
            if self:
                raise Interrupted
            yield
        finally:
            self._may_interrupt = False

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self._times += 1
        with suppress(OSError, IndexError):  # the terminal may be gone
            os.write(1, WORDS[self._times - 1])
        if self._may_interrupt:
            self._may_interrupt = False  # the next one must not end the rolling back
            raise Interrupted
