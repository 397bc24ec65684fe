"""What a server of the tests makes ready for its first request, made ready once by the process they are forked from."""

from importlib import import_module

from sqlalchemy.orm import configure_mappers

from mapdialog.web.blueprints import MOUNTS

for module in ("gunicorn.app.wsgiapp", "mapdialog.factory", *(module for module, _ in MOUNTS)):
    import_module(module)
configure_mappers()
