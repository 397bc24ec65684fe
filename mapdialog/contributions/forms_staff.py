"""The form for what somebody said on the telephone, in a letter or at a meeting."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, EmailField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from mapdialog.contributions.deciding import CHANNELS

DESK_CHANNELS = ("phone", "email", "letter", "counter", "meeting", "social_media")


class RegisterForm(FlaskForm):
    """A contribution registered for somebody else; `contributions.rules` decides what holds."""

    client_id = HiddenField()
    channel = SelectField(_l("Hur kom den in?"), choices=lambda: [(key, _(CHANNELS[key])) for key in DESK_CHANNELS])
    received_on = DateField(
        _l("Vilken dag kom den?"),
        [Optional()],
        description=_l("Lämna tomt om det är i dag. Tiden när du registrerar sparas alltid."),
    )
    category = SelectField(_l("Vad gäller det?"), validate_choice=False)
    text = TextAreaField(
        _l("Synpunkten"),
        description=_l("Skriv av med personens egna ord. Texten sparas som den kom in och ändras inte."),
    )
    place = StringField(
        _l("Plats"),
        description=_l("Klicka på kartan, eller skriv koordinater: 55.3751 13.1569 eller 6138079 383209 (SWEREF 99)."),
    )
    district = SelectField(
        _l("Eller bara ett område"),
        validate_choice=False,
        description=_l("Om platsen inte är känd närmare. Punkten hamnar mitt i området."),
    )
    place_label = StringField(
        _l("Platsen i ord"), description=_l("Till exempel ”busshållplatsen vid Östervångsparken”.")
    )
    contact_name = StringField(_l("Namn"), description=_l("Visas bara för er som arbetar här."))
    contact_email = EmailField(_l("E-post"), description=_l("Dit går kvittot och kommunens svar."))
    another = BooleanField(_l("Registrera en till efteråt"))
