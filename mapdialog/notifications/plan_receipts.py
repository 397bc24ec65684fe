"""The receipt of a statement, by mail to its sender: case, exact time, period and words, and the personal link."""

from datetime import timedelta
from textwrap import indent

from babel.numbers import format_decimal
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.config import Config
from mapdialog.contributions.submission import edit_token as make_token
from mapdialog.core import clock
from mapdialog.core.clock import local
from mapdialog.core.text import clean_line
from mapdialog.core.wording import day_in_words, moment_in_words, translator
from mapdialog.notifications.actions import queue
from mapdialog.notifications.letters import Letter
from mapdialog.notifications.models import OutgoingMail
from mapdialog.plans.kinds import Channel
from mapdialog.plans.models import Plan
from mapdialog.plans.statement_models import PlanStatement

# A browser sends the files after the words: so long the receipt waits, to name them all.
TIME_FOR_FILES = timedelta(seconds=30)
_MB = 1_000_000


def write_receipt(session: Session, plan: Plan, statement: PlanStatement, edit_token: str, config: Config) -> None:
    """Queue the mail, when the statement came by the web with an address."""
    if statement.received_by == Channel.WEB and statement.contact_email:
        mail = queue(session, statement.contact_email, _letter(plan, statement, edit_token, config))
        mail.next_try_at = clock.now() + TIME_FOR_FILES


def tell_of_files(session: Session, statement: PlanStatement, config: Config) -> None:
    """Write the files into the receipt that waits, or queue it anew when it has gone: each file once more in all."""
    if statement.received_by != Channel.WEB or not statement.contact_email:
        return
    token = make_token(config.secret_key, statement.client_id)
    letter = _letter(statement.plan, statement, token, config)
    waiting = session.scalar(
        select(OutgoingMail)
        .where(
            OutgoingMail.purpose == letter.purpose,
            OutgoingMail.subject == letter.subject,
            OutgoingMail.recipient == statement.contact_email,
            OutgoingMail.sent_at.is_(None),
            OutgoingMail.failed_at.is_(None),
        )
        .with_for_update(skip_locked=True)
        .limit(1)
    )
    if waiting is not None:
        waiting.body_text = letter.body
    else:
        write_receipt(session, statement.plan, statement, token, config)


def _letter(plan: Plan, statement: PlanStatement, edit_token: str, config: Config) -> Letter:
    language = statement.language if statement.language in config.languages else config.languages[0]
    _ = translator(language)
    phase = next((one for one in plan.phases if one.id == statement.phase_id), None)
    page = f"{config.base_url.rstrip('/')}/plans/{plan.slug}"
    moment = f"{moment_in_words(statement.received_at, language)} ({local(statement.received_at):%H:%M:%S})"
    facts = [
        _("Kvittonummer: %(number)s", number=statement.receipt),
        _("Plan: %(name)s", name=plan.name),
        _("Diarienummer: %(number)s", number=plan.registry_number),
        _("Mottaget: %(moment)s", moment=moment),
    ]
    if phase is not None:
        first, last = day_in_words(phase.starts_on, language), day_in_words(phase.ends_on, language)
        facts.append(_("Tiden för synpunkter: %(first)s till %(last)s", first=first, last=last))
        facts.append(
            _("Yttrandet kom in i tid.") if statement.in_time else _("Yttrandet kom in för sent och är märkt så.")
        )
    parts = [
        _("Tack! %(municipality)s har tagit emot ditt yttrande.", municipality=config.municipality),
        "\n".join(facts),
        _("Hela texten och kommunens svar finns på din personliga länk. Spara den, och dela den inte med någon.")
        + f"\n{page}/statement/{statement.receipt}/{edit_token}",
        _("Har du inte lämnat något yttrande? Då har någon skrivit fel adress. Bortse från brevet."),
        f"{config.municipality}\n{config.contact}",
    ]
    if statement.raw_text:
        parts.insert(-1, _("Det här skrev du") + ":\n\n" + indent(statement.raw_text, "> ", lambda line: True))
    if statement.files:
        listed = (f"- {one.file_name} ({_size(one.size_bytes, language)})" for one in statement.files)
        parts.insert(-1, _("Filer som vi har tagit emot") + ":\n" + "\n".join(listed))
    subject = _("Kvitto på ditt yttrande %(number)s", number=statement.receipt)
    return Letter("plan_receipt", clean_line(subject), "\n\n".join(parts) + "\n")


def _size(size: int, language: str) -> str:
    if size < _MB:
        return f"{max(1, round(size / 1_000))} kB"
    return f"{format_decimal(size / _MB, format='0.0', locale=language)} MB"
