# Sourced by the scripts beside it, from the top of the repository: defines java, and build MODULE.

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
command -v "$java" >/dev/null || {
  echo "no java found: set JAVA_HOME to a JDK 17 or later" >&2
  exit 4
}

build() {
  echo "building $1 ..." >&2
  ./mvnw -B -ntp -q -pl "$1" -am -Dmaven.test.skip=true -Dmaven.javadoc.skip=true -Dmaven.source.skip=true package >&2 || {
    echo "the build failed" >&2
    exit 4
  }
}
