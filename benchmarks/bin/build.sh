# Sourced by the scripts beside it, from the top of the repository: builds benchmarks.jar and sets $java.

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
command -v "$java" >/dev/null || {
  echo "no java found: set JAVA_HOME to a JDK 17 or later" >&2
  exit 4
}

echo "building benchmarks/target/benchmarks.jar ..." >&2
./mvnw -B -ntp -q -pl benchmarks -am -Dmaven.test.skip=true -Dmaven.javadoc.skip=true -Dmaven.source.skip=true package >&2 || {
  echo "the build failed" >&2
  exit 4
}
