"""Printed papers: HTML set as tagged PDF (PDF/UA) with nothing fetched from anywhere, in the municipality's look."""

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2

from mapdialog.config import Config
from mapdialog.core.errors import Unavailable
from mapdialog.core.text import N_
from mapdialog.core.wording import translator
from mapdialog.walks.paper_pictures import Picture

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
_SCHEME = "paper:"
# Setting a protocol of a hundred photos takes a few hundred megabytes; one at a time keeps a small server alive.
_SETTING = threading.BoundedSemaphore(1)
_NOT_INSTALLED = N_("PDF kan inte göras: Pango saknas på servern. Kör bin/setup, eller installera libpangoft2-1.0-0.")


@dataclass(frozen=True)
class Brand:
    """Whose paper it is: the municipality's name, its colour (#rrggbb) and its logo, if there is one."""

    name: str
    color: str
    logo: Picture | None = None


@dataclass
class Pictures:
    """The pictures of one paper, each under an address of its own that only this paper knows."""

    by_address: dict[str, Picture] = field(default_factory=dict)

    def __call__(self, picture: Picture) -> str:
        """The address to write in the HTML."""
        address = f"{_SCHEME}{len(self.by_address)}"
        self.by_address[address] = picture
        return address


def make_brand(config: Config) -> Brand:
    """The installation's look. Raises OSError when the logo is gone since the settings were checked."""
    if not config.paper_logo:
        return Brand(config.municipality, config.paper_color)
    import io

    from PIL import Image

    data = Path(config.paper_logo).read_bytes()
    image = Image.open(io.BytesIO(data), formats=("PNG", "JPEG"))
    mime = "image/png" if image.format == "PNG" else "image/jpeg"
    logo = Picture(data, mime, image.width, image.height, config.municipality)
    return Brand(config.municipality, config.paper_color, logo)


def make_pdf(template: str, language: str, pictures: Pictures, values: Mapping[str, Any]) -> bytes:
    """A template of templates/papers set as PDF. `values` may name pictures by their addresses.

    Raises Unavailable where the libraries that set type are not installed.
    """
    html = (
        _environment(language).get_template(f"papers/{template}").render(**values, picture=pictures, language=language)
    )
    weasyprint = _weasyprint()
    with _SETTING:
        document = weasyprint.HTML(string=html, base_url=_SCHEME, url_fetcher=_fetcher(pictures.by_address))
        made = document.write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True)
    assert isinstance(made, bytes)
    return made


def why_no_pdf() -> str:
    """What keeps PDF from being made, in one line of the loader's words; empty where nothing does."""
    # It warns of every rule of CSS it does not know and tells each step, the first ones when it is imported; fontTools
    # tells of tables it leaves out.
    for name in ("weasyprint", "weasyprint.progress", "fontTools"):
        logging.getLogger(name).setLevel(logging.ERROR)
    try:
        import weasyprint  # noqa: F401 - importing it loads Pango
        from PIL import ImageFile

        # WeasyPrint sets it for the whole process, and photos that were cut short on their way would be taken.
        ImageFile.LOAD_TRUNCATED_IMAGES = False
    except (ImportError, OSError) as error:
        return str(error).strip().partition("\n")[0] or type(error).__name__
    return ""


def pdf_obstacle() -> Unavailable | None:
    """What to tell where PDF can't be made."""
    return Unavailable(_NOT_INSTALLED) if why_no_pdf() else None


def _weasyprint() -> Any:
    if problem := pdf_obstacle():
        raise problem
    import weasyprint

    return weasyprint


def _fetcher(known: Mapping[str, Picture]) -> Any:
    """Gives the paper's own pictures, and refuses every other address: a text may not make the server ask anybody."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Own(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url not in known:
                raise ValueError(f"not a picture of this paper: {url[:80]}")
            return URLFetcherResponse(url, known[url].data, {"Content-Type": known[url].mime})

    return Own()


@lru_cache(maxsize=4)
def _environment(language: str) -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    made.globals["_"] = translator(language)
    made.filters["paragraphs"] = lambda text: [part.strip() for part in text.split("\n\n") if part.strip()]
    return made
