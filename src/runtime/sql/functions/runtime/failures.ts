/** The Java exceptions that scalar functions end in, under Flink's classes and messages. */
import { RunError } from '../../../base/diagnostic.ts';

/** `1 / 0` for integers. */
export function divisionByZero(): never {
  throw new RunError(
    'run/division-by-zero',
    '/ by zero',
    'java.lang.ArithmeticException',
    'Guard the division: NULLIF(divisor, 0).',
  );
}

/** `1.0 / 0` for decimals. */
export function decimalDivisionByZero(dividendIsZero: boolean): never {
  throw new RunError(
    'run/division-by-zero',
    dividendIsZero ? 'Division undefined' : 'Division by zero',
    'java.lang.ArithmeticException',
    'Guard the division: NULLIF(divisor, 0).',
  );
}

/** An argument that a function refuses at run time. */
export function illegalArgument(message: string): never {
  throw new RunError('run/illegal-argument', message, 'java.lang.IllegalArgumentException');
}

/** A failure that Flink reports as `TableRuntimeException`. */
export function tableRuntime(message: string): never {
  throw new RunError('run/table-runtime', message, 'org.apache.flink.table.api.TableRuntimeException');
}
