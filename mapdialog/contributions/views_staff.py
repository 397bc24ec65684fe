"""Pages of contributions."""

from flask import Blueprint

blueprint = Blueprint("contributions_staff", __name__)
