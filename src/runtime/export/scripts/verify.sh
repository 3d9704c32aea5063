#!/bin/sh
# Runs the job on a Flink and compares what its sinks get with expected/. Needs Java 17, and jvm/ built with Maven.
#
#   MILLRACE_GATEWAY      address of the SQL gateway (http://127.0.0.1:8083)
#   MILLRACE_ON_CLUSTER   this folder as gateway and cluster see it (where it is here)
set -eu
bundle=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
jar=$bundle/jvm/target/millrace-job-verify.jar
if [ ! -f "$jar" ]; then
  echo "$jar is missing: build it with mvn -f jvm/pom.xml package" >&2
  exit 2
fi
exec java -cp "$jar" millrace.verify.Verify \
  --bundle "$bundle" \
  --bundle-on-cluster "${MILLRACE_ON_CLUSTER:-$bundle}" \
  --gateway "${MILLRACE_GATEWAY:-http://127.0.0.1:8083}" \
  "$@"
