"""Personal data in free text is found where it is, and not where it is not."""

import json
from pathlib import Path

import pytest

from mapdialog.contributions.hints import find_hints, has_strong_hint, masked


def kinds(text: str) -> list[tuple[str, bool]]:
    return [(hint.kind, hint.is_strong) for hint in find_hints(text)]


@pytest.mark.parametrize(
    "text",
    [
        "640823-3234",
        "19640823-3234",
        "196408233234",
        "640823+3234",
        "640883-3231",
        "6408233234",
        "640823–3234",
        "640823 3234",
        "640823\u00a03234",
        "Jag heter så och (640823-3234) bor här.",
        "19090527 1474",
    ],
)
def test_a_personal_number_is_a_strong_hint_however_it_is_written(text: str) -> None:
    assert kinds(text) == [("personal_number", True)]


def test_the_switchboard_that_passes_the_check_is_weak_and_goes_to_a_human() -> None:
    assert kinds("0410733000") == [("personal_number", False)]
    assert not has_strong_hint("Ring 0410733000 i stället")


def test_a_number_after_the_word_telephone_is_weak() -> None:
    assert kinds("tel: 6408233234") == [("personal_number", False)]


@pytest.mark.parametrize(
    "text",
    [
        "212000-1199",
        "0410-73 30 00",
        "0701740605",
        "070-174 06 05",
        "KS 2017/455",
        "Borrby 58:3",
        "640823-3235",
        "2026-11-21",
        "N 6138079 E 383209",
        "1640823-32345",
    ],
)
def test_other_numbers_are_not_personal_numbers(text: str) -> None:
    assert not [hint for hint in find_hints(text) if hint.kind == "personal_number"]


@pytest.mark.parametrize(
    "text", ["0410-73 30 00", "0701740605", "070-174 06 05", "+46 70 174 06 05", "0046701740605", "08-508 00 000"]
)
def test_telephone_numbers_are_weak_hints(text: str) -> None:
    assert kinds(f"Ring mig på {text}, tack.") == [("phone", False)]


@pytest.mark.parametrize(
    "text",
    ["klockan 07.30-08.15", "2026-11-21", "40/50", "0,5 m", "KS 2017/455", "55.3751, 13.1569", "6138079, 383209"],
)
def test_times_dates_and_coordinates_are_not_telephone_numbers(text: str) -> None:
    assert kinds(text) == []


def test_mail_addresses_and_number_plates_are_weak_hints() -> None:
    assert kinds("skriv till bo.ek@exempel.se.") == [("email", False)]
    assert kinds("Bilen ABC123 och MLB 84F parkerar fel") == [("plate", False), ("plate", False)]
    assert kinds("RV 108 och E6 mot Malmö, kl 123") == []


def test_masking_covers_the_find_and_nothing_else() -> None:
    assert masked("Bo, 640823-3234, bor här") == "Bo, •••••••••••, bor här"
    assert masked("tel 0410-73 30 00", only_strong=True) == "tel 0410-73 30 00"


def test_very_long_text_is_searched_in_no_time() -> None:
    for text in ("0" * 200_000, "a@" * 100_000, "1 " * 100_000, "640823" * 30_000, "a." * 100_000):
        find_hints(text)


def test_every_official_test_number_is_found(shared_data: Path) -> None:
    for name in ("skatteverket_testpersonnummer_sample2000.json", "skatteverket_testsamordningsnummer_sample500.json"):
        numbers = json.loads((shared_data / "ids" / name).read_text())
        assert len(numbers) >= 500
        assert not [number for number in numbers if not has_strong_hint(f"Mitt nummer är {number}, tack")]
        assert not [number for number in numbers if not find_hints(f"{number[2:]}")]
        assert not [number for number in numbers if not has_strong_hint(f"{number[2:8]}-{number[8:]}")]


def test_published_vectors_agree(shared_data: Path) -> None:
    for name in ("list", "interim", "orgnumber"):
        for case in json.loads((shared_data / "ids" / f"personnummer_meta_{name}.json").read_text()):
            text = case["separated_format"]
            found = any(hint.kind == "personal_number" for hint in find_hints(text))
            # A space is no valid separator in a register, but people write it, so free text is searched for it too.
            assert found == (case["valid"] or " " in text), case
