/// <reference path="../../udf/raw-text.d.ts" />
/**
 * The Maven project of a bundle: a thin jar with the functions of the job, and one with `verify`. Flink's own jars are the
 * cluster's, and GraalJS goes into the cluster's lib folder: as part of a job it would be loaded again for every job
 * and never leave the memory.
 */
import type { TextFile } from '../export-file.ts';
import json from './java/Json.java?raw';
import gateway from './java/verify/Gateway.java?raw';
import rowsTableFactory from './java/verify/RowsTableFactory.java?raw';
import rowText from './java/verify/RowText.java?raw';
import sqlScript from './java/verify/SqlScript.java?raw';
import tables from './java/verify/Tables.java?raw';
import verify from './java/verify/Verify.java?raw';
import { type JvmFunction, jvmProject } from './jvm-project.ts';

/** Versions that a bundle is made for, and that it was tried with. */
export const FLINK_VERSION = '2.3.0';
const GRAALJS_VERSION = '25.0.4';

/** The jar, from the root of the bundle. */
export const JOB_JAR = 'jvm/target/millrace-job.jar';
/** Jars of GraalJS, from the root of the bundle; only with functions. */
export const GRAALJS_FOLDER = 'jvm/target/graaljs';

const VERIFY_FILES = {
  'Gateway.java': gateway,
  'RowText.java': rowText,
  'RowsTableFactory.java': rowsTableFactory,
  'SqlScript.java': sqlScript,
  'Tables.java': tables,
  'Verify.java': verify,
};

/** Files below `jvm/`, and the classes of the functions by the path in `CREATE FUNCTION … AS 'path'`. */
export interface MavenProject {
  readonly files: readonly TextFile[];
  readonly classesByPath: ReadonlyMap<string, string>;
}

/** The project for these functions; none is fine. */
export function mavenProject(functions: readonly JvmFunction[]): MavenProject {
  const byPath = new Map(functions.map((fn) => [fn.compiled.path, fn]));
  const unique = [...byPath.values()];
  const project = unique.length === 0 ? { files: [], classes: new Map<string, string>() } : jvmProject(unique);
  const classesByPath = new Map(unique.map(({ name, compiled }) => [compiled.path, project.classes.get(name) ?? '']));
  const own: TextFile[] = Object.entries(VERIFY_FILES).map(([name, text]) => ({
    path: `src/main/java/millrace/verify/${name}`,
    text,
  }));
  // The functions bring it along.
  if (unique.length === 0) own.push({ path: 'src/main/java/millrace/runtime/Json.java', text: json });
  own.push(
    { path: 'src/main/resources/META-INF/services/org.apache.flink.table.factories.Factory', text: FACTORIES },
    { path: 'pom.xml', text: pomText(unique.length > 0) },
  );
  const files = [...project.files, ...own].map((file) => ({ ...file, path: `jvm/${file.path}` }));
  return { files, classesByPath };
}

const FACTORIES = 'millrace.verify.RowsTableFactory\n';

/** No name of the project comes in here, so there is nothing to escape. */
function pomText(hasFunctions: boolean): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!-- Two thin jars: the functions of the job, and verify. Everything else is on the cluster. -->
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>millrace</groupId>
  <artifactId>millrace-job</artifactId>
  <version>1</version>
  <properties>
    <maven.compiler.release>17</maven.compiler.release>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
    <project.build.outputTimestamp>2024-01-01T00:00:00Z</project.build.outputTimestamp>
    <flink.version>${FLINK_VERSION}</flink.version>${hasFunctions ? `\n    <graaljs.version>${GRAALJS_VERSION}</graaljs.version>` : ''}
  </properties>
  <dependencies>
    <dependency>
      <groupId>org.apache.flink</groupId>
      <artifactId>flink-table-common</artifactId>
      <version>\${flink.version}</version>
      <scope>provided</scope>
    </dependency>${hasFunctions ? GRAALJS_DEPENDENCIES : ''}
  </dependencies>
  <build>
    <finalName>millrace-job</finalName>
    <plugins>
      <plugin>
        <groupId>org.apache.maven.plugins</groupId>
        <artifactId>maven-resources-plugin</artifactId>
        <version>3.3.1</version>
      </plugin>
      <plugin>
        <groupId>org.apache.maven.plugins</groupId>
        <artifactId>maven-compiler-plugin</artifactId>
        <version>3.13.0</version>
      </plugin>
      <plugin>
        <groupId>org.apache.maven.plugins</groupId>
        <artifactId>maven-surefire-plugin</artifactId>
        <version>3.2.5</version>
      </plugin>
      <plugin>
        <groupId>org.apache.maven.plugins</groupId>
        <artifactId>maven-jar-plugin</artifactId>
        <version>3.4.1</version>
        <executions>
          <execution>
            <id>default-jar</id>
            <configuration>
              <excludes>
                <exclude>millrace/verify/**</exclude>
                <exclude>META-INF/services/**</exclude>
              </excludes>
            </configuration>
          </execution>
          <execution>
            <!-- A jar of its own: Flink does not add a jar to a session and to a function of that session. -->
            <id>verify</id>
            <phase>package</phase>
            <goals>
              <goal>jar</goal>
            </goals>
            <configuration>
              <classifier>verify</classifier>
              <includes>
                <include>millrace/verify/**</include>
                <include>millrace/runtime/Json*.class</include>
                <include>META-INF/services/**</include>
              </includes>
            </configuration>
          </execution>
        </executions>
      </plugin>${hasFunctions ? GRAALJS_COPY : ''}
    </plugins>
  </build>
</project>
`;
}

const GRAALJS_DEPENDENCIES = `
    <dependency>
      <groupId>org.graalvm.polyglot</groupId>
      <artifactId>polyglot</artifactId>
      <version>\${graaljs.version}</version>
      <scope>provided</scope>
    </dependency>
    <dependency>
      <groupId>org.graalvm.polyglot</groupId>
      <artifactId>js-community</artifactId>
      <version>\${graaljs.version}</version>
      <type>pom</type>
      <scope>provided</scope>
    </dependency>`;

const GRAALJS_COPY = `
      <plugin>
        <!-- GraalJS, for the cluster's lib folder. -->
        <groupId>org.apache.maven.plugins</groupId>
        <artifactId>maven-dependency-plugin</artifactId>
        <version>3.7.0</version>
        <executions>
          <execution>
            <id>graaljs</id>
            <phase>package</phase>
            <goals>
              <goal>copy-dependencies</goal>
            </goals>
            <configuration>
              <includeTypes>jar</includeTypes>
              <includeGroupIds>org.graalvm.polyglot,org.graalvm.js,org.graalvm.regex,org.graalvm.sdk,org.graalvm.shadowed,org.graalvm.truffle</includeGroupIds>
              <outputDirectory>\${project.build.directory}/graaljs</outputDirectory>
            </configuration>
          </execution>
        </executions>
      </plugin>`;
