"""Tells picture formats by content, and holds the empty tile."""

import io
from functools import cache


def kind_of(data: bytes) -> str | None:
    """The media type of a PNG, JPEG, WebP or GIF; None for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return "image/gif" if data.startswith((b"GIF87a", b"GIF89a")) else None


@cache
def empty_tile() -> bytes:
    """A transparent tile: where a layer has nothing, the map's own ground shows."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.new("RGBA", (256, 256), (0, 0, 0, 0)).quantize(2).save(buffer, "PNG", optimize=True, transparency=0)
    return buffer.getvalue()
