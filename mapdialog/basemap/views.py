"""Background maps for the browser."""

from flask import Blueprint

blueprint = Blueprint("basemap", __name__)
