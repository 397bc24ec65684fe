"""The floor that submitting is held against: a bare Flask view that inserts one row with psycopg2, served alike."""

import sys
import threading

import psycopg2
from flask import Flask, jsonify, request
from gunicorn.app.base import BaseApplication
from psycopg2.extensions import connection

from mapdialog.commands.serve import settings
from mapdialog.config import load_config

app = Flask(__name__)
_kept = threading.local()
TABLE = "create table if not exists bare (id bigserial primary key, words text, place geometry(point, 4326))"
INSERT = "insert into bare (words, place) values (%s, st_setsrid(st_makepoint(%s, %s), 4326)) returning id"


def _connection() -> connection:
    if not hasattr(_kept, "connection"):
        _kept.connection = psycopg2.connect(load_config().database_url)
    return _kept.connection


@app.get("/health")
def health() -> str:
    return "up"


@app.post("/insert")
def insert() -> tuple[object, int]:
    feature = request.get_json()
    lon, lat = feature["geometry"]["coordinates"]
    kept = _connection()
    with kept.cursor() as cursor:
        cursor.execute(INSERT, (feature["properties"]["text"], lon, lat))
        row = cursor.fetchone()
    kept.commit()
    return jsonify({"id": row[0] if row else None}), 201


class _Server(BaseApplication):
    def load_config(self) -> None:
        config = load_config()
        for name, value in (settings(config, config.web_workers) | {"bind": f"127.0.0.1:{sys.argv[1]}"}).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return app


if __name__ == "__main__":
    _Server().run()
