"""Forms for reading in many statements: the file, and which column of a table is what."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FileField, SelectField

from mapdialog.plans.kinds import Channel
from mapdialog.plans.statement_words import CHANNELS, DESK_CHANNELS
from mapdialog.plans.table_import import ROLES, Columns, TableFacts


class StatementsFileForm(FlaskForm):
    """Saved e-mails or a table."""

    file = FileField(_l("Fil"))


class ColumnsForm(FlaskForm):
    """Which column is what; `plans.table_import` decides what holds."""

    text = SelectField(_l("Yttrandet"), validate_choice=False)
    name = SelectField(_l("Namn"), validate_choice=False)
    organisation = SelectField(_l("Myndighet, förening eller företag"), validate_choice=False)
    email = SelectField(_l("E-post"), validate_choice=False)
    address = SelectField(_l("Postadress"), validate_choice=False)
    property = SelectField(_l("Fastighetsbeteckning"), validate_choice=False)
    received = SelectField(
        _l("När det kom in"), validate_choice=False, description=_l("Rader utan dag räknas som inkomna nu.")
    )
    channel = SelectField(_l("Hur det kom in"), validate_choice=False)
    subject = SelectField(_l("Ärende eller rubrik"), validate_choice=False)
    registry_no = SelectField(_l("Nummer i diariet"), validate_choice=False)
    group = SelectField(
        _l("Avsändarens grupp"),
        validate_choice=False,
        description=_l("Till exempel sakägare, boende eller myndighet. Utan grupp räknas avsändaren till allmänheten."),
    )
    place = SelectField(_l("Plats"), validate_choice=False, description=_l("Ett ortnamn eller två koordinater."))
    protected = SelectField(
        _l("Skyddade personuppgifter"), validate_choice=False, description=_l("Allt utom tomt och nej räknas som ja.")
    )
    default_channel = SelectField(
        _l("Hur det kom in, när tabellen inte säger det"),
        choices=lambda: [(str(key), _(CHANNELS[key])) for key in DESK_CHANNELS],
        default=Channel.LETTER.value,
        validate_choice=False,
    )

    def offer(self, facts: TableFacts) -> None:
        """The table's own columns, for every role."""
        for role in ROLES:
            self[role].choices = [("", _("Inget fält")), *((name, name) for name in facts.fields)]

    def columns(self, meanings: Mapping[str, str]) -> Columns:
        """What was chosen; `meanings` tells of words for groups that we don't know."""
        chosen = {role: self[role].data or "" for role in ROLES}
        default_channel = self.default_channel.data or Channel.LETTER.value
        return Columns(**chosen, default_channel=default_channel, meanings=meanings)
