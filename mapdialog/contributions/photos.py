"""Photos: told by their content, decoded within limits, turned upright and encoded anew without any metadata."""

import hashlib
import io
import threading
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError
from pillow_heif import register_heif_opener

from mapdialog.core.errors import Invalid, TooLarge, UnsupportedMedia
from mapdialog.core.text import N_

register_heif_opener()

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
LARGEST_SIDE = 2560
THUMBNAIL_SIDE = 480
QUALITY = 82
# A 50-megapixel photo takes 150 MB while it is decoded; two at a time keep a small server alive.
_DECODING = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class Photo:
    """A photo ready to store: two JPEG files without metadata, and the size of the larger in pixels."""

    jpeg: bytes
    thumbnail: bytes
    width: int
    height: int

    @property
    def sha256(self) -> str:
        """Digest of the larger file, hexadecimal."""
        return hashlib.sha256(self.jpeg).hexdigest()


def read_photo(data: bytes, *, max_bytes: int, max_pixels: int) -> Photo:
    """A Photo from uploaded bytes of JPEG, PNG, WebP or HEIC; what the file calls itself is not asked.

    Raises TooLarge (over either limit, before anything is decoded), UnsupportedMedia (another kind of file) and Invalid
    (empty or broken off).
    """
    if not data:
        raise Invalid(N_("Bilden är tom. Välj en annan bild."), field="photo")
    if len(data) > max_bytes:
        raise TooLarge(
            N_("Bilden är för stor: %(size)s MB. Gränsen är %(limit)s MB."),
            field="photo",
            size=-(-len(data) // 1_000_000),
            limit=max_bytes // 1_000_000,
        )
    with _DECODING:
        image = _upright(_opened(data, max_pixels))
        return Photo(_jpeg(image, LARGEST_SIDE), _jpeg(image, THUMBNAIL_SIDE), *_fitted(image, LARGEST_SIDE))


def _opened(data: bytes, max_pixels: int) -> Image.Image:
    """The decoded image; the decoders of hostile files raise every kind of error, all of which mean "broken"."""
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError:
        raise UnsupportedMedia(
            N_("Filen är inte en bild som vi kan läsa. Välj en bild i JPEG, PNG, WebP eller HEIC."), field="photo"
        ) from None
    except Image.DecompressionBombError:
        raise _too_many_pixels(max_pixels) from None
    except Exception:
        raise _broken() from None
    if image.width * image.height > max_pixels:
        raise _too_many_pixels(max_pixels)
    try:
        image.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))  # lets a large JPEG be decoded at a half or a quarter
        image.load()
    except Exception:
        raise _broken() from None
    return image


def _too_many_pixels(limit: int) -> TooLarge:
    return TooLarge(
        N_("Bilden har för många bildpunkter. Gränsen är %(limit)s miljoner. Minska den först."),
        field="photo",
        limit=limit // 1_000_000,
    )


def _broken() -> Invalid:
    return Invalid(N_("Bilden är skadad eller kom inte fram hel. Försök igen eller välj en annan bild."), field="photo")


def _upright(image: Image.Image) -> Image.Image:
    """The image turned as the camera was held, on white where it was transparent, in sRGB, bare of everything else."""
    try:
        turned = ImageOps.exif_transpose(image)
    except Exception:  # Broken EXIF is common; the picture itself is then shown as it lies.
        turned = image
    clean = Image.new("RGB", turned.size, "white")
    if turned.mode in {"RGBA", "LA", "PA"} or "transparency" in turned.info:
        layered = turned.convert("RGBA")
        clean.paste(layered, mask=layered)
    elif turned.mode.startswith("I"):  # 16-bit grey: convert() would clip everything above 255 to white.
        clean.paste(turned.point(lambda value: value / 256).convert("L"))
    else:
        clean.paste(_in_srgb(turned))
    return clean


def _in_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if profile and image.mode in {"RGB", "CMYK"}:
        try:
            converted = ImageCms.profileToProfile(
                image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except Exception:  # A broken colour profile costs a shade, never the photo.
            converted = None
        if converted is not None:
            return converted
    return image.convert("RGB")


def _fitted(image: Image.Image, side: int) -> tuple[int, int]:
    scale = min(1.0, side / max(image.size))
    return max(1, round(image.width * scale)), max(1, round(image.height * scale))


def _jpeg(image: Image.Image, side: int) -> bytes:
    size = _fitted(image, side)
    made = image if size == image.size else image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    out = io.BytesIO()
    made.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return out.getvalue()
