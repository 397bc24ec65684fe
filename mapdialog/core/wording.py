"""Translates messages outside a request: mails and files are written in the language of their reader."""

from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_datetime
from babel.support import NullTranslations, Translations

from mapdialog.core.clock import STOCKHOLM

FOLDER = Path(__file__).resolve().parent.parent / "translations"
Translate = Callable[..., str]


@cache
def _catalogue(language: str) -> NullTranslations:
    """The message catalogue of a language; Swedish, the language of the source, has none."""
    return Translations.load(FOLDER, [language])


def translator(language: str) -> Translate:
    """A function that turns a Swedish msgid into the language and fills its %(name)s."""
    catalogue = _catalogue(language)

    def translate(message: str, **params: Any) -> str:
        text = catalogue.gettext(message)
        return text % params if params else text

    return translate


def day_in_words(value: date | datetime, language: str) -> str:
    """'15 december 2026', on Stockholm's calendar."""
    day = value.astimezone(STOCKHOLM).date() if isinstance(value, datetime) else value
    return format_date(day, "d MMMM yyyy", locale=language)


def clock_in_words(value: datetime, language: str) -> str:
    """'14.32', in English '14:32', on Stockholm's clock."""
    return f"{value.astimezone(STOCKHOLM):%H:%M}" if language == "en" else f"{value.astimezone(STOCKHOLM):%H.%M}"


def moment_in_words(value: datetime, language: str) -> str:
    """'15 december 2026 kl. 14.32', on Stockholm's clock."""
    pattern = "d MMMM yyyy 'at' HH:mm" if language == "en" else "d MMMM yyyy 'kl.' HH.mm"
    return format_datetime(value.astimezone(STOCKHOLM), pattern, locale=language)
