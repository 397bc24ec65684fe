"""A walk that has everything a protocol tells of, for tests."""

import io
import uuid
from datetime import date

from PIL import Image
from sqlalchemy.orm import Session

from mapdialog.contributions import moderation
from mapdialog.contributions.models import Attachment
from mapdialog.contributions.photos import read_photo
from mapdialog.core.files import FileStore
from mapdialog.walks import actions, tending
from mapdialog.walks.findings import WalkObservation
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.tending import ActionDraft
from tests.walks.making import EVENING, make_walk, observe

DAY = date(2026, 11, 27)
HEADS = {("gender", "women"): 9, ("gender", "men"): 6, ("role", "resident"): 14, ("role", "police"): 1}


def add_photo(session: Session, files: FileStore, one: WalkObservation, *, alt: str = "", hidden: bool = False) -> None:
    """A photo of 1600 × 1200 pixels, stored as one that was sent is."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize((1600, 1200)).convert("RGB").save(out, "JPEG")
    made = read_photo(out.getvalue(), max_bytes=10**7, max_pixels=10**8)
    key = uuid.uuid4().hex
    files.put(f"photos/{key}.jpg", made.jpeg)
    session.add(
        Attachment(
            contribution_id=one.id,
            client_id=uuid.uuid4(),
            key=key,
            file_key=f"photos/{key}.jpg",
            thumb_key=f"photos/{key}.jpg",
            content_type="image/jpeg",
            alt_text=alt,
            width=made.width,
            height=made.height,
            size_bytes=len(made.jpeg),
            sha256=made.sha256,
            is_hidden=hidden,
        )
    )
    session.flush()
    session.expire(one, ["photos"])


def make_performed(session: Session, files: FileStore) -> SafetyWalk:
    """Invited to; two approved observations, one nobody has read, one hidden; three actions, one of them refused."""
    walk = make_walk(session, registry_number="KS 2026/418", contact="trygghet@example.org", light="dark_lit")
    actions.take_step(session, walk, "invited", version=None, actor_id=None, at=EVENING)
    actions.count_heads(session, walk.groups[0], HEADS, head_count=15, actor_id=None)
    tunnel, entrance = walk.stops[1], walk.stops[0]
    dark = observe(session, walk, "Två lampor är släckta.", stop_id=tunnel.id, said_by="child", severity=3)
    kiosk = observe(session, walk, "Kiosken ger liv.", polarity="secure", severity=None, stop_id=entrance.id)
    observe(session, walk, "Ingen har läst den här.")
    hidden = observe(session, walk, "Den dolda.")
    for one in (dark, kiosk, hidden):
        moderation.approve(session, one, version=None, actor_id=None)
    moderation.hide(session, hidden, rule="advertising", version=None, actor_id=None)
    add_photo(session, files, dark, alt="Tunnelns mörka mynning")
    add_photo(session, files, dark, alt="Ett ansikte", hidden=True)
    unit = tending.save_party(session, "Gatuenheten", "municipality", actor_id=None)
    owner = tending.save_party(session, "Bo Ek", "private", actor_id=None)
    for draft in (
        ActionDraft("Byt lampor", party_id=unit.id, observation_ids=(dark.id,), description="Ring Eva.", deadline=DAY),
        ActionDraft("Laga staketet", party_id=owner.id, where_text="Vid muren", external_case_no="F-17"),
        ActionDraft("Bygg en bro"),
    ):
        last = tending.create_action(session, walk, draft, today=DAY, actor_id=None)
    tending.move(session, last, "rejected", reason="För dyrt.", today=DAY, version=None, actor_id=None)
    walk.status = "protocol_draft"
    session.flush()
    session.refresh(walk)
    return walk
