#!/bin/sh
# One whole backup: the database, the files and the secret key, in one folder named by date and time.
#   deploy/backup.sh /var/backups/mapdialog          KEEP=30 days by default
# Settings come from the environment, as for every command. Restoring: deploy/restore.sh
set -eu
target=${1:?where to, for example: deploy/backup.sh /var/backups/mapdialog}
root=$(CDPATH='' cd -- "$(dirname "$0")/.." && pwd)
umask 077
name=$(date -u +%Y-%m-%dT%H%M%SZ)
data=${MAPDIALOG_DATA_DIR:-$root/var}
mkdir -p "$target"
unfinished="$target/.unfinished-$name"
trap 'rm -rf "$unfinished"' EXIT
mkdir "$unfinished"

# The database first: a file that is written meanwhile is one too many in the backup, never one too few.
url=$("$root/.venv/bin/mapdialog" db url)
pg_dump --format=custom --no-owner --dbname="$url" --file="$unfinished/database.dump"
if [ -z "${MAPDIALOG_STORE_URL:-}" ] && [ -d "$data/files" ]; then tar -C "$data" -cf "$unfinished/files.tar" files; fi
if [ -z "${MAPDIALOG_SECRET_KEY:-}" ] && [ -f "$data/secret_key" ]; then cp "$data/secret_key" "$unfinished/secret_key"; fi
(cd "$unfinished" && sha256sum -- * >SHA256SUMS)
mv "$unfinished" "$target/$name"
trap - EXIT

find "$target" -maxdepth 1 -type d -name '20*Z' -mtime +"${KEEP:-30}" -exec rm -rf {} +
echo "$target/$name"
