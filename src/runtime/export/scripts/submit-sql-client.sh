#!/bin/sh
# Submits sql/job.sql with the SQL client of a Flink distribution. Needs awk.
#
#   FLINK_HOME            the distribution (bin/sql-client.sh is in it)
#   MILLRACE_ON_CLUSTER   this folder as client and cluster see it (where it is here)
set -eu
bundle=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
MILLRACE_ROOT=${MILLRACE_ON_CLUSTER:-$bundle}
export MILLRACE_ROOT
if [ ! -x "${FLINK_HOME:-}/bin/sql-client.sh" ]; then
  echo "FLINK_HOME must name a Flink distribution: there is no ${FLINK_HOME:-}/bin/sql-client.sh" >&2
  exit 2
fi
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
LC_ALL=C awk -f "$bundle/bin/lib/statements.awk" "$bundle/sql/job.sql" > "$work/job.sql"
"$FLINK_HOME/bin/sql-client.sh" -f "$work/job.sql"
