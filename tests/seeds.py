"""Small, real content for tests, written as the application writes it."""

import uuid
from datetime import timedelta
from typing import Any

from argon2 import PasswordHasher
from geoalchemy2.shape import from_shape
from shapely.geometry import MultiPolygon, Point, Polygon, box
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Account, Role
from mapdialog.core.clock import now
from mapdialog.dialogues.models import Category, Dialogue, Phase
from mapdialog.districts.models import District, DistrictSet

TRELLEBORG = (383209.2, 6138079.5)  # E, N of the town centre in EPSG:3006
TRELLEBORG_LONLAT = (13.1569, 55.3751)
PASSWORD = "ett långt lösenord 2026"
HASHER = PasswordHasher(time_cost=1, memory_cost=1024)
"""What tests hash by, a hundred times cheaper than the application itself."""


def make_dialogue(
    session: Session,
    slug: str = "trygg-vag",
    *,
    moderation: str = "post",
    opened_days: float = -7,
    closes_days: float | None = 30,
    area: BaseGeometry | None = None,
    **values: Any,
) -> Dialogue:
    """A published dialogue with the categories belysning, gront and other; open unless told otherwise."""
    at = now()
    settings: dict[str, Any] = {
        "title": "Trygg väg till tåget",
        "summary": "Var känns vägen trygg, och var gör den inte det?",
        "level": "dialogue",
        "influence_text": "Dina synpunkter avgör var vi börjar med ny belysning.",
        "use_text": "Vi sammanställer allt till tekniska servicenämnden.",
        "decision_body": "Tekniska servicenämnden",
        "published_at": at + timedelta(days=min(opened_days, 0)),
        "moderation": moderation,
    } | values
    dialogue = Dialogue(slug=slug, area=from_shape(_multi(area), 3006) if area is not None else None, **settings)
    dialogue.phases = [
        Phase(
            title="Lämna synpunkter",
            opens_at=at + timedelta(days=opened_days),
            closes_at=at + timedelta(days=closes_days) if closes_days is not None else None,
        )
    ]
    dialogue.categories = [
        Category(
            key="belysning",
            label_sv="Belysning",
            label_en="Lighting",
            icon="lightbulb",
            color="#E69F00",
            polarity="insecure",
            question_sv="Var är det för mörkt?",
            question_en="Where is it too dark?",
            position=1,
        ),
        Category(
            key="gront",
            label_sv="Grönt och parker",
            label_en="Parks",
            icon="trees",
            color="#009E73",
            polarity="secure",
            position=2,
        ),
        Category(key="other", label_sv="Annat", label_en="Other", icon="message-circle", color="#56B4E9", position=99),
    ]
    session.add(dialogue)
    session.flush()
    return dialogue


def make_district_set(session: Session, key: str = "rutor", *, is_default: bool = True) -> DistrictSet:
    """Four squares of 2 km around the town centre, coded A–D (SW, SE, NW, NE); only A and B have a population."""
    east, north = TRELLEBORG
    made = DistrictSet(key=key, title="Rutor", source="test", is_default=is_default)
    for code, dx, dy, people in (
        ("A", -2000, -2000, 1000),
        ("B", 0, -2000, 2500),
        ("C", -2000, 0, None),
        ("D", 0, 0, None),
    ):
        square = box(east + dx, north + dy, east + dx + 2000, north + dy + 2000)
        made.districts.append(
            District(
                code=code,
                name=f"Ruta {code}",
                geom=from_shape(_multi(square), 3006),
                population=people,
                population_year=2025 if people else None,
            )
        )
    session.add(made)
    session.flush()
    return made


def _multi(shape: BaseGeometry) -> MultiPolygon:
    """Areas are kept as multipolygons, as the editor of dialogues keeps them."""
    return shape if isinstance(shape, MultiPolygon) else MultiPolygon([Polygon(shape)])


def make_contribution(
    session: Session,
    dialogue: Dialogue,
    text: str = "Det är mörkt här på kvällen.",
    *,
    category: str = "belysning",
    at: tuple[float, float] = (0, 0),
    state: str = "approved",
    geometry: BaseGeometry | None = None,
    **values: Any,
) -> str:
    """One contribution `at` metres east and north of the town centre, through the citizens' door; gives its receipt."""
    from mapdialog.contributions.submission import NewContribution, submit

    key = next(one for one in dialogue.categories if one.key == category)
    place = geometry if geometry is not None else Point(TRELLEBORG[0] + at[0], TRELLEBORG[1] + at[1])
    new = NewContribution(
        client_id=values.pop("client_id", uuid.uuid4()),
        category_id=key.id,
        geometry=place,
        text=text,
        state=state,
        **values,
    )
    return submit(session, dialogue.id, new, secret_key="t" * 64, receipt_prefix="TRE").receipt


def make_account(session: Session, role: Role = Role.ADMINISTRATOR, email: str | None = None) -> Account:
    """An account whose password is PASSWORD."""
    account = Account(
        email=email or f"{role}@trelleborg.example",
        name=f"Test {role}",
        role=str(role),
        password_hash=HASHER.hash(PASSWORD),
    )
    session.add(account)
    session.flush()
    return account
