"""The Word templates that the municipality has uploaded: the one in use of each purpose, and its earlier versions."""

import hashlib
import secrets
from datetime import datetime
from pathlib import Path

from docx.shared import Mm
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapdialog.config import Config
from mapdialog.core import audit
from mapdialog.core.errors import Conflict, Invalid, NotFound
from mapdialog.core.files import FileStore
from mapdialog.core.text import N_
from mapdialog.plans import word_files
from mapdialog.plans.statement_files import clean_name
from mapdialog.plans.template_models import LETTER, REPORT, WordTemplate
from mapdialog.plans.word_files import WordFile

PURPOSES = (REPORT, LETTER)
NOT_A4 = N_("Brevmallen behöver vara A4 på höjden, annars hamnar adressen inte i kuvertets fönster.")
_NO_SUCH = N_("Mallen finns inte.")
_SLACK = Mm(2)


def demand_purpose(purpose: str) -> None:
    """Raises NotFound for one that there are no templates of."""
    if purpose not in PURPOSES:
        raise NotFound(_NO_SUCH)


def list_versions(session: Session, purpose: str) -> list[WordTemplate]:
    """Every version of a purpose, the newest first."""
    query = select(WordTemplate).where(WordTemplate.purpose == purpose)
    return list(session.scalars(query.order_by(WordTemplate.number.desc())))


def find_used(session: Session, purpose: str) -> WordTemplate | None:
    """The one in use."""
    newest = next(iter(list_versions(session, purpose)), None)
    return newest if newest is not None and newest.removed_at is None else None


def get_version(session: Session, purpose: str, number: int) -> WordTemplate:
    """That version. Raises NotFound."""
    found = next((one for one in list_versions(session, purpose) if one.number == number), None)
    if found is None:
        raise NotFound(_NO_SUCH)
    return found


def for_letters(session: Session, files: FileStore) -> WordFile | None:
    """What letters are written on; None means paper of our own."""
    used = find_used(session, LETTER)
    return WordFile(used.file_name, files.get(used.file_key)) if used is not None else None


def for_report(session: Session, files: FileStore, config: Config) -> WordFile | None:
    """What reports are written on: the template that was uploaded, else the setting's; None means paper of our own."""
    used = find_used(session, REPORT)
    if used is not None:
        return WordFile(used.file_name, files.get(used.file_key))
    return word_files.read(Path(config.plan_report_template)) if config.plan_report_template else None


def find_name(session: Session, purpose: str, config: Config) -> str:
    """What the file is called that papers are written on; empty for paper of our own."""
    used = find_used(session, purpose)
    if used is not None:
        return used.file_name
    return Path(config.plan_report_template).name if purpose == REPORT else ""


def add(
    session: Session, purpose: str, file: WordFile, *, files: FileStore, actor_id: int | None, at: datetime
) -> WordTemplate:
    """Keep a template and use it from now on; the earlier ones remain. Raises Invalid and TooLarge (`template`)."""
    document = word_files.opened(file)
    page = document.sections[-1]
    size = (page.page_width or 0, page.page_height or 0)
    if purpose == LETTER and (abs(size[0] - Mm(210)) > _SLACK or abs(size[1] - Mm(297)) > _SLACK):
        raise Invalid(NOT_A4, field="template")
    digest = hashlib.sha256(file.data).hexdigest()
    used = find_used(session, purpose)
    if used is not None and used.sha256 == digest:
        raise Invalid(N_("Filen är samma som mallen som används."), field="template")
    key = f"word-templates/{secrets.token_hex(12)}.docx"
    files.put(key, file.data)
    return _use(session, purpose, (key, clean_name(file.name), len(file.data), digest), actor_id=actor_id, at=at)


def use_again(session: Session, template: WordTemplate, *, actor_id: int | None, at: datetime) -> WordTemplate:
    """Use an earlier one as the next version. Raises Conflict for the one in use."""
    if template is find_used(session, template.purpose):
        raise Conflict(N_("Mallen används redan."))
    kept = (template.file_key, template.file_name, template.size_bytes, template.sha256)
    return _use(session, template.purpose, kept, actor_id=actor_id, at=at)


def remove(session: Session, purpose: str, *, actor_id: int | None, at: datetime) -> None:
    """Use none any more; it is kept among the earlier ones. Raises Conflict where none is used."""
    used = find_used(session, purpose)
    if used is None:
        raise Conflict(N_("Ingen egen mall används."))
    used.removed_at = at
    session.flush()
    audit.record(session, actor_id, "word_template.remove", used)


def _use(
    session: Session, purpose: str, kept: tuple[str, str, int, str], *, actor_id: int | None, at: datetime
) -> WordTemplate:
    key, name, size, digest = kept
    number = session.scalar(select(func.max(WordTemplate.number)).where(WordTemplate.purpose == purpose)) or 0
    made = WordTemplate(
        purpose=purpose,
        number=number + 1,
        file_key=key,
        file_name=name,
        size_bytes=size,
        sha256=digest,
        uploaded_at=at,
        uploaded_by_id=actor_id,
    )
    session.add(made)
    session.flush()
    audit.record(session, actor_id, "word_template.use", made, purpose=purpose, number=made.number)
    return made
