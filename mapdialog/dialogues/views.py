"""Pages of dialogues."""

from flask import Blueprint

blueprint = Blueprint("dialogues", __name__)
