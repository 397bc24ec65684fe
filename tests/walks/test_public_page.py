"""The public page of a walk: after the protocol, approved and not merged, nobody named, small groups untold."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mapdialog.contributions import moderation
from mapdialog.core.clock import now
from mapdialog.walks import actions, public_numbers, queries, recording, tending
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.tending import ActionDraft
from tests.walks.making import make_walk, observe

TODAY = date(2026, 11, 21)


@pytest.fixture
def walk(session: Session) -> SafetyWalk:
    return make_walk(session)


def publish(walk: SafetyWalk, session: Session) -> None:
    walk.status, walk.published_at = "protocol_published", now()
    session.commit()


def test_there_is_no_page_before_the_protocol(session: Session, client: FlaskClient, walk: SafetyWalk) -> None:
    for path in (f"/walks/{walk.slug}", f"/walks/{walk.slug}/map.png", "/walks/finns-inte"):
        assert client.get(path).status_code == 404


def test_before_the_protocol_the_way_leads_to_the_invitation(
    session: Session, client: FlaskClient, walk: SafetyWalk
) -> None:
    walk.status = "invited"
    session.commit()
    answer = client.get(f"/walks/{walk.slug}")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/walks/{walk.slug}/invitation")


def test_only_what_is_approved_and_stands_by_itself_is_shown(
    session: Session, client: FlaskClient, walk: SafetyWalk
) -> None:
    shown, double = observe(session, walk, "Kolsvart vid tunneln."), observe(session, walk, "Samma sak en gång till.")
    observe(session, walk, "Ingen har läst den här.")
    hidden = observe(session, walk, "Den dolda.")
    for one in (shown, double, hidden):
        moderation.approve(session, one, version=None, actor_id=None)
    moderation.hide(session, hidden, rule="advertising", version=None, actor_id=None)
    recording.merge(session, walk, shown, [double], actor_id=None)
    publish(walk, session)
    page = client.get(f"/walks/{walk.slug}").text
    assert "Kolsvart vid tunneln." in page
    for words in ("Samma sak", "Ingen har läst", "Den dolda.", "Anna"):
        assert words not in page
    assert client.get(f"/walks/{walk.slug}/map.png").data.startswith(b"\x89PNG")


def test_actions_show_status_reason_and_unit_but_never_a_private_owners_name(
    session: Session, client: FlaskClient, walk: SafetyWalk
) -> None:
    unit = tending.save_party(session, "Gatuenheten", "municipality", actor_id=None)
    owner = tending.save_party(session, "Bo Ek", "private", actor_id=None)
    unseen = observe(session, walk, "Inte godkänd.")
    drafts = (
        ActionDraft("Byt lampor", party_id=unit.id, observation_ids=(unseen.id,)),
        ActionDraft("Laga staketet", party_id=owner.id),
        ActionDraft("Bygg en bro"),
    )
    lamps, fence, bridge = [tending.create_action(session, walk, draft, today=TODAY, actor_id=None) for draft in drafts]
    step = {"today": TODAY, "version": None, "actor_id": None}
    tending.move(session, lamps, "done", public_comment="Klart i går.", note="Ring Eva.", **step)  # type: ignore[arg-type]
    tending.move(session, fence, "forwarded", **step)  # type: ignore[arg-type]
    tending.move(session, bridge, "rejected", reason="Det kostar för mycket.", **step)  # type: ignore[arg-type]
    publish(walk, session)
    page = client.get(f"/walks/{walk.slug}").text
    for words in (
        "1 av 3 klara",
        "Gatuenheten",
        "Privat ägare",
        "Det kostar för mycket.",
        "Klart i går.",
        "1 åtgärd görs inte",
    ):
        assert words in page, words
    for words in ("Bo Ek", "Ring Eva", "Inte godkänd"):
        assert words not in page, words
    assert '"spots": []' in page  # where it lies is not public while what was seen there is not


def test_participants_are_told_in_numbers_that_point_at_nobody(
    session: Session, client: FlaskClient, walk: SafetyWalk
) -> None:
    heads = {("gender", "women"): 9, ("gender", "men"): 6, ("role", "resident"): 14, ("role", "police"): 1}
    actions.count_heads(session, walk.groups[0], heads, head_count=15, actor_id=None)
    publish(walk, session)
    page = client.get(f"/walks/{walk.slug}").text
    assert "Kvinnor 9" in page and "Män 6" in page
    assert "Polis visas inte" in page and "Boende visas inte" in page


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({"a": 9, "b": 6}, {"a": 9, "b": 6}),
        ({"a": 9, "b": 0}, {"a": 9}),
        ({"a": 9, "b": 6, "c": 4}, {"a": 9, "b": None, "c": None}),
        ({"a": 9, "b": 3, "c": 4}, {"a": 9, "b": None, "c": None}),
        ({"a": 9, "b": 1, "c": 2}, {"a": None, "b": None, "c": None}),
        ({"a": 9, "b": 4, "c": 4}, {"a": None, "b": None, "c": None}),
        ({"a": 9, "b": 7, "c": 3, "d": 4}, {"a": 9, "b": 7, "c": None, "d": None}),
        ({"a": 4, "b": 4}, {}),
        ({"a": 4}, {"a": None}),
        ({}, {}),
    ],
)
def test_what_is_left_out_cannot_be_worked_out_from_the_rest(
    counts: dict[str, int], shown: dict[str, int | None]
) -> None:
    assert public_numbers.suppressed(counts) == shown


def test_those_nobody_put_in_a_band_are_not_worked_out_from_the_total(session: Session) -> None:
    walk = make_walk(session)
    heads = {("gender", "women"): 9, ("gender", "men"): 6}
    actions.count_heads(session, walk.groups[0], heads, head_count=17, actor_id=None)
    assert public_numbers.participants(walk.groups).bands == {"gender": {"women": 9, "men": None}}
    actions.count_heads(session, walk.groups[0], heads, head_count=15, actor_id=None)
    assert public_numbers.participants(walk.groups).bands == {"gender": {"women": 9, "men": 6}}


@pytest.mark.parametrize(
    ("groups", "total"), [([12, 3], 15), ([2, 2], None), ([None], None), ([None, 7], 7), ([], None)]
)
def test_a_walk_of_few_does_not_tell_how_few(groups: list[int | None], total: int | None) -> None:
    assert public_numbers.total(groups) == total


def test_progress_counts_what_is_done_and_what_is_refused() -> None:
    found = public_numbers.progress(["done", "planned", "rejected", "outside_mandate"])
    assert (found.total, found.done, found.refused, found.share) == (4, 1, 2, 0.25)
    assert public_numbers.progress([]).share == 0.0


def test_the_way_goes_on_to_the_walk_that_goes_there_again(
    session: Session, client: FlaskClient, walk: SafetyWalk
) -> None:
    begins = now() + timedelta(days=30)
    times = {"pre_meeting_at": None, "starts_at": begins, "ends_at": None, "follow_up_at": None}
    back = make_walk(session, title="Tillbaka", repeat_of_id=walk.id, **times)
    slug, address = back.slug, f"/walks/{walk.slug}"
    publish(walk, session)
    assert f"/walks/{slug}" not in client.get(address).text, "what is only planned is nobody's business yet"
    for status, words in (
        ("invited", "Vi går igen"),
        ("performed", "Protokollet kommer."),
        ("published", "gått igen: se"),
    ):
        back = queries.get_walk(session, slug)
        if status == "published":
            publish(back, session)
        else:
            back.starts_at = begins if status == "invited" else now() - timedelta(hours=1)
            actions.take_step(session, back, status, version=None, actor_id=None, at=now())
            session.commit()
        page = client.get(address).text
        assert words in page and f'href="/walks/{slug}{"/comparison" if status == "published" else ""}"' in page, status


def test_what_became_of_asking_for_news_is_said_where_it_was_asked(
    session: Session, client: FlaskClient, walk: SafetyWalk
) -> None:
    publish(walk, session)
    sent = client.post(f"/walks/{walk.slug}/news", data={"email": "anna@exempel.se"})
    page = client.get(sent.location.partition("#")[0]).text
    assert sent.location.endswith("#news") and page.count("Vi har skickat ett brev till adressen.") == 1
    assert page.index("Vi har skickat ett brev") > page.index('id="news"')
