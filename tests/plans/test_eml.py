"""Saved e-mails as they really come: every way of writing Swedish, dates that lie, letters in letters, hostile ones."""

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from mapdialog.core.errors import Invalid
from mapdialog.plans import eml
from mapdialog.plans.eml import read_letter
from mapdialog.plans.html_text import text_of_html

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HEAD = b"From: Anna Ek <anna@ek.example>\r\nSubject: Planen\r\nDate: Fri, 20 Nov 2026 09:30:00 +0100\r\n"
HEAD += b"Message-ID: <ett@ek.example>\r\n"


def letter(body: bytes, kind: bytes, coding: bytes = b"8bit", head: bytes = HEAD) -> eml.Letter:
    return read_letter(
        head + b"Content-Type: " + kind + b"\r\nContent-Transfer-Encoding: " + coding + b"\r\n\r\n" + body, at=AT
    )


def composed(**heads: str) -> EmailMessage:
    made = EmailMessage()
    for name, value in ({"From": "Åsa Öberg <asa@ex.example>", "Subject": "Yttrande: Övre 🙂"} | heads).items():
        made[name.replace("_", "-")] = value
    return made


@pytest.mark.parametrize(
    ("body", "kind", "coding", "words"),
    [
        (b"F=F6r h=F6gt =\r\nhus.", b"text/plain; charset=iso-8859-1", b"quoted-printable", "För högt hus."),
        (b"\x93F\xf6r h\xf6gt\x94 \x96 s\xe5", b"text/plain; charset=windows-1252", b"8bit", "“För högt” – så"),
        (b"\x93F\xf6r h\xf6gt\x94", b"text/plain; charset=iso-8859-1", b"8bit", "“För högt”"),
        ("För högt 🙂".encode(), b"text/plain; charset=us-ascii", b"8bit", "För högt 🙂"),
        ("För högt".encode(), b"text/plain; charset=x-finns-inte", b"8bit", "För högt"),
        (b"SMO2Z3Qg8J+Zgg==", b"text/plain; charset=utf-8", b"base64", "Högt 🙂"),
        (
            b"<style>p{}</style><p>H&ouml;gt</p><p>och <a href='https://ex.example/karta'>skymt</a></p><script>x</script>",
            b"text/html; charset=utf-8",
            b"8bit",
            "Högt\n\noch skymt (https://ex.example/karta)",
        ),
        (b"", b"text/plain", b"7bit", ""),
    ],
    ids=["latin1", "cp1252", "cp1252-as-latin1", "utf8-as-ascii", "unknown", "base64", "html", "empty"],
)
def test_the_words_come_out_as_they_were_written(body: bytes, kind: bytes, coding: bytes, words: str) -> None:
    assert letter(body, kind, coding).text == words


def test_a_letter_of_several_parts_gives_its_plain_words_and_its_attachments() -> None:
    made = composed(Message_ID="<tva@ex.example>")
    made.set_content("Bygg lägre 🙂\n")
    made.add_alternative("<p>Bygg lägre</p>", subtype="html")
    made.add_attachment(b"%PDF-1.4 %%EOF", maintype="application", subtype="pdf", filename="Ritning å.pdf")
    read = read_letter(made.as_bytes(), at=AT)
    assert (read.sender_name, read.sender_email, read.subject) == (
        "Åsa Öberg",
        "asa@ex.example",
        "Yttrande: Övre 🙂",
    )
    assert read.text == "Bygg lägre 🙂" and read.message_id == "tva@ex.example"
    assert [(one.name, one.data) for one in read.attachments] == [("Ritning å.pdf", b"%PDF-1.4 %%EOF")]


def test_forty_thousand_characters_come_whole() -> None:
    long = "Åtta våningar är för högt. " * 1500
    made = composed()
    made.set_content(long)
    assert len(read_letter(made.as_bytes(), at=AT).text) == len(long.strip()) > 40_000


def test_the_receiving_servers_clock_goes_before_the_senders() -> None:
    taken = b"Received: from x by mx.kommunen.example; Sat, 21 Nov 2026 08:00:01 +0100\r\n"
    assert letter(b"Hej", b"text/plain", head=taken + HEAD).received_at == datetime(2026, 11, 21, 7, 0, 1, tzinfo=UTC)
    only_sent = letter(b"Hej", b"text/plain")
    assert only_sent.received_at == datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
    assert any("avsändaren" in note for note in only_sent.notes)


@pytest.mark.parametrize("date", [b"", b"Date: Sun, 22 Nov 2037 09:30:00 +0100\r\n", b"Date: i fredags\r\n"])
def test_a_date_that_is_missing_or_in_the_future_is_not_believed(date: bytes) -> None:
    read = letter(b"Hej", b"text/plain", head=b"From: a@ek.example\r\nSubject: Hej\r\n" + date)
    assert read.received_at is None and read.notes


def test_a_letter_sent_on_without_a_word_is_the_one_within() -> None:
    inner = composed(Message_ID="<inre@ex.example>", Date="Thu, 19 Nov 2026 10:00:00 +0100")
    inner.set_content("Det är jag som tycker.")
    outer = EmailMessage()
    outer["From"], outer["Subject"] = "registrator@kommunen.example", "VB: Yttrande"
    outer.make_mixed()
    outer.add_attachment(inner)
    read = read_letter(outer.as_bytes(), at=AT)
    assert (read.sender_email, read.text, read.message_id) == (
        "asa@ex.example",
        "Det är jag som tycker.",
        "inre@ex.example",
    )
    outer = EmailMessage()
    outer["From"], outer["Subject"] = "granne@ex.example", "Jag håller med"
    outer.set_content("Jag håller med.")
    outer.add_attachment(inner)
    read = read_letter(outer.as_bytes(), at=AT)
    assert read.sender_email == "granne@ex.example" and read.text == "Jag håller med."
    assert b"inre@ex.example" in read.attachments[0].data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 1000,
        b"hej hopp",
        b"From: " + b"(" * 100_000,
        b"From: a@b.example\r\n"
        + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3000)),
        b"From: a@b.example\r\nContent-Type: text/plain; " + b"a=b; " * 200_000 + b"\r\n\r\nHej",
    ],
    ids=["nothing", "zeros", "words", "comments", "folded", "endless"],
)
def test_what_is_no_letter_is_refused_with_a_reason(data: bytes) -> None:
    with pytest.raises(Invalid):
        read_letter(data, at=AT)


def test_headers_of_a_megabyte_are_read_in_no_time() -> None:
    read = read_letter(b"Subject: " + b"=?utf-8?q?x?= " * 80_000 + b"\r\n\r\nHej", at=AT)
    assert len(read.subject) <= 500


@pytest.mark.parametrize("piece", ["<!--", "<a "])
def test_html_that_is_made_to_delay_is_read_once(piece: str) -> None:
    # What reads it over and over, as html.parser does, would take minutes and be stopped by the test's own limit.
    assert len(text_of_html(piece * 100_000)) <= 400_000


def test_html_keeps_what_a_reader_sees() -> None:
    picture = "<img src='data:image/png;base64," + "A" * 2_000_000 + "'>"
    said = text_of_html(
        f"<p>Högst &amp; 3 &lt; 4{picture}</p><ul><li>ett<li>två</ul>a < b <a title='x>y'>och</a><!--nej--> slut"
    )
    assert said == "Högst & 3 < 4\n\n- ett\n- två\n\na < b och slut"
