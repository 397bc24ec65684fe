"""Joins the parts of a long PDF into one with pages, tags and bookmarks whole: what marks a heading stays a heading."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, OutlineItem, Pdf

# It tells that it has been loaded.
logging.getLogger("pikepdf").setLevel(logging.WARNING)
LINK = "https://plan.invalid/"


def measure(part: Path) -> tuple[int, list[int]]:
    """How many pages a part has, and on which of them (from 0) its headings stand, in reading order."""
    with Pdf.open(part) as pdf:
        pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        return len(pages), [pages[_target(one)[0].objgen] for one in _items(pdf.Root)]


def join(parts: Sequence[Path], path: Path, headings: Sequence[tuple[int, str]]) -> None:
    """Write all parts as one file. `headings` are all of them as (level, words), in order.

    A link to LINK and a number leads to the heading of that number, counted from 1.
    """
    with Pdf.open(parts[0]) as whole:
        targets = [_target(one) for one in _items(whole.Root)]
        opened = [Pdf.open(one) for one in parts[1:]]
        try:
            for part in opened:
                targets += _append(whole, part)
            _lead(whole, headings, targets)
            whole.save(path, object_stream_mode=pikepdf.ObjectStreamMode.generate, compress_streams=True)
        finally:
            for part in opened:
                part.close()


def _append(whole: Pdf, part: Pdf) -> list[Any]:
    """Put a part's pages, tags and bookmarks after those there are; returns where its headings stand."""
    offset = _next_key(whole)
    _move_keys(part, offset)
    first = len(whole.pages)
    whole.pages.extend(part.pages)
    _append_tags(whole, whole.copy_foreign(part.Root.StructTreeRoot), offset)
    numbers = {page.obj.objgen: first + number for number, page in enumerate(part.pages)}
    found = [(_target(one)[0], list(_target(one))[1:]) for one in _items(part.Root)]
    return [Array([whole.pages[numbers[page.objgen]].obj, *rest]) for page, rest in found]


def _next_key(whole: Pdf) -> int:
    root = whole.Root.StructTreeRoot
    if "/ParentTreeNextKey" in root:
        return int(root.ParentTreeNextKey)
    return max((key for key, _ in _numbers(root.ParentTree)), default=-1) + 1


def _numbers(tree: Any) -> list[tuple[int, Any]]:
    """The pairs of a number tree."""
    found = []
    for kid in tree.get("/Kids", ()):
        found += _numbers(kid)
    pairs = tree.get("/Nums", ())
    found += [(int(pairs[place]), pairs[place + 1]) for place in range(0, len(pairs), 2)]
    return found


def _move_keys(part: Pdf, offset: int) -> None:
    """Give every page and link of the part a key in the tree of tags that no earlier one has."""
    for page in part.pages:
        if "/StructParents" in page.obj:
            page.obj.StructParents = int(page.obj.StructParents) + offset
        for note in page.obj.get("/Annots", ()):
            if "/StructParent" in note:
                note.StructParent = int(note.StructParent) + offset


def _append_tags(whole: Pdf, added: Any, offset: int) -> None:
    root = whole.Root.StructTreeRoot
    pairs = [*_numbers(root.ParentTree), *((key + offset, value) for key, value in _numbers(added.ParentTree))]
    root.ParentTree = whole.make_indirect(Dictionary(Nums=Array([one for pair in pairs for one in pair])))
    root.ParentTreeNextKey = max(key for key, _ in pairs) + 1
    document = _document(root)
    kids = _kids(document)
    for kid in _kids(_document(added)):
        kid.P = document
        kids.append(kid)
    document.K = Array(kids)
    for name in ("/RoleMap", "/ClassMap"):
        if name in added:
            known = root.get(name, Dictionary())
            for key, value in added[name].items():
                known[key] = value
            root[name] = known


def _document(root: Any) -> Any:
    """The one element that holds all others."""
    kids = _kids(root)
    return kids[0]


def _kids(element: Any) -> list[Any]:
    kids = element.K
    return list(kids) if isinstance(kids, Array) else [kids]


def _items(root: Any) -> list[Any]:
    """Every bookmark in reading order."""
    return _below(root.Outlines) if "/Outlines" in root else []


def _below(parent: Any) -> list[Any]:
    found, one = [], parent.get("/First")
    while one is not None:
        found += [one, *_below(one)]
        one = one.get("/Next")
    return found


def _target(item: Any) -> Any:
    return item.Dest if "/Dest" in item else item.A.D


def _lead(whole: Pdf, headings: Sequence[tuple[int, str]], targets: Sequence[Any]) -> None:
    """Let the lines of the table of contents lead to their headings, and list all headings as bookmarks."""
    for page in whole.pages:
        for note in page.obj.get("/Annots", ()):
            address = str(note.get("/A", Dictionary()).get("/URI", ""))
            if address.startswith(LINK):
                del note["/A"]
                note.Dest = targets[int(address.removeprefix(LINK)) - 1]
    with whole.open_outline() as outline:
        outline.root.clear()
        open_at: list[OutlineItem] = []
        for (level, words), target in zip(headings, targets, strict=True):
            item = OutlineItem(words, target)
            del open_at[level - 1 :]
            (open_at[-1].children if open_at else outline.root).append(item)
            open_at.append(item)
