#!/bin/sh
# Runs a command against PostgreSQL: the server of DATABASE_URL when that names one, else a throw-away cluster that
# listens on 127.0.0.1 only, runs as an unprivileged user, and is removed whatever happens.
set -eu
case "${DATABASE_URL:-}" in postgres://* | postgresql://*) exec "$@" ;; esac

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || bin=$(dirname "$(command -v initdb)")
as=""
[ "$(id -u)" != 0 ] || as="runuser -u postgres --" # PostgreSQL refuses to run as root
folder=$(mktemp -d)
remove="cd / && $as $bin/pg_ctl -D $folder/data -m immediate stop; rm -rf $folder"
finish() {
    status=$?
    trap '' INT TERM
    trap - EXIT
    sh -c "$remove" >/dev/null 2>&1
    exit $status
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
# Even when this shell and all its group are killed outright, somebody outside the group tidies up.
setsid sh -c "while kill -0 $$; do sleep 1; done; $remove" </dev/null >/dev/null 2>&1 &

password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
(umask 077 && printf '%s' "$password" >"$folder/password")
[ -z "$as" ] || chown -R postgres "$folder"
(
    cd / # the unprivileged user may not be allowed in the checkout
    $as "$bin/initdb" -D "$folder/data" -U cordee --pwfile="$folder/password" --auth=scram-sha-256 \
        --encoding=UTF8 --no-locale --no-sync >/dev/null
    $as "$bin/pg_ctl" -D "$folder/data" -l "$folder/log" -w start -o "-p $port -k $folder \
        -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off -c full_page_writes=off" >/dev/null
) || {
    cat "$folder/log" >&2 2>/dev/null
    echo "Le serveur PostgreSQL d'essai n'a pas démarré." >&2
    exit 1
}
echo "PostgreSQL d'essai : $("$bin/postgres" --version), 127.0.0.1:$port"
DATABASE_URL="postgres://cordee:$password@127.0.0.1:$port/postgres" "$@"
