"""Mails to those who gave views on a plan, and to its officer: no view, name or address of anybody stands in them."""

from sqlalchemy.orm import Session

from mapdialog.config import Config
from mapdialog.core.text import N_, clean_line
from mapdialog.core.wording import Translate, day_in_words, translator
from mapdialog.notifications.actions import queue
from mapdialog.notifications.letters import Letter
from mapdialog.notifications.models import OutgoingMail
from mapdialog.plans.labels import REPORT_KINDS
from mapdialog.plans.reminding import Reminder
from mapdialog.plans.rule_sets import rule_set
from mapdialog.plans.telling import DISCONTINUED, News

TOLD, REMINDER = "plan_told", "plan_reminder"


def write_told(session: Session, news: News, config: Config) -> OutgoingMail:
    """What became of one's views: that the report is finished, the plan adopted or broken off, and where one's own
    answer is."""
    language = news.language if news.language in config.languages else config.languages[0]
    _ = translator(language)
    page = f"{_base(config)}/plans/{news.plan.slug}"
    subject, parts = _subject_and_news(news, _, language)
    links = "\n".join(f"{page}/follow?receipt={one.receipt}" for one in news.statements)
    asked = N_("Läs vad kommunen svarade på dina synpunkter:")
    asked = N_("Det du skrev finns kvar i ärendet:") if news.about == DISCONTINUED else asked
    parts.append(_(asked) + f"\n{links}")
    parts.append(_("Planen och dess handlingar finns här:") + f"\n{page}")
    parts.append(_("Diarienummer: %(number)s", number=news.plan.registry_number))
    parts.append(_("Har du inte lämnat något yttrande? Då har någon skrivit fel adress. Bortse från brevet."))
    return queue(session, news.email, _letter(TOLD, subject, parts, _, config))


def write_reminder(session: Session, reminder: Reminder, config: Config) -> OutgoingMail:
    """What the officer has to do in the plan and by when, with the section of law and the page."""
    language = config.languages[0]
    _ = translator(language)
    parts = [_("I planen ”%(plan)s” finns det här att göra:", plan=reminder.plan.name)]
    for one in reminder.matters:
        day = day_in_words(one.day, language)
        when = _("Skulle ha gjorts %(day)s", day=day) if one.is_overdue else _("Senast %(day)s", day=day)
        parts.append("\n".join((_(one.words), f"{when}. {one.legal_ref}", f"{_base(config)}{one.path}")))
    subject = _("Påminnelse: %(plan)s", plan=reminder.plan.name)
    return queue(session, reminder.officer.email, _letter(REMINDER, subject, parts, _, config))


def _subject_and_news(news: News, _: Translate, language: str) -> tuple[str, list[str]]:
    if news.phase is not None:
        return _reported(news, _)
    return _discontinued(news, _, language) if news.about == DISCONTINUED else _adopted(news, _, language)


def _discontinued(news: News, _: Translate, language: str) -> tuple[str, list[str]]:
    plan = news.plan
    assert plan.discontinued_on is not None
    said = N_("Du har lämnat synpunkter på ”%(plan)s”. Kommunen avbröt planarbetet den %(day)s, så planen antas inte.")
    parts = [_(said, plan=plan.name, day=day_in_words(plan.discontinued_on, language))]
    parts.append(_("Så här skriver kommunen:") + f"\n{plan.discontinued_reason}")
    return _("Planarbetet är avbrutet: %(plan)s", plan=plan.name), parts


def _reported(news: News, _: Translate) -> tuple[str, list[str]]:
    report = _(REPORT_KINDS[news.about])
    said = N_("Du har lämnat synpunkter på ”%(plan)s”. Nu finns kommunens svar i dokumentet %(report)s.")
    subject = _("Svar på dina synpunkter på %(plan)s", plan=news.plan.name)
    return subject, [_(said, plan=news.plan.name, report=report.lower())]


def _adopted(news: News, _: Translate, language: str) -> tuple[str, list[str]]:
    adoption = news.plan.adoption
    assert adoption is not None
    said = N_("Du har lämnat synpunkter på ”%(plan)s”. %(body)s antog planen den %(day)s.")
    parts = [_(said, plan=news.plan.name, body=adoption.body, day=day_in_words(adoption.decided_on, language))]
    if adoption.appeal_ends_on is not None:
        last, day = N_("Den som har rätt att överklaga beslutet gör det senast den %(day)s."), adoption.appeal_ends_on
        rule, said = rule_set(news.plan.rule_set).appeal(news.plan.kind), day_in_words(day, language)
        parts.append(_(last, day=said) if rule.only_written else rule.until.text(language).format(day=said))
    return _("%(plan)s har antagits", plan=news.plan.name), parts


def _letter(purpose: str, subject: str, parts: list[str], _: Translate, config: Config) -> Letter:
    greeting = _("Vänliga hälsningar") + f"\n{config.municipality}\n{config.contact}"
    return Letter(purpose, clean_line(subject), "\n\n".join([_("Hej!"), *parts, greeting]) + "\n")


def _base(config: Config) -> str:
    return config.base_url.rstrip("/")
