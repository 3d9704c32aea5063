/**
 * The syntax tree of a Flink SQL script: what was written, not what it means. Every node has the
 * span of its text; the tokens between keep whatever no node stands for (comments, white space),
 * so a script is never re-printed from the tree, only cut and patched by span.
 *
 * Names follow Calcite and Flink's grammar (`SqlNode` and its kinds). Trees of broken text hold
 * `ErrorExpr`/`UnknownStatement` where nothing could be read, so later phases still see the rest.
 */
import type { Span } from '../../base/span.ts';

/** One written name part. `name` is the name itself: back-ticks removed, doubled ones halved. */
export interface Identifier {
  readonly span: Span;
  readonly name: string;
  readonly quoted: boolean;
}

/** `a`, `a.b`, `catalog.db.table`. At least one part; a trailing `*` is not part of it. */
export interface QualifiedName {
  readonly span: Span;
  readonly parts: readonly Identifier[];
}

// ---------------------------------------------------------------- types

/** A written type: `DECIMAL(10, 2) NOT NULL`, `ROW<a INT, b ARRAY<STRING>>`. */
export interface TypeNode {
  readonly span: Span;
  /** Upper-case name as in Flink's type strings: `INT` for INTEGER, `DECIMAL` for DEC and NUMERIC, `TIMESTAMP_LTZ`, `INTERVAL`, … */
  readonly name: string;
  /** Precision/scale/length, in order of writing. */
  readonly args: readonly number[];
  /** ARRAY, MULTISET: one; MAP: key, value. */
  readonly elements: readonly TypeNode[];
  readonly fields: readonly { readonly name: Identifier; readonly type: TypeNode; readonly comment?: string }[];
  /** `DAY TO SECOND`, only for INTERVAL. */
  readonly intervalUnit?: string;
  /** Fraction digits of an INTERVAL's SECOND part. */
  readonly intervalFraction?: number;
  /** `undefined` when nothing was written. */
  readonly nullable?: boolean;
}

// ---------------------------------------------------------------- expressions

