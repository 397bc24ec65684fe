"""Pages of reports."""

from flask import Blueprint

blueprint = Blueprint("reports_staff", __name__)
