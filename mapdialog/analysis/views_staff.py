"""Pages of analysis."""

from flask import Blueprint

blueprint = Blueprint("analysis_staff", __name__)