/** A value written in the text. */
export type LiteralValue =
  | { readonly kind: 'null' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  /** `text` as written: `1`, `1.50`, `1e3`; exactness is decided by the binder. */
  | { readonly kind: 'number'; readonly text: string }
  /** Unescaped content; `U&'…'` is already decoded. */
  | { readonly kind: 'string'; readonly value: string }
  /** Hex digits of X'…'. */
  | { readonly kind: 'binary'; readonly hex: string }
  | { readonly kind: 'date' | 'time' | 'timestamp' | 'timestamp_ltz'; readonly text: string }
  | {
      readonly kind: 'interval';
      readonly text: string;
      readonly negative: boolean;
      /** `DAY`, `DAY TO SECOND`, … */
      readonly unit: string;
      readonly precision?: number;
      readonly fraction?: number;
    };

/** Binary operators after folding synonyms (`!=` is `<>`). */
export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '||'
  | '='
  | '<>'
  | '<'
  | '<='
  | '>'
  | '>='
  | 'AND'
  | 'OR'
  | 'IS DISTINCT FROM'
  | 'IS NOT DISTINCT FROM'
  | 'OVERLAPS'
  | 'CONTAINS'
  | 'MEMBER OF'
  | 'SUBMULTISET OF'
  | 'EQUALS'
  | 'PRECEDES'
  | 'SUCCEEDS'
  | 'IMMEDIATELY PRECEDES'
  | 'IMMEDIATELY SUCCEEDS';

/** Tests written after their operand. */
export type PostfixTest =
  | 'IS NULL'
  | 'IS NOT NULL'
  | 'IS TRUE'
  | 'IS NOT TRUE'
  | 'IS FALSE'
  | 'IS NOT FALSE'
  | 'IS UNKNOWN'
  | 'IS NOT UNKNOWN'
  | 'IS JSON'
  | 'IS JSON VALUE'
  | 'IS JSON OBJECT'
  | 'IS JSON ARRAY'
  | 'IS JSON SCALAR'
  | 'IS NOT JSON'
  | 'IS NOT JSON VALUE'
  | 'IS NOT JSON OBJECT'
  | 'IS NOT JSON ARRAY'
  | 'IS NOT JSON SCALAR'
  | 'IS A SET'
  | 'IS NOT A SET'
  | 'IS EMPTY'
  | 'IS NOT EMPTY'
  | 'IS NORMALIZED'
  | 'IS NOT NORMALIZED';

/** An argument of a call: positional, or named (`SIZE => INTERVAL '1' HOUR`). */
export interface Argument {
  readonly span: Span;
  readonly name?: Identifier;
  readonly value: Expr;
}

/** `ORDER BY` item. */
export interface SortItem {
  readonly span: Span;
  readonly expr: Expr;
  readonly descending: boolean;
  readonly nulls?: 'FIRST' | 'LAST';
}

/** One end of a window frame. */
export type FrameBound =
  | { readonly kind: 'unbounded-preceding' | 'current-row' | 'unbounded-following'; readonly span: Span }
  | { readonly kind: 'preceding' | 'following'; readonly span: Span; readonly offset: Expr };

/** `(PARTITION BY … ORDER BY … ROWS …)`, or a reference to a window of the WINDOW clause. */
export interface WindowSpec {
  readonly span: Span;
  /** `OVER w` or `(w ORDER BY …)`. */
  readonly base?: Identifier;
  readonly partitionBy: readonly Expr[];
  readonly orderBy: readonly SortItem[];
  readonly frame?: {
    readonly unit: 'ROWS' | 'RANGE';
    readonly start: FrameBound;
    readonly end?: FrameBound;
    readonly span: Span;
  };
}

/** Behaviour words of JSON functions: `NULL ON EMPTY`, `DEFAULT x ON ERROR`, `WITH WRAPPER`, `RETURNING INT`, `NULL ON NULL`. */
export interface JsonOptions {
  readonly onEmpty?: {
    readonly kind: 'NULL' | 'ERROR' | 'DEFAULT' | 'EMPTY ARRAY' | 'EMPTY OBJECT';
    readonly value?: Expr;
  };
  readonly onError?: {
    readonly kind: 'NULL' | 'ERROR' | 'DEFAULT' | 'EMPTY ARRAY' | 'EMPTY OBJECT' | 'TRUE' | 'FALSE' | 'UNKNOWN';
    readonly value?: Expr;
  };
  readonly wrapper?: 'WITHOUT' | 'WITH CONDITIONAL' | 'WITH UNCONDITIONAL';
  readonly returning?: TypeNode;
  readonly onNull?: 'NULL' | 'ABSENT';
}

/** Any expression. */
export type Expr =
  | { readonly kind: 'literal'; readonly span: Span; readonly value: LiteralValue }
  /** `a`, `t.a`, `t.row.field`: the binder decides which part is what. */
  | { readonly kind: 'column'; readonly span: Span; readonly name: QualifiedName }
  /** `*` or `t.*`, only in select lists and COUNT(*). */
  | { readonly kind: 'star'; readonly span: Span; readonly qualifier?: QualifiedName }
  | { readonly kind: 'unary'; readonly span: Span; readonly operator: '-' | '+' | 'NOT'; readonly operand: Expr }
  | {
      readonly kind: 'binary';
      readonly span: Span;
      readonly operator: BinaryOperator;
      readonly operatorSpan: Span;
      readonly left: Expr;
      readonly right: Expr;
    }
  | { readonly kind: 'postfix'; readonly span: Span; readonly test: PostfixTest; readonly operand: Expr }
  | {
      readonly kind: 'between';
      readonly span: Span;
      readonly negated: boolean;
      readonly symmetric: boolean;
      readonly operand: Expr;
      readonly low: Expr;
      readonly high: Expr;
    }
  | {
      readonly kind: 'like';
      readonly span: Span;
      readonly operator: 'LIKE' | 'SIMILAR TO' | 'RLIKE' | 'ILIKE';
      readonly negated: boolean;
      readonly operand: Expr;
      readonly pattern: Expr;
      readonly escape?: Expr;
    }
  | {
      readonly kind: 'in';
      readonly span: Span;
      readonly negated: boolean;
      readonly operand: Expr;
      readonly source:
        | { readonly kind: 'list'; readonly items: readonly Expr[] }
        | { readonly kind: 'query'; readonly query: Query };
    }
  /** `x > ALL (query)`, `= SOME (…)`. */
  | {
      readonly kind: 'quantified';
      readonly span: Span;
      readonly operator: BinaryOperator;
      readonly quantifier: 'ALL' | 'SOME' | 'ANY';
      readonly operand: Expr;
      readonly source:
        | { readonly kind: 'list'; readonly items: readonly Expr[] }
        | { readonly kind: 'query'; readonly query: Query };
    }
  | { readonly kind: 'exists'; readonly span: Span; readonly query: Query }
  | { readonly kind: 'subquery'; readonly span: Span; readonly query: Query }
  | {
      readonly kind: 'case';
      readonly span: Span;
      /** `CASE x WHEN 1 THEN …`. */
      readonly operand?: Expr;
      readonly branches: readonly { readonly when: readonly Expr[]; readonly then: Expr }[];
      readonly otherwise?: Expr;
    }
  | {
      readonly kind: 'cast';
      readonly span: Span;
      readonly safe: boolean;
      readonly operand: Expr;
      readonly type: TypeNode;
    }
  /**
   * Every call: `f(x)`, `COUNT(*)`, `COUNT(DISTINCT x) FILTER (WHERE c) OVER w`, and the special
   * forms with words between their arguments, under their function's name with the words as symbol
   * expressions in place: EXTRACT(YEAR FROM x) → [symbol YEAR, x]; TRIM(BOTH 'a' FROM x) → [symbol BOTH, 'a', x];
   * TIMESTAMPADD(DAY, 1, x) → [symbol DAY, 1, x]; FLOOR(x TO DAY) → [x, symbol DAY];
   * POSITION(a IN b), OVERLAY(a PLACING b FROM c FOR d), SUBSTRING(a FROM b FOR c), CEIL likewise;
   * JSON_OBJECT(KEY k VALUE v, …) → [k, v, …] with `json`; CURRENT_TIMESTAMP and its like without parentheses → [].
   */
  | {
      readonly kind: 'call';
      readonly span: Span;
      readonly name: QualifiedName;
      readonly args: readonly Argument[];
      readonly distinct: boolean;
      /** False for `CURRENT_DATE`, `LOCALTIME`, …: written without parentheses. */
      readonly parens: boolean;
      readonly orderBy?: readonly SortItem[];
      readonly withinGroup?: readonly SortItem[];
      readonly filter?: Expr;
      readonly ignoreNulls?: boolean;
      readonly over?: WindowSpec;
      readonly json?: JsonOptions;
    }
  /** A keyword as an argument: `DAY`, `BOTH`, `SECOND`. Upper case. */
  | { readonly kind: 'symbol'; readonly span: Span; readonly symbol: string }
  /** `ROW(a, b)`, `(a, b)`. */
  | { readonly kind: 'row'; readonly span: Span; readonly explicit: boolean; readonly items: readonly Expr[] }
  /** `ARRAY[…]`, `ARRAY(query)`. */
  | { readonly kind: 'array'; readonly span: Span; readonly items: readonly Expr[]; readonly query?: Query }
  | { readonly kind: 'map'; readonly span: Span; readonly items: readonly Expr[]; readonly query?: Query }
  | { readonly kind: 'multiset'; readonly span: Span; readonly items: readonly Expr[]; readonly query?: Query }
  /** `a[1]`, `m['k']`. */
  | { readonly kind: 'item'; readonly span: Span; readonly operand: Expr; readonly index: Expr }
  /** `(f(x)).name`, `a[1].name`: a field of something that is not a plain name. */
  | { readonly kind: 'field'; readonly span: Span; readonly operand: Expr; readonly name: Identifier }
  /** `ts AT TIME ZONE 'UTC'`, `AT LOCAL`. */
  | { readonly kind: 'at-time-zone'; readonly span: Span; readonly operand: Expr; readonly zone?: Expr }
  /** `DESCRIPTOR(ts)`. */
  | { readonly kind: 'descriptor'; readonly span: Span; readonly columns: readonly Identifier[] }
  /** `TABLE t PARTITION BY k ORDER BY o`, `(query)` as an argument of a table function. */
  | {
      readonly kind: 'table-arg';
      readonly span: Span;
      readonly table: TableRef;
      readonly partitionBy?: readonly Expr[];
      readonly orderBy?: readonly SortItem[];
    }
  /** `(x)`: kept so that edits and precedence stay true to the text. */
  | { readonly kind: 'paren'; readonly span: Span; readonly operand: Expr }
  /** `INTERVAL expr DAY` with a computed amount. */
  | { readonly kind: 'interval'; readonly span: Span; readonly amount: Expr; readonly unit: string }
  /** `PREV(A.x, 1)`, `A.price` inside MATCH_RECOGNIZE are calls and columns; this is `RUNNING`/`FINAL x`. */
  | { readonly kind: 'running-final'; readonly span: Span; readonly mode: 'RUNNING' | 'FINAL'; readonly operand: Expr }
  /** `NEXT VALUE FOR`, `?`, or whatever else is read and never run. */
  | { readonly kind: 'unsupported'; readonly span: Span; readonly what: string }
  /** Nothing readable; a diagnostic was reported. */
  | { readonly kind: 'error'; readonly span: Span };

/** One kind of expression, for example `ExprOf<'call'>`. */
export type ExprOf<K extends Expr['kind']> = Extract<Expr, { kind: K }>;

// ---------------------------------------------------------------- queries

/** `/*+ OPTIONS('k'='v'), STATE_TTL('a'='1d') *\/`. */
export interface Hint {
  readonly span: Span;
  readonly name: string;
  readonly args: readonly { readonly key?: string; readonly value: string }[];
}

/** `AS t (a, b)`. */
export interface TableAlias {
  readonly span: Span;
  readonly name: Identifier;
  readonly columns?: readonly Identifier[];
}

/** What stands in FROM. */
export type TableRef =
  | {
      readonly kind: 'table';
      readonly span: Span;
      readonly name: QualifiedName;
      readonly hints: readonly Hint[];
      readonly alias?: TableAlias;
      /** `FOR SYSTEM_TIME AS OF expr`. */
      readonly asOf?: Expr;
      /** Written as `TABLE t` (argument of a table function, explicit table). */
      readonly explicit?: boolean;
    }
  | {
      readonly kind: 'derived';
      readonly span: Span;
      readonly lateral: boolean;
      readonly query: Query;
      readonly alias?: TableAlias;
    }
  /** `TABLE(TUMBLE(…))`, `TUMBLE(…)`, `LATERAL TABLE(f(x))`. */
  | {
      readonly kind: 'function';
      readonly span: Span;
      readonly lateral: boolean;
      readonly call: ExprOf<'call'>;
      readonly alias?: TableAlias;
    }
  | {
      readonly kind: 'unnest';
      readonly span: Span;
      readonly operands: readonly Expr[];
      readonly withOrdinality: boolean;
      readonly alias?: TableAlias;
    }
  | {
      readonly kind: 'join';
      readonly span: Span;
      readonly type: 'INNER' | 'LEFT' | 'RIGHT' | 'FULL' | 'CROSS' | 'COMMA' | 'LEFT SEMI' | 'ASOF';
      readonly natural: boolean;
      readonly left: TableRef;
      readonly right: TableRef;
      readonly condition?:
        | { readonly kind: 'on'; readonly expr: Expr }
        | { readonly kind: 'using'; readonly columns: readonly Identifier[] };
    }
  | {
      readonly kind: 'match-recognize';
      readonly span: Span;
      readonly input: TableRef;
      readonly match: MatchRecognize;
      readonly alias?: TableAlias;
    }
  | {
      readonly kind: 'values';
      readonly span: Span;
      readonly rows: readonly (readonly Expr[])[];
      readonly alias?: TableAlias;
    }
  | { readonly kind: 'paren'; readonly span: Span; readonly table: TableRef; readonly alias?: TableAlias }
  | { readonly kind: 'error'; readonly span: Span };

/** Row pattern. */
export type Pattern =
  | { readonly kind: 'variable'; readonly span: Span; readonly name: Identifier }
  | { readonly kind: 'concat' | 'alternate' | 'permute'; readonly span: Span; readonly items: readonly Pattern[] }
  | {
      readonly kind: 'repeat';
      readonly span: Span;
      readonly item: Pattern;
      readonly min: number;
      /** `undefined`: no upper bound. */
      readonly max?: number;
      readonly greedy: boolean;
    }
  | { readonly kind: 'exclude' | 'group'; readonly span: Span; readonly item: Pattern }
  | { readonly kind: 'anchor-start' | 'anchor-end' | 'empty'; readonly span: Span };

/** The body of MATCH_RECOGNIZE. */
export interface MatchRecognize {
  readonly span: Span;
  readonly partitionBy: readonly Expr[];
  readonly orderBy: readonly SortItem[];
  readonly measures: readonly { readonly expr: Expr; readonly alias: Identifier }[];
  readonly rowsPerMatch?: 'ONE' | 'ALL' | 'ALL SHOW EMPTY' | 'ALL OMIT EMPTY' | 'ALL WITH UNMATCHED';
  readonly afterMatch?:
    | { readonly kind: 'next-row' | 'past-last-row'; readonly span: Span }
    | { readonly kind: 'to-first' | 'to-last'; readonly span: Span; readonly variable: Identifier };
  readonly pattern: Pattern;
  readonly within?: Expr;
  readonly subsets: readonly { readonly name: Identifier; readonly items: readonly Identifier[] }[];
  readonly define: readonly { readonly name: Identifier; readonly condition: Expr }[];
}

/** An item of the select list. */
export interface SelectItem {
  readonly span: Span;
  readonly expr: Expr;
  readonly alias?: Identifier;
}

/** `GROUP BY` item. */
export type GroupItem =
  | { readonly kind: 'expr'; readonly span: Span; readonly expr: Expr }
  | { readonly kind: 'grouping-sets'; readonly span: Span; readonly items: readonly GroupItem[] }
  | { readonly kind: 'cube' | 'rollup'; readonly span: Span; readonly items: readonly (readonly Expr[])[] }
  /** `(a, b)` or `()`; inside GROUPING SETS also a lone `a` or `(a)`. */
  | { readonly kind: 'set'; readonly span: Span; readonly exprs: readonly Expr[] };

/** `SELECT … FROM … WHERE … GROUP BY … HAVING … WINDOW … QUALIFY`. The clause spans begin at their keyword. */
export interface Select {
  readonly kind: 'select';
  readonly span: Span;
  readonly hints: readonly Hint[];
  readonly quantifier?: 'DISTINCT' | 'ALL';
  readonly items: readonly SelectItem[];
  readonly itemsSpan: Span;
  readonly from?: TableRef;
  readonly fromSpan?: Span;
  readonly where?: Expr;
  readonly whereSpan?: Span;
  readonly groupBy?: { readonly span: Span; readonly distinct: boolean; readonly items: readonly GroupItem[] };
  readonly having?: Expr;
  readonly havingSpan?: Span;
  readonly windows: readonly { readonly name: Identifier; readonly spec: WindowSpec }[];
  readonly qualify?: Expr;
}

/** The operand of set operations. */
export type QueryBody =
  | Select
  | { readonly kind: 'values'; readonly span: Span; readonly rows: readonly (readonly Expr[])[] }
  | { readonly kind: 'table'; readonly span: Span; readonly name: QualifiedName }
  | {
      readonly kind: 'set-operation';
      readonly span: Span;
      readonly operator: 'UNION' | 'INTERSECT' | 'EXCEPT';
      readonly all: boolean;
      readonly left: QueryBody;
      readonly right: QueryBody;
    }
  /** A query in parentheses. */
  | { readonly kind: 'nested'; readonly span: Span; readonly query: Query };

/** `WITH … body ORDER BY … LIMIT … OFFSET … FETCH`. */
export interface Query {
  readonly kind: 'query';
  readonly span: Span;
  readonly with: readonly {
    readonly span: Span;
    readonly name: Identifier;
    readonly columns?: readonly Identifier[];
    readonly query: Query;
  }[];
  readonly body: QueryBody;
  readonly orderBy: readonly SortItem[];
  readonly limit?: Expr;
  readonly offset?: Expr;
}

// ---------------------------------------------------------------- statements

/** `'key' = 'value'` in WITH. */
export interface TableOption {
  readonly span: Span;
  readonly key: string;
  readonly keySpan: Span;
  readonly value: string;
  readonly valueSpan: Span;
}

/** A column of CREATE TABLE. */
export type ColumnDef =
  | {
      readonly kind: 'physical';
      readonly span: Span;
      readonly name: Identifier;
      readonly type: TypeNode;
      readonly primaryKey?: { readonly span: Span; readonly enforced?: boolean };
      readonly comment?: string;
    }
  | {
      readonly kind: 'computed';
      readonly span: Span;
      readonly name: Identifier;
      readonly expr: Expr;
      readonly comment?: string;
    }
  | {
      readonly kind: 'metadata';
      readonly span: Span;
      readonly name: Identifier;
      readonly type: TypeNode;
      readonly key?: string;
      readonly virtual: boolean;
      readonly comment?: string;
    };

/** `PRIMARY KEY (a, b) NOT ENFORCED`. */
export interface KeyConstraint {
  readonly span: Span;
  readonly kind: 'PRIMARY KEY' | 'UNIQUE';
  readonly name?: Identifier;
  readonly columns: readonly Identifier[];
  /** `undefined` when not written. */
  readonly enforced?: boolean;
}

/** `WATERMARK FOR ts AS expr`. */
export interface WatermarkDef {
  readonly span: Span;
  readonly column: QualifiedName;
  readonly expr: Expr;
}

/** `CREATE TABLE`. */
export interface CreateTable {
  readonly kind: 'create-table';
  readonly span: Span;
  readonly temporary: boolean;
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  readonly name: QualifiedName;
  readonly columns: readonly ColumnDef[];
  /** `(a, b)` before AS: only the order of names (CTAS). */
  readonly columnNames?: readonly Identifier[];
  readonly constraints: readonly KeyConstraint[];
  readonly watermarks: readonly WatermarkDef[];
  readonly comment?: string;
  readonly distribution?: {
    readonly span: Span;
    readonly kind?: 'HASH' | 'RANGE';
    readonly columns: readonly Identifier[];
    readonly buckets?: number;
  };
  readonly partitionedBy: readonly Identifier[];
  readonly options: readonly TableOption[];
  /** `WITH (…)` including the keyword and parentheses. */
  readonly optionsSpan?: Span;
  readonly like?: {
    readonly span: Span;
    readonly name: QualifiedName;
    readonly rules: readonly { readonly strategy: string; readonly feature: string }[];
  };
  readonly as?: Query;
}

/** `CREATE VIEW`. */
export interface CreateView {
  readonly kind: 'create-view';
  readonly span: Span;
  readonly temporary: boolean;
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  readonly name: QualifiedName;
  readonly columns?: readonly Identifier[];
  readonly comment?: string;
  readonly query: Query;
}

/** `CREATE FUNCTION f AS 'operators/f.ts' LANGUAGE TYPESCRIPT`. */
export interface CreateFunction {
  readonly kind: 'create-function';
  readonly span: Span;
  readonly temporary: boolean;
  readonly system: boolean;
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  readonly name: QualifiedName;
  /** Class name or path. */
  readonly as: string;
  readonly asSpan: Span;
  readonly language?: string;
  readonly jars: readonly string[];
}

/** `INSERT INTO t [PARTITION (…)] [(columns)] query`. */
export interface Insert {
  readonly kind: 'insert';
  readonly span: Span;
  readonly overwrite: boolean;
  readonly target: QualifiedName;
  readonly hints: readonly Hint[];
  readonly partition: readonly { readonly name: Identifier; readonly value?: Expr }[];
  readonly columns?: readonly Identifier[];
  readonly query: Query;
  readonly onConflict?: string;
}

/** Any statement of a script. */
export type Statement =
  | CreateTable
  | CreateView
  | CreateFunction
  | Insert
  | { readonly kind: 'select'; readonly span: Span; readonly query: Query }
  | {
      readonly kind: 'statement-set';
      readonly span: Span;
      readonly form: 'EXECUTE' | 'BEGIN';
      readonly inserts: readonly Insert[];
    }
  | {
      readonly kind: 'set';
      readonly span: Span;
      readonly key?: string;
      readonly value?: string;
      readonly keySpan?: Span;
      readonly valueSpan?: Span;
    }
  | { readonly kind: 'reset'; readonly span: Span; readonly key?: string }
  | {
      readonly kind: 'explain';
      readonly span: Span;
      /** `PLAN_ADVICE`, `CHANGELOG_MODE`, `ESTIMATED_COST`, `JSON_EXECUTION_PLAN`. */
      readonly details: readonly string[];
      readonly target: Statement;
    }
  | {
      readonly kind: 'describe';
      readonly span: Span;
      readonly extended: boolean;
      readonly what: 'TABLE' | 'CATALOG' | 'DATABASE' | 'FUNCTION' | 'JOB';
      readonly name: QualifiedName;
    }
  | {
      readonly kind: 'show';
      readonly span: Span;
      /** `TABLES`, `VIEWS`, `FUNCTIONS`, `USER FUNCTIONS`, `CREATE TABLE`, `COLUMNS`, `CURRENT CATALOG`, … */
      readonly what: string;
      readonly name?: QualifiedName;
      readonly like?: { readonly pattern: string; readonly negated: boolean; readonly caseInsensitive: boolean };
    }
  | {
      readonly kind: 'drop';
      readonly span: Span;
      readonly what:
        | 'TABLE'
        | 'VIEW'
        | 'FUNCTION'
        | 'DATABASE'
        | 'CATALOG'
        | 'MATERIALIZED TABLE'
        | 'MODEL'
        | 'CONNECTION';
      readonly temporary: boolean;
      readonly system: boolean;
      readonly ifExists: boolean;
      readonly name: QualifiedName;
      readonly behavior?: 'CASCADE' | 'RESTRICT';
    }
  | {
      readonly kind: 'alter-table';
      readonly span: Span;
      readonly ifExists: boolean;
      readonly name: QualifiedName;
      readonly action: AlterTableAction;
    }
  | {
      readonly kind: 'alter-view';
      readonly span: Span;
      readonly name: QualifiedName;
      readonly action:
        | { readonly kind: 'rename'; readonly to: QualifiedName }
        | { readonly kind: 'as'; readonly query: Query };
    }
  | {
      readonly kind: 'use';
      readonly span: Span;
      readonly what: 'CATALOG' | 'DATABASE' | 'MODULES';
      readonly names: readonly QualifiedName[];
    }
  | {
      readonly kind: 'create-database' | 'create-catalog';
      readonly span: Span;
      readonly ifNotExists: boolean;
      readonly name: QualifiedName;
      readonly comment?: string;
      readonly options: readonly TableOption[];
    }
  | { readonly kind: 'create-table-as'; readonly span: Span; readonly table: CreateTable }
  /** Parsed as a whole, known by name, never run: ADD JAR, CALL, ANALYZE, UPDATE, DELETE, TRUNCATE, COMPILE PLAN, … */
  | { readonly kind: 'other'; readonly span: Span; readonly what: string }
  /** Text that does not parse; diagnostics say why. `partial`: what was read before the mistake, for outlines and names only. */
  | { readonly kind: 'unknown'; readonly span: Span; readonly partial?: Statement };

/** What ALTER TABLE does. */
export type AlterTableAction =
  | { readonly kind: 'rename'; readonly to: QualifiedName }
  | { readonly kind: 'rename-column'; readonly from: QualifiedName; readonly to: Identifier }
  | { readonly kind: 'set'; readonly options: readonly TableOption[] }
  | { readonly kind: 'reset'; readonly keys: readonly string[] }
  | {
      readonly kind: 'add' | 'modify';
      readonly columns: readonly {
        readonly column: ColumnDef;
        readonly position?: { readonly kind: 'FIRST' } | { readonly kind: 'AFTER'; readonly column: QualifiedName };
      }[];
      readonly constraints: readonly KeyConstraint[];
      readonly watermark?: WatermarkDef;
    }
  | {
      readonly kind: 'drop';
      readonly columns: readonly QualifiedName[];
      readonly primaryKey: boolean;
      readonly constraint?: Identifier;
      readonly watermark: boolean;
    }
  | { readonly kind: 'other'; readonly what: string };

/** One kind of statement. */
export type StatementOf<K extends Statement['kind']> = Extract<Statement, { kind: K }>;

/**
 * One statement with its place in the script. `extent` runs from the end of the previous statement's
 * `;` to the end of this one's own `;` (included), so that all extents laid end to end are the script.
 */
export interface ScriptStatement {
  /** From 1, as expected.json and messages count. Empty extents (only comments at the end) are no statement. */
  readonly number: number;
  readonly statement: Statement;
  readonly extent: Span;
  /** Comments and blank lines before the first token. */
  readonly leading: Span;
}

/** A whole script. */
export interface Script {
  readonly text: string;
  readonly statements: readonly ScriptStatement[];
}
