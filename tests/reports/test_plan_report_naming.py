"""What a report calls whoever wrote: one who left an address is not anonymous, and the web tells no address."""

from sqlalchemy.orm import Session

from tests.plan_seeds import make_statement
from tests.reports.plan_report_seeds import content_of, make_told


def test_who_gave_an_address_and_no_name_is_not_anonymous_and_the_web_never_tells_the_address(
    session: Session,
) -> None:
    told = make_told(session)
    mailed = make_statement(session, told.plan, contact_email="gun@exempel.se")
    listed = make_statement(session, told.plan, contact_name="plan@exempel.se", party_group="municipal_body")
    assert (mailed.party_id, listed.party_id is None) == (None, False)
    full = {one.number: one.who for one in content_of(session, told).statements}
    assert [full[number] for number in (5, mailed.number, listed.number)] == [
        "Anonym",
        "gun@exempel.se",
        "plan@exempel.se",
    ]
    web = content_of(session, told, "web")
    who = {one.number: one.who for one in web.statements}
    assert [who[number] for number in (5, mailed.number, listed.number)] == ["Anonym", "Utan namn", "Utan namn"]
    assert "@exempel.se" not in repr(web)
