"""Files of a statement that is being written or registered: kept beside its form until it is saved. Callers commit.

Each form of each account has its own, so that nobody comes upon another's. They are known in the database and lie in
the file store, where every web server finds them; after two days the worker removes what nobody has sent.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from mapdialog.core import clock
from mapdialog.core.errors import Invalid, TooLarge
from mapdialog.core.files import FileStore
from mapdialog.core.text import N_
from mapdialog.plans.statement_files import MOST_FILES, CheckedFile
from mapdialog.plans.statement_models import PlanDraftFile

KEPT = timedelta(days=2)
MOST_BYTES = 200_000_000
CITIZEN = 0  # the owner of what nobody signed in writes


@dataclass(frozen=True)
class Kept:
    """A kept file as the form shows it; `key` is its checksum."""

    key: str
    name: str
    kind: str
    size_bytes: int


class DraftFiles:
    """The kept files of one form of one account."""

    def __init__(self, session: Session, store: FileStore, owner: int, form_id: uuid.UUID) -> None:
        self._session, self._store, self._owner, self._form_id = session, store, owner, form_id
        self._mine = (PlanDraftFile.owner == owner, PlanDraftFile.form_id == form_id)

    def list(self) -> list[Kept]:
        """The kept files, the first first."""
        return [Kept(one.sha256, one.file_name, one.kind, one.size_bytes) for one in self._rows()]

    def keep(self, file: CheckedFile) -> None:
        """Keep a file with the form; the same again changes nothing. Raises Invalid or TooLarge past the limits."""
        kept = self.list()
        if any(one.key == file.sha256 for one in kept):
            return
        if len(kept) >= MOST_FILES:
            raise Invalid(N_("Ett yttrande kan ha högst %(most)s filer."), field="files", most=MOST_FILES)
        if sum(one.size_bytes for one in kept) + len(file.data) > MOST_BYTES:
            raise TooLarge(
                N_("Filerna är tillsammans större än %(limit)s MB."), field="files", limit=MOST_BYTES // 1_000_000
            )
        file_key = f"plan-drafts/{self._owner}/{self._form_id.hex}/{file.sha256}"
        self._store.put(file_key, file.data)
        row = insert(PlanDraftFile).values(
            owner=self._owner,
            form_id=self._form_id,
            sha256=file.sha256,
            file_key=file_key,
            file_name=file.name,
            kind=file.kind,
            size_bytes=len(file.data),
        )
        self._session.execute(row.on_conflict_do_nothing())

    def drop(self, key: str) -> None:
        """Take a file out of the form."""
        _remove(self._session, self._store, *self._mine, PlanDraftFile.sha256 == key)

    def files(self) -> tuple[CheckedFile, ...]:
        """The kept files with what they hold."""
        return tuple(CheckedFile(one.file_name, one.kind, self._store.get(one.file_key)) for one in self._rows())

    def remove(self) -> None:
        """They have been stored with the statement."""
        _remove(self._session, self._store, *self._mine)

    def _rows(self) -> Sequence[PlanDraftFile]:
        return self._session.scalars(select(PlanDraftFile).where(*self._mine).order_by(PlanDraftFile.id)).all()


def remove_stale(session: Session, store: FileStore) -> int:
    """Remove the files of forms that nobody has sent for two days; returns how many."""
    return _remove(session, store, PlanDraftFile.kept_at < clock.now() - KEPT)


def _remove(session: Session, store: FileStore, *which: object) -> int:
    gone = session.scalars(delete(PlanDraftFile).where(*which).returning(PlanDraftFile.file_key)).all()  # type: ignore[arg-type]
    for file_key in gone:
        store.delete(file_key)
    return len(gone)
