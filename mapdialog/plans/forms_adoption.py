"""Forms of a plan's adoption: the decision with its days, and the notice of it."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, FileField, HiddenField, StringField, TextAreaField
from wtforms.validators import Optional

from mapdialog.dialogues.forms import DayField
from mapdialog.plans.adopting import COLUMNS
from mapdialog.plans.adoption_rules import AdoptionDraft


class AdoptionForm(FlaskForm):
    """The decision; `plans.adopting` decides what holds."""

    version = HiddenField()
    decided_on = DayField(_l("Beslutsdag"), [Optional()])
    body = StringField(_l("Antagen av"))
    section = StringField(_l("Paragraf"), description=_l("Till exempel: § 112"))
    reason = TextAreaField(
        _l("Skäl att gå vidare ändå"), description=_l("Behövs när något saknas här. Sparas med beslutet och i loggen.")
    )
    minutes_adjusted_on = DayField(_l("Protokollet justerat"), [Optional()])
    announced_on = DayField(
        _l("Justeringen tillkännagiven på anslagstavlan"),
        [Optional()],
        description=_l("Överklagandetiden räknas från den dagen."),
    )
    announced_url = StringField(_l("Länk till tillkännagivandet"))
    appealed_on = DayField(_l("Överklagat den"), [Optional()], description=_l("Dagen då överklagandet kom in."))
    is_settled = BooleanField(_l("Överklagandet är avgjort och planen står fast"))
    appeal_note = TextAreaField(
        _l("Om överklagandet"), description=_l("Domstol, målnummer, hur det gick och när. Nämn inga personer.")
    )
    legal_force_on = DayField(_l("Laga kraft"), [Optional()])
    sent_note = TextAreaField(_l("Anteckning om det som skickats"))

    def draft(self) -> AdoptionDraft:
        """What was typed."""
        values: dict[str, Any] = {name: self[name].data for name in COLUMNS}
        texts: dict[str, Any] = {name: value or "" for name, value in values.items() if not name.endswith("_on")}
        days = {name: value for name, value in values.items() if name.endswith("_on")}
        return AdoptionDraft(**texts, **days, is_settled=bool(self.is_settled.data))


class NoticeForm(FlaskForm):
    """Where and when the notice was put up; its words are fields of their own, named item-<key>."""

    version = HiddenField()
    board_url = StringField(_l("Länk till anslagstavlan"))
    board_posted_on = DayField(_l("Uppsatt den"), [Optional()])
    board_removed_on = DayField(_l("Nedtagen den"), [Optional()])
    proof = FileField(_l("Bevis"), description=_l("PDF, bild eller sparat e-brev som visar anslaget."))
