"""What a file is stands in what it holds: a name that says something else, and what pretends, are refused."""

import io
import zipfile

import pytest
from PIL import Image

from mapdialog.core.errors import DomainError, Invalid, TooLarge
from mapdialog.plans.statement_files import PICTURES_AND_PDF, check_file, clean_name

PDF = b"%PDF-1.7\n1 0 obj\nendobj\ntrailer\n%%EOF\n"


def picture(kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (20, 10), "red").save(out, kind)
    return out.getvalue()


def packed(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        for name in names:
            zipped.writestr(name, "application/vnd.oasis.opendocument.text" if name == "mimetype" else "x")
    return out.getvalue()


DOCX = packed("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (PDF, "Brev.PDF", "pdf"),
        (picture(), "skannat.png", "png"),
        (picture("JPEG"), "skannat.jpeg", "jpg"),
        (picture("TIFF"), "skannat.tif", "tif"),
        (DOCX, "yttrande.docx", "docx"),
        (packed("mimetype", "content.xml"), "yttrande.odt", "odt"),
        (b"{\\rtf1 hej}", "yttrande.rtf", "rtf"),
        (b"From: a@b.example\r\nDate: i dag\r\n\r\nHej", "brev.eml", "eml"),
        ("För högt".encode("cp1252"), "anteckning.txt", "txt"),
        (PDF, "bilaga", "pdf"),
    ],
)
def test_what_is_what_it_says_is_taken_as_it_is(data: bytes, name: str, kind: str) -> None:
    checked = check_file(data, name)
    assert (checked.kind, checked.data) == (kind, data)
    assert "." in checked.name


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"MZ\x90\x00" + b"\x00" * 100, "brev.pdf"),
        (PDF, "bild.png"),
        (picture(), "brev.pdf"),
        (b"<html><script>alert(1)</script>" + PDF, "brev.pdf"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "bild.svg"),
        (b"<!doctype html><p>Hej", "brev.txt"),
        (PDF.replace(b"%%EOF", b""), "brev.pdf"),
        (packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "makro.docx"),
        (packed("hej.exe"), "yttrande.docx"),
        (picture()[:40], "bild.png"),
        (b"", "tom.pdf"),
    ],
)
def test_lies_and_broken_files_are_refused_with_a_reason(data: bytes, name: str) -> None:
    with pytest.raises(DomainError) as refused:
        check_file(data, name)
    assert refused.value.params["name"] == name


def test_limits_are_said_and_citizens_may_send_fewer_kinds() -> None:
    with pytest.raises(TooLarge):
        check_file(PDF * 100_000, "brev.pdf", max_bytes=1_000_000)
    with pytest.raises(DomainError):
        check_file(DOCX, "yttrande.docx", kinds=PICTURES_AND_PDF)


def test_a_name_is_fit_for_a_header_and_hides_nothing() -> None:
    assert clean_name("../../etc/passwd") == "passwd"
    assert clean_name("C:\\Mina\\brev.pdf") == "brev.pdf"
    assert clean_name('a"b;\r\nX: y.pdf') == "a_b_ X_ y.pdf"
    with pytest.raises(Invalid):
        check_file(PDF, "brev\u202efdp.exe")  # shown as 'brevexe.pdf'
    assert clean_name("\u202e...") == "fil"
    assert len(clean_name("å" * 500 + ".pdf")) == 120
