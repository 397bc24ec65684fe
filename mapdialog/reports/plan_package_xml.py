"""The XML of an archive package: METS that lists its files, PREMIS that says what happened to them, and records."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from lxml import etree  # type: ignore[import-untyped]

from mapdialog.reports.plan_docx_xml import legal
from mapdialog.reports.plan_package_records import ELEMENTS

if TYPE_CHECKING:
    from mapdialog.reports.plan_package import Kept
    from mapdialog.reports.plan_package_records import Elements

METS, XLINK, CSIP = (
    "http://www.loc.gov/METS/",
    "http://www.w3.org/1999/xlink",
    "https://DILCIS.eu/XML/METS/CSIPExtensionMETS",
)
PREMIS = "http://www.loc.gov/premis/v3"
DC = "http://purl.org/dc/elements/1.1/"
XSD = "http://www.w3.org/2001/XMLSchema"
_PROFILE = "https://earksip.dilcis.eu/profile/E-ARK-SIP.xml"


@dataclass(frozen=True)
class About:
    """Which package, of which plan, whose, and when it was made."""

    name: str
    title: str
    registry_number: str
    municipality: str
    at: datetime

    @property
    def moment(self) -> str:
        """As XML writes a moment."""
        return self.at.isoformat(timespec="seconds")


# A part of the package: where its files lie, and what CSIP calls it.
_GROUPS = (("documentation", "Documentation"), ("schemas", "Schemas"), ("representations", "Representations"))
REPRESENTATION = "representations/rep1"
_CONTENT = "plan case with statements, answers and reports"


def mets(about: About, kept: Sequence["Kept"]) -> bytes:
    """METS.xml: every file with its checksum, in the structure that CSIP 2.1 and its SIP demand."""
    root = _headed(about, about.name)
    described = _section(root, about, kept, "metadata/descriptive/", "DC")
    preserved = _section(root, about, kept, "metadata/preservation/", "PREMIS")
    files = etree.SubElement(root, _m("fileSec"), ID="file-section")
    structure = etree.SubElement(root, _m("structMap"), ID="structure-1", TYPE="PHYSICAL", LABEL="CSIP")
    division = etree.SubElement(structure, _m("div"), ID="div-package", LABEL=about.name)
    etree.SubElement(division, _m("div"), ID="div-metadata", LABEL="Metadata", DMDID=described, ADMID=preserved)
    for folder, use in _GROUPS:
        group = _group(files, about, folder, use, [each for each in kept if each.path.startswith(f"{folder}/")])
        pointed = etree.SubElement(division, _m("div"), ID=f"div-{folder}", LABEL=use)
        etree.SubElement(pointed, _m("fptr"), FILEID=group)
    held = etree.SubElement(pointed, _m("div"), ID="div-rep1", LABEL="Representations/rep1")
    own = {"LOCTYPE": "URL", f"{{{XLINK}}}type": "simple", f"{{{XLINK}}}href": f"{REPRESENTATION}/METS.xml"}
    etree.SubElement(held, _m("mptr"), **own).set(f"{{{XLINK}}}title", group)
    return _written(root)


def representation_mets(about: About, kept: Sequence["Kept"]) -> bytes:
    """The METS.xml of the one representation: its files, each by its path from there."""
    name = REPRESENTATION.rpartition("/")[2]
    root = _headed(about, name)
    inside = [one for one in kept if one.path.startswith(f"{REPRESENTATION}/")]
    held = [replace(one, path=one.path.removeprefix(f"{REPRESENTATION}/")) for one in inside]
    group = _group(etree.SubElement(root, _m("fileSec"), ID="file-section"), about, "data", "Data", held)
    structure = etree.SubElement(root, _m("structMap"), ID="structure-1", TYPE="PHYSICAL", LABEL="CSIP")
    division = etree.SubElement(structure, _m("div"), ID="div-representation", LABEL=name)
    pointed = etree.SubElement(division, _m("div"), ID="div-data", LABEL="Data")
    etree.SubElement(pointed, _m("fptr"), FILEID=group)
    return _written(root)


def _headed(about: About, name: str) -> Any:
    """A METS document with what stands first in it: whose it is, when it was made, and by what."""
    space = {None: METS, "xlink": XLINK, "csip": CSIP}
    root = etree.Element(_m("mets"), nsmap=space, OBJID=name, LABEL=about.title, TYPE="Mixed", PROFILE=_PROFILE)
    _tell_content(root)
    head = etree.SubElement(root, _m("metsHdr"), CREATEDATE=about.moment, LASTMODDATE=about.moment, RECORDSTATUS="NEW")
    head.set(f"{{{CSIP}}}OAISPACKAGETYPE", "SIP")
    _agent(head, "ARCHIVIST", "ORGANIZATION", about.municipality)
    note = etree.SubElement(_agent(head, "CREATOR", "OTHER", "mapdialog", OTHERTYPE="SOFTWARE"), _m("note"))
    note.set(f"{{{CSIP}}}NOTETYPE", "SOFTWARE VERSION")
    note.text = version("mapdialog")
    return root


def _group(files: Any, about: About, key: str, use: str, kept: Sequence["Kept"]) -> str:
    """A group of files; returns the name by which the structure refers to it."""
    group = etree.SubElement(files, _m("fileGrp"), ID=f"group-{key}", USE=use)
    _tell_content(group)
    for number, one in enumerate(kept, start=1):
        made = etree.SubElement(group, _m("file"), ID=f"file-{key}-{number}", **_reference(about, one))
        etree.SubElement(made, _m("FLocat"), **_location(one))
    return f"group-{key}"


def _tell_content(element: Any) -> None:
    element.set(f"{{{CSIP}}}CONTENTINFORMATIONTYPE", "OTHER")
    element.set(f"{{{CSIP}}}OTHERCONTENTINFORMATIONTYPE", _CONTENT)


def _section(root: Any, about: About, kept: Sequence["Kept"], folder: str, kind: str) -> str:
    """The section of one metadata file; returns the name by which the structure refers to it."""
    one = next(each for each in kept if each.path.startswith(folder))
    if kind == "PREMIS":
        made = etree.SubElement(etree.SubElement(root, _m("amdSec"), ID="amd-1"), _m("digiprovMD"), ID="premis-1")
    else:
        made = etree.SubElement(root, _m("dmdSec"), ID="dc-1", CREATED=about.moment)
    made.set("STATUS", "CURRENT")
    etree.SubElement(made, _m("mdRef"), **_reference(about, one), **_location(one), MDTYPE=kind)
    return str(made.get("ID"))


def _agent(head: Any, role: str, kind: str, name: str, **more: str) -> Any:
    made = etree.SubElement(head, _m("agent"), ROLE=role, TYPE=kind, **more)
    etree.SubElement(made, _m("name")).text = name
    return made


def dublin_core(about: About) -> bytes:
    """What the package is about, in the fifteen elements that every archive can read (those of them that are known)."""
    root = etree.Element("metadata", nsmap={"dc": DC})
    known = {
        "title": about.title,
        "identifier": about.registry_number,
        "creator": about.municipality,
        "date": about.at.date().isoformat(),
        "type": "Dataset",
        "language": "sv",
    }
    for name, value in known.items():
        etree.SubElement(root, f"{{{DC}}}{name}").text = legal(value)
    return _written(root)


def schema() -> bytes:
    """The XML Schema of plan.xml and statement.xml: which elements there are, each as often as there are values."""
    root = etree.Element(_x("schema"), nsmap={"xs": XSD})
    for name, elements in ELEMENTS.items():
        _declare(root, name, elements)
    return _written(root)


def _declare(parent: Any, name: str, elements: "Elements | None") -> None:
    made = etree.SubElement(parent, _x("element"), name=name)
    kind = etree.SubElement(made, _x("complexType"), mixed="true")
    choice = etree.SubElement(kind, _x("choice"), minOccurs="0", maxOccurs="unbounded")
    if elements is None:
        etree.SubElement(choice, _x("any"), processContents="skip")
    for one, below in (elements or {}).items():
        _declare(choice, one, below)


def _reference(about: About, one: "Kept") -> dict[str, str]:
    return {
        "MIMETYPE": one.mime,
        "CREATED": about.moment,
        "SIZE": str(one.size),
        "CHECKSUM": one.sha256,
        "CHECKSUMTYPE": "SHA-256",
    }


def _location(one: "Kept") -> dict[str, str]:
    return {"LOCTYPE": "URL", f"{{{XLINK}}}type": "simple", f"{{{XLINK}}}href": one.path}


def premis(about: About, kept: Sequence["Kept"]) -> bytes:
    """Which files there are, with their checksums, and the one event that made the package of them."""
    root = etree.Element(
        _p("premis"), nsmap={None: PREMIS, "xsi": "http://www.w3.org/2001/XMLSchema-instance"}, version="3.0"
    )
    for one in kept:
        made = etree.SubElement(root, _p("object"))
        made.set("{http://www.w3.org/2001/XMLSchema-instance}type", "file")
        _told(made, "objectIdentifier", objectIdentifierType="local", objectIdentifierValue=one.path)
        character = etree.SubElement(made, _p("objectCharacteristics"))
        _told(character, "fixity", messageDigestAlgorithm="SHA-256", messageDigest=one.sha256)
        etree.SubElement(character, _p("size")).text = str(one.size)
        known = etree.SubElement(character, _p("format"))
        _told(known, "formatDesignation", formatName=one.mime)
    event = etree.SubElement(root, _p("event"))
    _told(event, "eventIdentifier", eventIdentifierType="local", eventIdentifierValue=about.name)
    etree.SubElement(event, _p("eventType")).text = "creation"
    etree.SubElement(event, _p("eventDateTime")).text = about.moment
    agent = etree.SubElement(root, _p("agent"))
    _told(agent, "agentIdentifier", agentIdentifierType="local", agentIdentifierValue=about.municipality)
    etree.SubElement(agent, _p("agentName")).text = about.municipality
    return _written(root)


def _told(parent: Any, name: str, **values: str) -> None:
    made = etree.SubElement(parent, _p(name))
    for key, value in values.items():
        etree.SubElement(made, _p(key)).text = value


def record(tag: str, values: dict[str, Any]) -> bytes:
    """Plain values as XML without a namespace: an element a name, a list as its elements one after another."""
    root = etree.Element(tag)
    _put(root, values)
    return _written(root)


def _put(parent: Any, values: dict[str, Any]) -> None:
    for name, value in values.items():
        for one in value if isinstance(value, list) else [value]:
            made = etree.SubElement(parent, name)
            if isinstance(one, dict):
                _put(made, one)
            elif isinstance(one, bool):
                made.text = "true" if one else "false"
            elif one is not None:
                made.text = legal(str(one))


def _m(name: str) -> str:
    return f"{{{METS}}}{name}"


def _x(name: str) -> str:
    return f"{{{XSD}}}{name}"


def _p(name: str) -> str:
    return f"{{{PREMIS}}}{name}"


def _written(root: Any) -> bytes:
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return made
