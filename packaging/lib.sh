# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# What packaging/run and packaging/test share: the packages and the build.

say() { printf '%s\n' "$*"; }

fail() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 2
}

# packages_of GROUP...: the packages of these groups of packages.txt.
packages_of() {
    awk -v groups=" $* " '!/^#/ && NF && index(groups, " " $1 " ") { print $2 }' "$PROJECT/packaging/packages.txt"
}

# One line a package that is installed: name and size in KiB.
installed_sizes() {
    { dpkg-query -W -f='${db:Status-Status} ${Package} ${Installed-Size}\n' "$@" 2>/dev/null || true; } |
        awk '$1 == "installed" && !seen[$2]++ { print $2, $3 }'
}

# Sizes in KiB on the disk of packages that apt knows: name and size, a line each.
known_sizes() {
    LC_ALL=C apt-cache show --no-all-versions "$@" 2>/dev/null |
        awk '$1 == "Package:" { name = $2 } $1 == "Installed-Size:" && !seen[name]++ { print name, $2 }'
}

# list_packages NAME...: size and purpose of each, and the size of everything that apt will install for them.
list_packages() {
    local all
    all=$(LC_ALL=C apt-get install --simulate --no-install-recommends "$@" </dev/null 2>&1 | awk '$1 == "Inst" { print $2 }')
    [ -n "$all" ] || fail "apt does not find all of these packages: $*. They are part of Debian 12 (main)."
    say "Packages to install, with their own size on the disk:"
    awk -v names=" $* " '
        NR == FNR { size[$1] = $2 / 1024; next }
        !/^#/ && NF && index(names, " " $2 " ") {
            name = $2; $1 = $2 = ""; sub(/^ +/, ""); printf "  %-22s %5.1f MB  %s\n", name, size[name], $0
        }' <(known_sizes "$@") "$PROJECT/packaging/packages.txt"
    # shellcheck disable=SC2086
    say "With what they need: $(wc -w <<<"$all") packages," \
        "$(LC_ALL=C apt-get install --print-uris -qq --no-install-recommends "$@" </dev/null 2>/dev/null |
            awk '{ sum += $3 } END { printf "%.0f", sum / 1e6 }') MB to download," \
        "$(known_sizes $all | awk '{ sum += $2 } END { printf "%.0f", sum / 1024 }') MB on the disk."
}

# As root directly, else by sudo.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

# install_packages GROUP...: installs what is missing. Needs no network when nothing is.
install_packages() {
    local wanted sizes missing
    command -v apt-get >/dev/null || fail "apt-get is missing: this script sets up Debian 12 and its relatives."
    wanted=$(packages_of "$@")
    # shellcheck disable=SC2086 # a list of names
    sizes=$(installed_sizes $wanted)
    missing=$(comm -23 <(sort <<<"$wanted") <(cut -d' ' -f1 <<<"$sizes" | sort) | xargs)
    if [ -z "$missing" ]; then
        say "Packages: all $(wc -l <<<"$wanted") are there, $(awk '{ sum += $2 } END { print int(sum / 1024) }' <<<"$sizes")" \
            "MB by themselves (packaging/packages.txt says what each is for):"
        xargs <<<"$wanted" | fold -s -w 110 | sed 's/^/  /'
        return
    fi
    [ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
        fail "installing packages needs root, and there is no sudo here. As root: apt-get install --no-install-recommends $missing"
    as_root apt-get update -qq </dev/null || say "apt-get update failed: going on with the package lists that are here."
    # shellcheck disable=SC2086
    list_packages $missing
    say "Installing them; apt's words go to build/apt.log."
    # shellcheck disable=SC2086
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing </dev/null \
        >"$PROJECT/build/apt.log" 2>&1 ||
        { tail -n 20 "$PROJECT/build/apt.log" >&2; fail "apt could not install them; its words are above and in build/apt.log."; }
    say "Installed."
}

# build PRESET: configures the first time only; ninja looks after the rest.
build() {
    local dir="$PROJECT/build/$1"
    # A tree that was moved or copied has a cache that points to its old place.
    if [ -f "$dir/CMakeCache.txt" ] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$PROJECT" "$dir/CMakeCache.txt"; then
        rm -rf "$dir"
    fi
    if [ ! -f "$dir/build.ninja" ]; then
        cmake --preset "$1" </dev/null >"$dir.log" 2>&1 ||
            { tail -n 20 "$dir.log" >&2; fail "CMake could not configure; all it said is in build/$1.log."; }
    fi
    cmake --build --preset "$1" --parallel "$(nproc)" </dev/null
}
