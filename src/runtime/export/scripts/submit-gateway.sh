#!/bin/sh
# Submits sql/job.sql to a running cluster through its SQL gateway, statement by statement. Needs curl and awk.
#
#   MILLRACE_GATEWAY      address of the gateway (http://127.0.0.1:8083)
#   MILLRACE_ON_CLUSTER   this folder as gateway and cluster see it (where it is here)
set -eu
bundle=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
gateway=${MILLRACE_GATEWAY:-http://127.0.0.1:8083}
MILLRACE_ROOT=${MILLRACE_ON_CLUSTER:-$bundle}
export MILLRACE_ROOT
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

# One field of an answer; the names that are asked for are ours.
field() { sed -n 's/.*"'"$1"'" *: *"\([^"]*\)".*/\1/p'; }
ask() { curl --silent --show-error --header 'Content-Type: application/json' "$@"; }

count=$(LC_ALL=C awk -v dir="$work" -f "$bundle/bin/lib/statements.awk" "$bundle/sql/job.sql")
session=$(ask --data '{}' "$gateway/v1/sessions" | field sessionHandle)
if [ -z "$session" ]; then
  echo "There is no SQL gateway at $gateway" >&2
  exit 1
fi
number=1
while [ "$number" -le "$count" ]; do
  operation=$(ask --data-binary "@$work/$number.json" "$gateway/v1/sessions/$session/statements" | field operationHandle)
  at="$gateway/v1/sessions/$session/operations/$operation"
  status=RUNNING
  while [ "$status" != FINISHED ]; do
    status=$(ask "$at/status" | field status)
    case $status in
      FINISHED) ;;
      PENDING | RUNNING | INITIALIZED) sleep 0.2 ;;
      *)
        echo "Statement $number of $count: ${status:-no answer}" >&2
        ask "$at/result/0?rowFormat=JSON" >&2
        echo >&2
        exit 1
        ;;
    esac
  done
  job=$(ask "$at/result/0?rowFormat=JSON" | field jobID)
  if [ -n "$job" ]; then echo "Statement $number of $count: job $job"; fi
  number=$((number + 1))
done
# The jobs run on without the session.
ask --request DELETE "$gateway/v1/sessions/$session" > "$work/closed"
