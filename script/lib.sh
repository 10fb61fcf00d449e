# Shared by the scripts of this folder; sourced, never run.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

# What the scripts install for themselves: cargo tools, a newer Node, node packages of the peers.
tools="$root/target/tools"
rust_needed=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
node_needed=20.19

if [ -t 1 ]; then bold=$'\e[1m' dim=$'\e[2m' red=$'\e[31m' green=$'\e[32m' yellow=$'\e[33m' plain=$'\e[0m'
else bold='' dim='' red='' green='' yellow='' plain=''; fi

say() { printf '%s\n' "${bold}$*${plain}"; }
note() { printf '%s\n' "${dim}$*${plain}"; }
warn() { printf '%s\n' "${yellow}$*${plain}" >&2; }
die() { printf '%s\n' "${red}$*${plain}" >&2; exit 1; }

have() { command -v "$1" >/dev/null 2>&1; }

# at_least HAVE WANT: compares dotted versions.
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n1)" = "$2" ]; }

# install_packages PACKAGE…: by apt where that is allowed, else says the command and stops.
install_packages() {
  local as=''
  if [ "$(id -u)" != 0 ]; then
    if have sudo && sudo -n true 2>/dev/null; then as='sudo -n'
    else die "Missing system packages. Install them with
  sudo apt-get update && sudo apt-get install -y --no-install-recommends $*
and run this command again."; fi
  fi
  have apt-get || die "Install these packages with the package manager of this system and run again: $*"
  say "Installing $*"
  $as apt-get update -qq
  $as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# need COMMAND PACKAGE…: collects the packages of commands that are missing; install_missing gets them.
missing=()
need() { have "$1" || missing+=("${@:2}"); }
install_missing() {
  [ ${#missing[@]} = 0 ] || install_packages "${missing[@]}"
  missing=()
}

need_rust() {
  [ -d "${CARGO_HOME:-$HOME/.cargo}/bin" ] && PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
  if have cargo && at_least "$(rust_version)" "$rust_needed"; then return; fi
  if ! have rustup && have apt-cache && apt-cache show rustup >/dev/null 2>&1; then install_packages rustup; fi
  if have rustup; then
    say "Installing the Rust toolchain"
    rustup toolchain install stable --profile minimal --component rustfmt --component clippy
    rustup default stable
  fi
  if have cargo && at_least "$(rust_version)" "$rust_needed"; then return; fi
  die "Rust $rust_needed or newer is missing, and this system has no package of it. Install it with
  curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y --profile minimal --component rustfmt --component clippy
and run this command again."
}

rust_version() { rustc --version 2>/dev/null | sed -n 's/^rustc \([0-9.]*\).*/\1/p'; }

# Node from the system, else the newer one that npm itself carries as a package.
need_node() {
  [ -d "$tools/node/node_modules/.bin" ] && PATH="$tools/node/node_modules/.bin:$PATH"
  need node nodejs npm
  need npm npm
  install_missing
  if at_least "$(node --version | tr -d v)" "$node_needed"; then return; fi
  say "Installing Node 22 beside this checkout ($(node --version) of the system is too old)"
  mkdir -p "$tools/node"
  npm install --prefix "$tools/node" --no-fund --no-audit --silent node@22
  PATH="$tools/node/node_modules/.bin:$PATH"
  at_least "$(node --version | tr -d v)" "$node_needed" || die "Node $node_needed or newer is needed."
}

need_compiler() {
  need cc gcc libc6-dev
  need pkg-config pkg-config
  need curl curl ca-certificates
  install_missing
}

# newer_than FILE PATH…: whether anything under the paths changed after the file was written.
newer_than() {
  local stamp=$1
  shift
  [ -e "$stamp" ] || return 0
  # The folder itself changes when what is pruned appears in it.
  [ -n "$(find "$@" \( -name node_modules -o -name target -o -name dist -o -name test-results \
    -o -name playwright-report \) -prune -o -newer "$stamp" ! \( -type d -name web \) -print -quit 2>/dev/null)" ]
}

# node_packages FOLDER: installs what its lock file names, unless that is done.
node_packages() {
  local stamp="$1/node_modules/.kontor-installed"
  if ! newer_than "$stamp" "$1/package.json" "$1/package-lock.json"; then return; fi
  # Not `npm ci`: it refuses a lock when the registry lacks an optional package of another system.
  # `install --no-save` obeys the lock and writes neither it nor package.json.
  (cd "$1" && npm install --no-save --no-fund --no-audit --loglevel=error)
  touch "$stamp"
}

# build_web: web/dist, unless it is up to date.
build_web() {
  need_node
  node_packages web
  local stamp=target/web-built
  if [ -f web/dist/index.html ] && ! newer_than "$stamp" web; then return; fi
  mkdir -p target
  local begun
  begun=$(mktemp target/web-began.XXXXXX)
  (cd web && npm run --silent build)
  # The time before the build: what changes while it runs is built next time.
  mv "$begun" "$stamp"
}

# free_port: a port of the loopback address that nobody listens on.
free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 20000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { printf '%s\n' "$port"; return; }
  done
}

# cargo_tool NAME VERSION ARGUMENT…: a cargo subcommand from the system, else built once from source.
cargo_tool() {
  local name=$1 version=$2
  shift 2
  [ -d "$tools/bin" ] && PATH="$tools/bin:$PATH"
  have "$name" && return
  say "Building $name $version (once; it is kept in target/tools)"
  CARGO_PROFILE_DEV_DEBUG=0 CARGO_TARGET_DIR="$tools/build" \
    cargo install --quiet --locked --debug --root "$tools" "$name@$version" "$@"
  rm -rf "$tools/build"
  PATH="$tools/bin:$PATH"
}
