"""Imports every module that holds tables, so that `Base.metadata` is whole."""

import mapdialog.accounts.models
import mapdialog.analysis.models
import mapdialog.contributions.models
import mapdialog.core.audit
import mapdialog.dialogues.models
import mapdialog.districts.models
import mapdialog.notifications.models
import mapdialog.places.models
import mapdialog.plans.answer_models
import mapdialog.plans.models
import mapdialog.plans.party_models
import mapdialog.plans.report_models
import mapdialog.plans.statement_models
import mapdialog.plans.template_models
import mapdialog.walks.asking_models
import mapdialog.walks.coming_models
import mapdialog.walks.findings
import mapdialog.walks.models
import mapdialog.walks.news_models
import mapdialog.walks.protocol_models
import mapdialog.walks.recording_models  # noqa: F401
from mapdialog.core.database import Base

metadata = Base.metadata
