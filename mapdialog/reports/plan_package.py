"""A whole plan case as one package for the archive, in the shape of E-ARK CSIP, streamed into a zip with checksums."""

import hashlib
import json
import mimetypes
import tempfile
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from mapdialog.core import audit
from mapdialog.core.errors import NotFound
from mapdialog.core.files import FileStore
from mapdialog.core.text import slugify
from mapdialog.plans.models import Plan, PlanAnnouncement
from mapdialog.plans.report_models import PlanReport
from mapdialog.plans.statement_models import PlanPhaseExtension, PlanStatement
from mapdialog.reports import plan_package_maps, plan_package_xml
from mapdialog.reports.papers import TEMPLATES
from mapdialog.reports.plan_package_records import plan_record, statement_record

_DATA = f"{plan_package_xml.REPRESENTATION}/data"
_BATCH = 200
README = TEMPLATES / "papers" / "plan_package_readme.txt"


@dataclass(frozen=True)
class Kept:
    """One file of the package: its path below the root, what it is served as, size and SHA-256 (hexadecimal)."""

    path: str
    mime: str
    size: int
    sha256: str


@dataclass
class Package:
    """A package being written; everything lies in one folder of the zip, named as the package."""

    name: str
    zipped: zipfile.ZipFile
    kept: list[Kept] = field(default_factory=list)

    def add(self, path: str, data: bytes, mime: str) -> None:
        """One file, with its checksum noted."""
        # What was received as a compressed file does not become smaller.
        how = zipfile.ZIP_STORED if mime.startswith(("image/", "application/pdf")) else zipfile.ZIP_DEFLATED
        self.zipped.writestr(f"{self.name}/{path}", data, compress_type=how)
        self.kept.append(Kept(path, mime, len(data), hashlib.sha256(data).hexdigest()))


def write_package(
    session: Session,
    plan: Plan,
    path: Path,
    files: FileStore,
    *,
    municipality: str,
    at: datetime,
    with_protected: bool = False,
    actor_id: int | None = None,
) -> int:
    """Write the plan's package to `path`; returns how many files it holds.

    Statements of protected identities are left out, and counted, unless asked for. A file that is gone from the store
    is named in METS as missing rather than stopping the rest. The reading of personal data is audited.
    """
    name = f"{slugify(plan.registry_number)}-{uuid.uuid4().hex[:8]}"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as zipped:
        package = Package(name, zipped)
        left_out, missing = _add_statements(session, plan, package, files, with_protected=with_protected)
        stored, gone = _add_papers(session, plan, package, files)
        missing += gone
        _add_maps(session, plan, package, with_protected=with_protected)
        record = plan_record(
            session, plan, left_out=left_out, missing=missing, files=stored, with_protected=with_protected
        )
        _add_record(package, f"{_DATA}/plan", "plan", record)
        package.add("documentation/LAS_MIG.txt", README.read_bytes(), "text/plain")
        about = plan_package_xml.About(name, plan.name, plan.registry_number, municipality, at)
        inner = plan_package_xml.representation_mets(about, package.kept)
        package.add(f"{plan_package_xml.REPRESENTATION}/METS.xml", inner, "application/xml")
        package.add("schemas/plan_case.xsd", plan_package_xml.schema(), "application/xml")
        package.add("metadata/descriptive/dc.xml", plan_package_xml.dublin_core(about), "application/xml")
        package.add("metadata/preservation/premis.xml", plan_package_xml.premis(about, package.kept), "application/xml")
        mets = plan_package_xml.mets(about, package.kept)
        zipped.writestr(f"{name}/METS.xml", mets)
        sums = "".join(f"{one.sha256}  {one.path}\n" for one in package.kept)
        zipped.writestr(f"{name}/manifest-sha256.txt", f"{sums}{hashlib.sha256(mets).hexdigest()}  METS.xml\n")
    audit.record(session, actor_id, "plan.export", plan, files=len(package.kept), protected=with_protected)
    return len(package.kept)


def _add_statements(
    session: Session, plan: Plan, package: Package, files: FileStore, *, with_protected: bool
) -> tuple[int, list[str]]:
    left_out, missing = 0, []
    for statement in _statements(session, plan):
        if statement.is_protected and not with_protected:
            left_out += 1
            continue
        folder = f"{_DATA}/statements/{statement.number:05d}"
        attached = []
        for number, one in enumerate(statement.files, start=1):
            at = f"{folder}/{number:02d}-{_safe(one.file_name)}"
            attached.append({"file": at, "received_as": one.file_name, "type": one.content_type, "sha256": one.sha256})
            try:
                package.add(at, files.get(one.file_key), one.content_type)
            except NotFound:
                missing.append(at)
        _add_record(package, f"{folder}/statement", "statement", statement_record(session, statement, attached))
    return left_out, missing


