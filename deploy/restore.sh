#!/bin/sh
# Puts a backup back, in place of everything that is there now. Stop the web and the worker first.
#   deploy/restore.sh /var/backups/mapdialog/2026-11-21T013000Z --yes
set -eu
from=${1:?which backup, for example: deploy/restore.sh /var/backups/mapdialog/2026-11-21T013000Z --yes}
[ "${2:-}" = --yes ] || { echo "This replaces every dialogue, contribution and account with those of the backup. Say --yes to go on." >&2; exit 1; }
root=$(CDPATH='' cd -- "$(dirname "$0")/.." && pwd)
data=${MAPDIALOG_DATA_DIR:-$root/var}
(cd "$from" && sha256sum --quiet --check SHA256SUMS)

"$root/.venv/bin/mapdialog" db reset --yes --without-tables >/dev/null
url=$("$root/.venv/bin/mapdialog" db url)
# The tables of the backup may be older than this version: they are taken as they were, then brought up to date. PostGIS
# itself is the server's own and stays.
list=$(mktemp)
trap 'rm -f "$list"' EXIT
pg_restore --list "$from/database.dump" | grep -v -E ' (EXTENSION|COMMENT - EXTENSION|SCHEMA - public|TABLE DATA public spatial_ref_sys) ' >"$list"
pg_restore --no-owner --no-privileges --exit-on-error --single-transaction --use-list="$list" --dbname="$url" "$from/database.dump"
if [ -f "$from/files.tar" ]; then rm -rf "$data/files" && tar -C "$data" -xf "$from/files.tar"; fi
if [ -f "$from/secret_key" ]; then cp -p "$from/secret_key" "$data/secret_key"; fi
"$root/.venv/bin/mapdialog" db migrate
echo "Restored from $from."
