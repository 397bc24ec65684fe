"""Pages of accounts."""

from flask import Blueprint

blueprint = Blueprint("accounts_staff", __name__)