def _statements(session: Session, plan: Plan) -> Iterator[PlanStatement]:
    """Every statement in order, a few at a time: what was written is forgotten again."""
    ids = session.scalars(
        select(PlanStatement.__table__.c.id)
        .where(PlanStatement.__table__.c.plan_id == plan.id)
        .order_by(PlanStatement.__table__.c.number)
    ).all()
    for start in range(0, len(ids), _BATCH):
        query = select(PlanStatement).where(PlanStatement.id.in_(ids[start : start + _BATCH]))
        held = session.scalars(query.options(selectinload(PlanStatement.files)).order_by(PlanStatement.number)).all()
        yield from held
        for one in held:
            session.expunge(one)


def _add_papers(session: Session, plan: Plan, package: Package, files: FileStore) -> tuple[dict[str, str], list[str]]:
    """The plan's documents, overlays, proofs and approved reports, as they were uploaded and made.

    Returns the place in the package of each by its key in the store, and the places of those that are gone from there.
    """
    stored, missing = {}, []
    for key, name, mime in _papers(session, plan):
        try:
            package.add(f"{_DATA}/{name}", files.get(key), mime)
            stored[key] = f"{_DATA}/{name}"
        except (NotFound, ValueError):
            missing.append(f"{_DATA}/{name}")
    return stored, missing


def _papers(session: Session, plan: Plan) -> Iterator[tuple[str, str, str]]:
    """The key in the store, the name in the package and the type of each."""
    for one in plan.documents:
        yield one.file_key, f"documents/{one.id:05d}-{_safe(one.file_name)}", one.content_type
    frozen = PlanReport.frozen_at.is_not(None)
    reports = select(PlanReport).where(PlanReport.plan_id == plan.id, frozen).order_by(PlanReport.id)
    phases = {one.id: one.key for one in plan.phases}
    for report in session.scalars(reports):
        yield report.file_key or "", f"reports/{_report_name(report, phases[report.phase_id])}", _mime(report.format)
    for overlay in plan.overlays:
        if overlay.file_key:
            name = f"overlays/{overlay.id:05d}.{overlay.file_key.rpartition('.')[2]}"
            yield overlay.file_key, name, _type_of(overlay.file_key)
    own = PlanPhaseExtension.phase_id.in_(phases)
    for kind, query in (
        ("announcement", select(PlanAnnouncement).where(PlanAnnouncement.plan_id == plan.id)),
        ("extension", select(PlanPhaseExtension).where(own)),
    ):
        for proof in session.scalars(query):
            if proof.proof_file_key:
                name = f"proofs/{kind}-{proof.id:05d}-{_safe(proof.proof_file_name)}"
                yield proof.proof_file_key, name, _type_of(proof.proof_file_name)


def _type_of(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _add_maps(session: Session, plan: Plan, package: Package, *, with_protected: bool) -> None:
    with tempfile.TemporaryDirectory(prefix="mapdialog-package-") as folder:
        for made, mime in plan_package_maps.write_maps(session, plan, Path(folder), with_protected=with_protected):
            package.add(f"{_DATA}/geometry/{made.name}", made.read_bytes(), mime)


def _add_record(package: Package, path: str, tag: str, record: dict[str, Any]) -> None:
    """The same facts as JSON and as XML."""
    package.add(f"{path}.json", json.dumps(record, ensure_ascii=False, indent=1).encode(), "application/json")
    package.add(f"{path}.xml", plan_package_xml.record(tag, record), "application/xml")


def _report_name(one: PlanReport, phase: str) -> str:
    return f"{one.kind}-{phase}-{one.edition}-v{one.number}.{one.format}"


def _safe(name: str) -> str:
    """A file name that every system can hold, with its ending."""
    stem, dot, ending = name.rpartition(".")
    kept = slugify(stem or ending)
    return f"{kept}.{slugify(ending)}" if dot and stem else kept


def _mime(file_format: str) -> str:
    from mapdialog.reports.plan_reports import FORMATS

    return FORMATS[file_format].mime
