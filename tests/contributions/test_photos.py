"""Photos come out upright, bare and small, and hostile files are refused before they cost anything."""

import io
import time
from pathlib import Path

import pytest
from PIL import Image
from PIL.ExifTags import Base

from mapdialog.contributions.photos import Photo, read_photo
from mapdialog.core.errors import DomainError, Invalid, TooLarge, UnsupportedMedia
from mapdialog.reports.papers import why_no_pdf


def read(data: bytes, max_bytes: int = 15_000_000, max_pixels: int = 50_000_000) -> Photo:
    return read_photo(data, max_bytes=max_bytes, max_pixels=max_pixels)


def encoded(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def assert_bare(photo: Photo) -> None:
    for data in (photo.jpeg, photo.thumbnail):
        image = opened(data)
        assert image.format == "JPEG"
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
        assert b"Exif" not in data and b"http://ns.adobe.com" not in data and b"ICC_PROFILE" not in data


def test_a_large_photo_is_made_smaller_with_a_thumbnail() -> None:
    photo = read(encoded(Image.new("RGB", (4000, 3000), "green")))
    assert (photo.width, photo.height) == opened(photo.jpeg).size == (2560, 1920)
    assert opened(photo.thumbnail).size == (480, 360)


def test_a_photo_held_sideways_is_turned_upright_and_loses_its_metadata() -> None:
    image = Image.new("RGB", (60, 40), "blue")
    image.putpixel((0, 0), (255, 0, 0))
    exif = Image.Exif()
    exif[Base.Orientation] = 6
    exif[Base.Make] = "Secret camera"
    exif.get_ifd(0x8825)[2] = (55.0, 22.0, 30.0)
    photo = read(encoded(image, exif=exif, comment=b"secret comment", quality=95))
    assert (photo.width, photo.height) == (40, 60)
    assert b"ecret" not in photo.jpeg + photo.thumbnail
    assert_bare(photo)


def test_transparent_palette_grey_and_print_images_become_plain_colour() -> None:
    for image, kind in (
        (Image.new("RGBA", (9, 9), (255, 0, 0, 0)), "PNG"),
        (Image.new("P", (9, 9)), "PNG"),
        (Image.new("LA", (9, 9)), "PNG"),
        (Image.new("CMYK", (9, 9)), "JPEG"),
        (Image.new("1", (9, 9)), "PNG"),
        (Image.new("I;16", (9, 9)), "PNG"),
        (Image.new("RGB", (9, 9)), "WEBP"),
        (Image.new("RGB", (9, 9)), "HEIF"),
    ):
        assert opened(read(encoded(image, kind)).jpeg).mode == "RGB"
    see_through = encoded(Image.new("RGBA", (9, 9), (255, 0, 0, 0)), "PNG")
    assert opened(read(see_through).jpeg).getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a" + b"\0" * 40,
        b"hello",
        b"PK\3\4",
        b"%PDF-1.7",
        b"\0" * 1000,
    ],
)
def test_other_kinds_of_files_are_refused_whatever_they_are_called(data: bytes) -> None:
    with pytest.raises(UnsupportedMedia) as caught:
        read(data)
    assert caught.value.field == "photo"


def test_a_photo_that_did_not_come_through_whole_is_refused_kindly() -> None:
    whole = encoded(Image.effect_noise((400, 300), 50).convert("RGB"))
    why_no_pdf()  # the library that sets papers lets half pictures through, for everybody in the process
    for cut in (whole[: len(whole) // 2], whole[:200], encoded(Image.new("RGB", (400, 300)), "PNG")[:-30]):
        with pytest.raises(Invalid):
            read(cut)
    with pytest.raises(Invalid):
        read(b"")


def test_limits_hold_before_anything_is_decoded() -> None:
    with pytest.raises(TooLarge):
        read(b"x" * 1001, max_bytes=1000)
    with pytest.raises(TooLarge):
        read(encoded(Image.new("RGB", (101, 100))), max_pixels=10_000)


def test_a_decompression_bomb_costs_nothing(shared_data: Path) -> None:
    began = time.monotonic()
    with pytest.raises(TooLarge):
        read((shared_data / "attack/SYNTHETIC_png_bomb_30000x30000.png").read_bytes())
    assert time.monotonic() - began < 2


def test_real_photos_lose_their_place_and_come_out_upright(shared_data: Path) -> None:
    for file in sorted((shared_data / "photos").glob("*")):
        try:
            photo = read(file.read_bytes())
        except DomainError as error:
            assert file.name.startswith("invalid"), f"{file.name}: {error}"
            continue
        assert_bare(photo)
        if file.name.startswith("DSCN"):
            assert opened(file.read_bytes()).getexif().get_ifd(0x8825), "no place to lose: this would prove nothing"
    landscape = read((shared_data / "photos/orientation_landscape_6.jpg").read_bytes())
    portrait = read((shared_data / "photos/orientation_portrait_8.jpg").read_bytes())
    assert landscape.width > landscape.height and portrait.height > portrait.width


def test_hostile_photos_are_refused_or_come_out_bare(shared_data: Path) -> None:
    for file in sorted((shared_data / "attack").glob("photo_*")):
        try:
            photo = read(file.read_bytes())
        except DomainError:
            continue
        assert_bare(photo)
        assert b"alert" not in photo.jpeg and b"script" not in photo.jpeg
    for file in (shared_data / "attack").glob("*.svg"):
        with pytest.raises(UnsupportedMedia):
            read(file.read_bytes())
