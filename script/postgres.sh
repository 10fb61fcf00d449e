# A private PostgreSQL for tests; sourced after lib.sh.

pg_home='' pg_bin='' pg_as=()

need_postgres() {
  pg_bin=$(postgres_binaries)
  if [ -z "$pg_bin" ]; then
    # The package would otherwise start a cluster of its own.
    install_packages postgresql
    pg_bin=$(postgres_binaries)
  fi
  [ -n "$pg_bin" ] || die "PostgreSQL is installed, but no folder with initdb was found."
}

# The newest installed version; Debian keeps the binaries outside PATH.
postgres_binaries() {
  local found
  found=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n1)
  if [ -n "$found" ] && [ -x "$found/initdb" ]; then printf '%s\n' "$found"
  elif have initdb; then dirname "$(readlink -f "$(command -v initdb)")"; fi
}

# start_postgres: exports KONTOR_TEST_DATABASE. The caller traps stop_postgres.
start_postgres() {
  need_postgres
  local port
  port=$(free_port)
  pg_home=$(mktemp -d "${TMPDIR:-/tmp}/kontor-postgres.XXXXXX")
  # PostgreSQL refuses to run as root.
  if [ "$(id -u)" = 0 ]; then
    id postgres >/dev/null 2>&1 || useradd --system --no-create-home postgres
    chown postgres "$pg_home"
    pg_as=(runuser -u postgres --)
  fi
  (cd / && "${pg_as[@]}" "$pg_bin/initdb" --pgdata "$pg_home/data" --username kontor --auth trust \
    --encoding UTF8 --locale C --no-sync >"$pg_home/initdb.log" 2>&1) || { cat "$pg_home/initdb.log"; return 1; }
  # Nothing here outlives the run, so nothing needs to reach the disk.
  (cd / && "${pg_as[@]}" "$pg_bin/pg_ctl" --pgdata "$pg_home/data" --log "$pg_home/data/server.log" --wait --silent \
    --options "-h 127.0.0.1 -p $port -k $pg_home/data -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=400" \
    start >/dev/null) || { cat "$pg_home/data/server.log"; return 1; }
  export KONTOR_TEST_DATABASE="postgres://kontor@127.0.0.1:$port/postgres"
}

stop_postgres() {
  [ -n "$pg_home" ] || return 0
  (cd / && "${pg_as[@]}" "$pg_bin/pg_ctl" --pgdata "$pg_home/data" --mode immediate --silent stop >/dev/null 2>&1) || true
  rm -rf "$pg_home"
  pg_home=''
}
