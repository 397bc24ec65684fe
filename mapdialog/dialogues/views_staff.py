"""Pages of dialogues."""

from flask import Blueprint

blueprint = Blueprint("dialogues_staff", __name__)
