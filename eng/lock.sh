#!/usr/bin/env bash
# Writes the lock files of NuGet's packages again, after a version in Directory.Packages.props or a reference has changed. They are for
# this machine's restore, and for the restores of the images.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. eng/common.sh
find_dotnet
unset CI
dotnet restore Cities.sln --force-evaluate --verbosity quiet
for project in Cities.Api Cities.Importer; do
  for architecture in x64 arm64; do
    dotnet restore "$project" --arch "$architecture" -p:PublishProfile=Container --force-evaluate --verbosity quiet
  done
done
