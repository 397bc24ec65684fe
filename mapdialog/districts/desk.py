"""The blueprint of the staff's pages about districts, which several modules fill."""

from flask import Blueprint

blueprint = Blueprint("districts_staff", __name__)
