"""The XML of an archive package: METS that lists its files, PREMIS that says what happened to them, and records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from lxml import etree  # type: ignore[import-untyped]

from mapdialog.reports.plan_docx_xml import legal

if TYPE_CHECKING:
    from mapdialog.reports.plan_package import Kept

METS, XLINK, CSIP = (
    "http://www.loc.gov/METS/",
    "http://www.w3.org/1999/xlink",
    "https://DILCIS.eu/XML/METS/CSIPExtensionMETS",
)
PREMIS = "http://www.loc.gov/premis/v3"
_PROFILE = "https://earkcsip.dilcis.eu/profile/E-ARK-CSIP.xml"


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


def mets(about: About, kept: Sequence["Kept"]) -> bytes:
    """METS.xml: every file with its checksum, in the structure that CSIP demands."""
    space = {None: METS, "xlink": XLINK, "csip": CSIP}
    root = etree.Element(_m("mets"), nsmap=space, OBJID=about.name, LABEL=about.title, TYPE="Mixed", PROFILE=_PROFILE)
    root.set(f"{{{CSIP}}}CONTENTINFORMATIONTYPE", "MIXED")
    head = etree.SubElement(root, _m("metsHdr"), CREATEDATE=about.moment, RECORDSTATUS="NEW")
    head.set(f"{{{CSIP}}}OAISPACKAGETYPE", "SIP")
    _agent(head, "CREATOR", "ORGANIZATION", about.municipality)
    _agent(head, "CREATOR", "OTHER", "mapdialog", OTHERTYPE="SOFTWARE")
    preserved = [one for one in kept if one.path.startswith("metadata/")]
    if preserved:
        section = etree.SubElement(root, _m("amdSec"), ID="amd-1")
        for number, one in enumerate(preserved, start=1):
            made = etree.SubElement(section, _m("digiprovMD"), ID=f"digiprov-{number}", STATUS="CURRENT")
            etree.SubElement(made, _m("mdRef"), **_reference(one), **_location(one), MDTYPE="PREMIS")
    files = etree.SubElement(root, _m("fileSec"), ID="file-section")
    division = _structure(root, about)
    for use in ("documentation", "representations/rep1"):
        group = etree.SubElement(files, _m("fileGrp"), ID=f"group-{use.partition('/')[0]}", USE=use.capitalize())
        for number, one in enumerate((each for each in kept if each.path.startswith(use)), start=1):
            made = etree.SubElement(group, _m("file"), ID=f"file-{use[:3]}-{number}", **_reference(one))
            etree.SubElement(made, _m("FLocat"), **_location(one))
        pointed = etree.SubElement(division, _m("div"), ID=f"div-{use.partition('/')[0]}", LABEL=use.capitalize())
        etree.SubElement(pointed, _m("fptr"), FILEID=group.get("ID"))
    # The structure comes after the files, as the schema orders them.
    root.append(division.getparent())
    return _written(root)


def _structure(root: Any, about: About) -> Any:
    made = etree.SubElement(root, _m("structMap"), ID="structure-1", TYPE="PHYSICAL", LABEL="CSIP")
    return etree.SubElement(made, _m("div"), ID="div-package", LABEL=about.name)


def _agent(head: Any, role: str, kind: str, name: str, **more: str) -> None:
    made = etree.SubElement(head, _m("agent"), ROLE=role, TYPE=kind, **more)
    etree.SubElement(made, _m("name")).text = name


def _reference(one: "Kept") -> dict[str, str]:
    return {"MIMETYPE": one.mime, "SIZE": str(one.size), "CHECKSUM": one.sha256, "CHECKSUMTYPE": "SHA-256"}


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


def _p(name: str) -> str:
    return f"{{{PREMIS}}}{name}"


def _written(root: Any) -> bytes:
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return made
