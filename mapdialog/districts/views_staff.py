"""Staff pages of district sets."""

from flask import Blueprint

blueprint = Blueprint("districts_staff", __name__)
