"""What a return walk's protocol tells of each earlier finding: every group's word, and photos before and after."""

from mapdialog.core.files import FileStore
from mapdialog.core.text import N_
from mapdialog.core.wording import Translate
from mapdialog.walks.paper_pictures import Picture, photo
from mapdialog.walks.protocol import Judged, Said
from mapdialog.walks.returning import VERDICTS, Comparison, Followed, Seen, by_gloom
from mapdialog.walks.returning import Picture as Stored

_AFTER_MOST = 3


def judge(compared: Comparison | None, files: FileStore, say: Translate) -> dict[int, Judged]:
    """By the earlier finding's id; nothing without a comparison."""
    return {one.before.id: _judged(one, files, say) for one in (compared.followed if compared is not None else ())}


def short(text: str, most: int = 120) -> str:
    """At most so many characters, on one line."""
    words = " ".join(text.split())
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


def _judged(one: Followed, files: FileStore, say: Translate) -> Judged:
    checks = sorted(one.checks, key=lambda check: by_gloom(check.verdict))
    verdict = say(VERDICTS[one.verdict]) if one.verdict else say(N_("Inte bedömd"))
    words = short(one.before.words or one.before.label_sv, 80)
    photos: list[tuple[str, Picture | None]] = []
    for stored in one.before.pictures[:1]:
        photos.append((say(N_("Före")), _photo(files, stored, say(N_("Före: %(words)s"), words=words))))
    for check in checks[:_AFTER_MOST]:
        for stored in check.pictures[:1]:
            alt = say(N_("Efter: %(words)s"), words=short(check.words, 80) or words)
            photos.append((_after(one, check, say), _photo(files, stored, alt)))
    return Judged(
        verdict=verdict,
        is_agreed=one.is_agreed,
        said=tuple(
            Said(_who(check, say) if not one.is_agreed else "", check.words)
            for check in checks
            if check.words or not one.is_agreed
        ),
        photos=tuple((caption, picture) for caption, picture in photos if picture is not None),
    )


def _after(one: Followed, check: Seen, say: Translate) -> str:
    """Which word the photo goes with, where the groups said different ones."""
    return say(N_("Efter")) if one.is_agreed else f"{say(N_('Efter'))}, {_who(check, say)}"


def _who(check: Seen, say: Translate) -> str:
    return f"{check.group}: {say(VERDICTS[check.verdict]).lower()}" if check.verdict else check.group


def _photo(files: FileStore, stored: Stored, alt: str) -> Picture | None:
    return photo(files, stored.file_key, stored.alt or alt)
