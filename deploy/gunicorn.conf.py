"""gunicorn on a server: the settings of `mapdialog serve`, behind nginx on a Unix socket.

gunicorn -c deploy/gunicorn.conf.py    (settings come from the environment, see docs/configuration.md)
"""

from mapdialog.commands.serve import settings
from mapdialog.config import load_config

_config = load_config()
globals().update(settings(_config, _config.web_workers))

wsgi_app = "mapdialog.factory:create_app()"
bind = "unix:/run/mapdialog/web.sock"
umask = 0o007  # the socket is for our own group, which nginx's user is a member of
