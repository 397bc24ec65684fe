"""The worker's part in mails: send what is due every few seconds, clear old ones every night."""

from mapdialog.core import clock, jobs
from mapdialog.notifications import listeners, sending
from mapdialog.plans import reminding, telling
from mapdialog.walks import asking, news


# The sixth field is the seconds: in the first one, mails would go every fifth minute only.
@jobs.task("send_mails", every="* * * * * */5", attempts=1)
def send_mails() -> None:
    """Send what is due; a mail that cannot be sent now has its own next time, so the job itself is not tried again."""
    with jobs.unmanaged_session() as session:
        sending.send_due(session, jobs.configuration())


@jobs.task("forget_old_mails", every="17 3 * * *")
def forget_old_mails() -> None:
    """Clear address and words of mails that were dealt with long ago."""
    with jobs.session() as session:
        sending.forget_old(session)


@jobs.task("remind_of_actions", every="41 5 * * 1-5")
def remind_of_actions() -> None:
    """Write to those who are responsible for actions of safety walks that are overdue or soon due, once each."""
    listeners.configure(jobs.configuration())
    with jobs.session() as session:
        at = clock.now()
        asking.remind(session, today=clock.local(at).date(), at=at)


@jobs.task("tell_of_walks", every="23 7 * * *")
def tell_of_walks() -> None:
    """Write to those who want news of a walk, one mail each when there is any, and erase who has had it all."""
    listeners.configure(jobs.configuration())
    with jobs.session() as session:
        at = clock.now()
        news.tell(session, at=at)
        news.forget(session, at=at)


@jobs.task("remind_of_plans", every="51 5 * * 1-5")
def remind_of_plans() -> None:
    """Write to the officers of plans about what has to be sent or noted within days, or should have been, once each."""
    listeners.configure(jobs.configuration())
    with jobs.session() as session:
        reminding.remind(session, today=clock.local(clock.now()).date())


@jobs.task("tell_of_plans", every="37 6 * * *")
def tell_of_plans() -> None:
    """Write to those who gave views on a plan when the report is finished and when the plan is adopted, once each."""
    listeners.configure(jobs.configuration())
    with jobs.session() as session:
        telling.tell(session, at=clock.now())
