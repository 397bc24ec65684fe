"""A white slide, 1920 × 1080, on which text, boxes, discs and ramps are set in CSS pixels."""

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw

from mapdialog.basemap.drawing import font

WIDTH, HEIGHT, SCALE = 960, 540, 2
INK, MUTED, WHITE, HAIRLINE = "#16242d", "#4c5c66", "#ffffff", "#d5dee0"


def text_width(text: str, size: float, bold: bool = False) -> float:
    """How wide a line is."""
    return float(font(round(size * SCALE), bold=bold).getlength(text)) / SCALE


def broken(text: str, room: float, size: float, *, bold: bool = False) -> list[str]:
    """The text in lines that fit in `room`, broken at spaces and after hyphens; a longer word is cut."""
    lines: list[str] = []
    for piece in text.replace("-", "-\0").replace(" ", " \0").split("\0"):
        if lines and text_width((lines[-1] + piece).rstrip(), size, bold) <= room:
            lines[-1] += piece
        else:
            lines.append(piece)
    return [_cut(line.rstrip(), room, size, bold=bold) for line in lines if line.strip()]


def fitted(text: str, size: float, room: float, *, smallest: float) -> tuple[str, float]:
    """A bold line at the largest size that fits, cut with an ellipsis where even the smallest does not."""
    while size > smallest and text_width(text, size, True) > room:
        size -= 1
    return _cut(text, room, size, bold=True), size


def _cut(text: str, room: float, size: float, *, bold: bool) -> str:
    while text_width(text, size, bold) > room and len(text) > 2:
        text = text[:-2].rstrip() + "…"
    return text


class Paper:
    """The slide while it is being made."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), WHITE)
        self.draw = ImageDraw.Draw(self.image)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        color: str = INK,
        anchor: str = "la",
        halo: str | None = None,
    ) -> None:
        """One line; its top left corner is at (x, y) unless `anchor` says otherwise, as Pillow names anchors."""
        at, face = (x * SCALE, y * SCALE), font(round(size * SCALE), bold=bold)
        if halo:
            self.draw.text(at, text, color, face, anchor, stroke_width=round(1.5 * SCALE), stroke_fill=halo)
        self.draw.text(at, text, color, face, anchor)

    def lines(
        self, x: float, y: float, lines: Sequence[str], size: float, *, color: str = MUTED, leading: float = 1.4
    ) -> float:
        """Lines under each other; gives the y below the last."""
        for line in lines:
            self.text(x, y, line, size, color=color)
            y += size * leading
        return y

    def box(self, x: float, y: float, wide: float, tall: float, color: str) -> None:
        """A framed colour."""
        self.draw.rectangle(_scaled(x, y, x + wide, y + tall), fill=color, outline=INK, width=SCALE)

    def frame(self, x: float, y: float, wide: float, tall: float) -> None:
        """A thin line round a picture."""
        self.draw.rectangle(_scaled(x, y, x + wide, y + tall), outline=HAIRLINE, width=SCALE)

    def rule(self, x: float, y: float, wide: float) -> None:
        """A thin line between two parts of a list."""
        self.draw.line(_scaled(x, y, x + wide, y), fill=HAIRLINE, width=SCALE)

    def disc(self, x: float, y: float, radius: float, number: int) -> None:
        """A white disc with a number, drawn larger and shrunk for an even edge."""
        over, side = 4, round(2 * (radius + 1) * SCALE)
        large = Image.new("RGBA", (side * over, side * over))
        pen, rim = ImageDraw.Draw(large), round(1.2 * SCALE * over)
        pen.ellipse((0, 0, side * over - 1, side * over - 1), fill=INK)
        pen.ellipse((rim, rim, side * over - 1 - rim, side * over - 1 - rim), fill=WHITE)
        small = large.resize((side, side), Image.Resampling.LANCZOS)
        self.image.paste(small, (round(x * SCALE - side / 2), round(y * SCALE - side / 2)), small)
        self.text(x, y, str(number), 9, bold=True, anchor="mm")

    def lead(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """A line from a place on the map to its disc beside: dark with a light rim, and a dot at the place."""
        for color, width, radius in ((WHITE, 3, 3.5), (INK, 1, 2.5)):
            self.draw.line(_scaled(*start, *end), fill=color, width=round(width * SCALE))
            x, y = start
            self.draw.ellipse(_scaled(x - radius, y - radius, x + radius, y + radius), fill=color)

    def ramp(self, x: float, y: float, wide: float, tall: float, colors: tuple[str, ...]) -> None:
        """Colours that flow into each other from left to right, framed."""
        strip = Image.new("RGB", (len(colors), 1))
        for index, color in enumerate(colors):
            strip.putpixel((index, 0), tuple(int(color[at : at + 2], 16) for at in (1, 3, 5)))
        size = (round(wide * SCALE), round(tall * SCALE))
        # Half a step more on each side, so that the ends are the true first and last colours.
        flowing = strip.resize(size, Image.Resampling.BILINEAR, box=(0.5, 0, len(colors) - 0.5, 1))
        self.image.paste(flowing, (round(x * SCALE), round(y * SCALE)))
        self.draw.rectangle(_scaled(x, y, x + wide, y + tall), outline=INK, width=SCALE)

    def picture(self, x: float, y: float, png: bytes) -> None:
        """A PNG of twice its size in CSS pixels, its top left corner at (x, y)."""
        with Image.open(io.BytesIO(png)) as opened:
            self.image.paste(opened, (round(x * SCALE), round(y * SCALE)))

    def png(self) -> bytes:
        """The finished slide."""
        buffer = io.BytesIO()
        self.image.save(buffer, "PNG", optimize=False, compress_level=6)
        return buffer.getvalue()


def _scaled(*numbers: float) -> list[float]:
    return [number * SCALE for number in numbers]
