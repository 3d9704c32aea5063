/** The texts of statements: DDL, INSERT, USE, SHOW. Part of `problems` in `messages.ts`. */
import { type Problem, unsupported, validation, validator } from './problem.ts';

/** By what they say. */
export const statementProblems = {
  tableExists: (path: string) =>
    validation(
      'object-exists',
      `Could not execute CreateTable in path ${path}`,
      'Write CREATE TABLE IF NOT EXISTS, or DROP it first.',
    ),
  viewExists: (database: string, name: string, catalog: string): Problem => ({
    code: 'validate/object-exists',
    message: `Table (or view) ${database}.${name} already exists in Catalog ${catalog}.`,
    flinkClass: 'org.apache.flink.table.catalog.exceptions.TableAlreadyExistException',
    hint: 'DROP it first, or choose another name.',
  }),
  temporaryExists: (path: string) =>
    validation('object-exists', `Temporary table '${path}' already exists`, 'DROP TEMPORARY TABLE first.'),
  describeUnknown: (path: string) =>
    validation('unknown-object', `Tables or views with the identifier '${path}' doesn't exist.`, 'Create it first.'),
  insertUnknown: (path: string, catalogs: readonly string[]) =>
    validation(
      'unknown-sink',
      `Cannot find table '${path}' in any of the catalogs [${catalogs.join(', ')}], nor as a temporary table.`,
      'Create the sink table before this statement.',
    ),
  insertIntoView: (path: string) =>
    validation('insert-into-view', `Cannot write into view '${path}'`, 'INSERT INTO needs a table.'),
  dropUnknown: (kind: string, path: string) =>
    validation(
      'unknown-object',
      `${kind} with identifier '${path}' does not exist.`,
      `Write DROP ${kind.toUpperCase()} IF EXISTS, or correct the name.`,
    ),
  dropTemporaryShadows: (path: string) =>
    validation(
      'drop-shadowed',
      `Temporary table with identifier '${path}' exists. Drop it first before removing the permanent table.`,
      'Write DROP TEMPORARY TABLE.',
    ),
  alterUnknown: (path: string) =>
    validation('unknown-object', `Table ${path} doesn't exist or is a temporary table.`, 'Create it first.'),
  duplicateColumn: (name: string) =>
    validation(
      'duplicate-column',
      `A regular Column named '${name}' already exists in the table.`,
      'Rename one of the columns.',
    ),
  keyEnforced: (): Problem => ({
    code: 'plan/key-enforced',
    phase: 'plan',
    message:
      "Flink doesn't support ENFORCED mode for PRIMARY KEY constraint. ENFORCED/NOT ENFORCED controls if the constraint checks are performed on the incoming/outgoing data. Flink does not own the data therefore the only supported mode is the NOT ENFORCED mode",
    flinkClass: 'org.apache.flink.sql.parser.error.SqlValidateException',
    hint: 'Write PRIMARY KEY (…) NOT ENFORCED.',
  }),
  twoKeys: (): Problem => ({
    code: 'plan/key-duplicate',
    phase: 'plan',
    message: 'Duplicate primary key definition',
    flinkClass: 'org.apache.flink.sql.parser.error.SqlValidateException',
    hint: 'Keep one PRIMARY KEY.',
  }),
  uniqueKey: (): Problem => ({
    code: 'plan/key-unique',
    phase: 'plan',
    message: 'UNIQUE constraint is not supported yet',
    flinkClass: 'org.apache.flink.sql.parser.error.SqlValidateException',
    hint: 'Use PRIMARY KEY (…) NOT ENFORCED.',
  }),
  keyUnknown: (name: string, at: string) =>
    validation(
      'key-unknown',
      `Primary key column '${name}' is not defined in the schema${at}`,
      'A key names physical columns of the table.',
    ),
  keyDuplicate: (names: readonly string[], twice: readonly string[]) =>
    validation(
      'key-duplicate',
      `Invalid primary key 'PK_${names.join('_')}'. A primary key must not contain duplicate columns. Found: [${twice.join(', ')}]`,
      'Name each column of the key once.',
    ),
  partitionColumnUnknown: (name: string, columns: readonly string[]) =>
    validation(
      'partition-unknown',
      `Partition column '${name}' not defined in the table schema. Available columns: [${columns.map((c) => `'${c}'`).join(', ')}]`,
      'PARTITIONED BY names columns of the table.',
    ),
  keyNotPhysical: (name: string) =>
    validation(
      'key-not-physical',
      `Invalid primary key 'PK_${name}'. Column '${name}' is not a physical column.`,
      'A key names physical columns of the table.',
    ),
  watermarkUnknown: (name: string, at: string, columns: readonly string[]) =>
    validation(
      'watermark-unknown',
      `The rowtime attribute field '${name}' is not defined in the table schema${at}\nAvailable fields: [${columns.map((c) => `'${c}'`).join(', ')}]`,
      'WATERMARK FOR names a column of this table.',
    ),
  watermarkType: (name: string, type: string) =>
    validation(
      'watermark-type',
      `Invalid data type of time field for watermark definition. The field must be of type TIMESTAMP(p) or TIMESTAMP_LTZ(p), the supported precision 'p' is from 0 to 3, but the time field type is ${type}`,
      `Declare ${name} as TIMESTAMP(3) or TIMESTAMP_LTZ(3), or compute such a column from it.`,
    ),
  watermarkExpression: (type: string) =>
    validation(
      'watermark-type',
      `Invalid data type of expression for watermark definition. The field must be of type TIMESTAMP(p) or TIMESTAMP_LTZ(p), the supported precision 'p' is from 0 to 3, but the watermark expression type is ${type}`,
    ),
  twoWatermarks: () =>
    validation('watermark-duplicate', 'Multiple WATERMARK definition is not supported yet.', 'Keep one WATERMARK.'),
  likeUnknown: (path: string, at: string) =>
    validation(
      'unknown-object',
      `Source table '${path}' of the LIKE clause not found in the catalog${at}`,
      'Create it first.',
    ),
  likeView: (path: string) =>
    validation('like-view', `Source table '${path}' of the LIKE clause is a VIEW. LIKE clause works only with tables.`),
  viewDuplicate: (name: string): Problem => ({
    code: 'validate/view-duplicate-column',
    message: `A column with the same name \`${name}\` has been defined.`,
    flinkClass: 'org.apache.flink.sql.parser.error.SqlValidateException',
    hint: 'Give one of them another alias.',
  }),
  viewColumnCount: (defined: number, query: number) =>
    validation(
      'view-columns',
      `VIEW definition and input fields not match:\n\tDef fields: ${defined}.\n\tInput fields: ${query}.`,
      'Write one name for each column of the query.',
    ),
  sinkMismatch: (table: string, cause: string, query: string, sink: string) =>
    validation(
      'sink-mismatch',
      `Column types of query result and sink for '${table}' do not match.\nCause: ${cause}\n\nQuery schema: [${query}]\nSink schema:  [${sink}]`,
      'Cast the column, or name the target columns: INSERT INTO t (a, b) ….',
    ),
  unknownTargetColumn: (name: string) =>
    validator('unknown-target-column', `Unknown target column '${name}'`, 'Name columns of the sink.'),
  duplicateTargetColumn: (name: string) =>
    validator('duplicate-target-column', `Target column '${name}' is assigned more than once`),
  noDefault: (name: string) =>
    validator(
      'no-default',
      `Column '${name}' has no default value and does not allow NULLs`,
      'Give it a value, or declare it nullable.',
    ),
  targetCount: (targets: number, values: number) =>
    validator(
      'target-count',
      `Number of INSERT target columns (${targets}) does not equal number of source items (${values})`,
    ),
  partitionUnknown: (name: string) =>
    validator('unknown-partition', `Unknown target column '${name}'`, 'PARTITION names partition columns of the sink.'),
  functionClass: (name: string): Problem => ({
    code: 'validate/function-class',
    message: name,
    flinkClass: 'java.lang.ClassNotFoundException',
    hint: "Functions of Java classes do not run here. Write CREATE FUNCTION f AS 'operators/f.ts' LANGUAGE TYPESCRIPT.",
  }),
  unknownCatalog: (name: string) =>
    validation('unknown-catalog', `A catalog with name [${name}] does not exist.`, 'SHOW CATALOGS lists them.'),
  unknownDatabase: (name: string, catalog: string) =>
    validation(
      'unknown-database',
      `A database with name [${name}] does not exist in the catalog: [${catalog}].`,
      'SHOW DATABASES lists them.',
    ),
  databaseExists: (name: string, catalog: string) =>
    validation('object-exists', `Database ${name} already exists in Catalog ${catalog}.`),
  databaseNotEmpty: (name: string, catalog: string) =>
    validation(
      'database-not-empty',
      `Database ${name} in catalog ${catalog} is not empty.`,
      'Write DROP DATABASE … CASCADE.',
    ),
  notRunnable: (what: string) =>
    unsupported(
      'statement-unsupported',
      `${what} statement is not supported in streaming mode.`,
      'Remove the statement.',
    ),
  updateStatement: (what: string) =>
    unsupported(
      'statement-unsupported',
      `${what} statement is not supported for streaming mode now.`,
      'Remove the statement.',
    ),
  alterColumnUnknown: (name: string) =>
    validation(
      'unknown-column',
      `Failed to execute ALTER TABLE statement.\nThe column \`${name}\` does not exist in the base table.`,
    ),
  alterColumnExists: (name: string) =>
    validation(
      'duplicate-column',
      `Failed to execute ALTER TABLE statement.\nColumn \`${name}\` already exists in the table.`,
    ),
  noWatermark: () =>
    validation(
      'alter-watermark',
      'Failed to execute ALTER TABLE statement.\nThe base table does not define any watermark strategy.',
    ),
  noKey: () =>
    validation(
      'alter-key',
      'Failed to execute ALTER TABLE statement.\nThe base table does not define any primary key.',
    ),
} as const;
