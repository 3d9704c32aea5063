/**
 * The command line: the same engine without a window. Standard output gets what was asked, everything
 * else goes to the error output; exit code 0 ok, 1 the program is wrong or failed, 2 wrong use.
 */
import { isMainThread } from 'node:worker_threads';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { durationMs } from '../../base/durations.ts';
import { nearestWord } from '../../base/nearest-word.ts';
import { type CheckpointOptions, KEPT_CHECKPOINTS } from '../host/checkpoint-folder.ts';
import { printDifferences } from './cli-differences.ts';
import { exportFile } from './cli-export.ts';
import { serveGuardedRun } from './cli-guarded.ts';
import { checkFile, EXPLAIN_PHASES, type ExplainPhase, explainFile } from './cli-inspect.ts';
import { openDesigner } from './cli-open.ts';
import { replayRecording } from './cli-replay.ts';
import { type ExitCode, openTerminal, type RunFormat, runBatch, runFile, type Terminal } from './cli-run.ts';
import { readSecretsFile, type SecretValues } from './cli-secrets.ts';

declare const MILLRACE_VERSION: string | undefined;

const VERSION = typeof MILLRACE_VERSION === 'string' ? MILLRACE_VERSION : '0.1.0';

interface RunFlags {
  readonly format: RunFormat;
  readonly seed: number;
  readonly limit?: number;
  readonly batch?: string;
  readonly record?: string;
  readonly quiet?: boolean;
  readonly checkpointDir?: string;
  readonly checkpointInterval?: number;
  readonly checkpointKeep?: number;
  readonly resume?: boolean;
  readonly secrets?: string;
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Give a whole number.');
  return Number(text);
}

function rowCount(text: string): number {
  const count = wholeNumber(text);
  if (count === 0) throw new InvalidArgumentError('Give at least 1.');
  return count;
}

function interval(text: string): number {
  const ms = durationMs(text) ?? 0;
  if (ms <= 0) throw new InvalidArgumentError('Give a time such as 500ms, 10s or 5min.');
  return ms;
}

function checkpointOptions(flags: RunFlags, command: Command): CheckpointOptions | null {
  if (flags.checkpointDir !== undefined) {
    return {
      folder: flags.checkpointDir,
      intervalMs: flags.checkpointInterval ?? null,
      keepCount: flags.checkpointKeep ?? KEPT_CHECKPOINTS,
      isResumed: flags.resume ?? false,
    };
  }
  if (flags.resume === true || flags.checkpointInterval !== undefined) {
    command.error('error: --resume and --checkpoint-interval need --checkpoint-dir with the folder of the checkpoints');
  }
  return null;
}

function secretValues({ secrets }: RunFlags, command: Command): SecretValues {
  if (secrets === undefined) return new Map();
  const read = readSecretsFile(secrets);
  return read.ok ? read.value : command.error(`error: ${read.error}`);
}

function build(terminal: Terminal, finish: (code: ExitCode) => void): Command {
  const program = new Command('millrace');
  program
    .description('Runs, checks and explains Flink SQL scripts on this machine.')
    .version(VERSION)
    .helpCommand('help [command]', 'what a command does and which options it has')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out.line(text.replace(/\n$/, '')),
      writeErr: (text) => terminal.error.line(text.replace(/\n$/, '')),
    })
    .option('--batch <listfile>', 'run every script named in the file, one JSON document a line')
    .action(async (flags: { readonly batch?: string }) => {
      if (flags.batch === undefined) program.help({ error: true });
      else
        finish(
          await runBatch(
            flags.batch,
            { format: 'json', seed: 0, limit: null, record: null, checkpoints: null, isQuiet: true },
            terminal,
          ),
        );
    });
  program
    .command('run')
    .description('run a script and print its results')
    .argument('[script]', 'a .sql file, or a folder with a job.sql')
    .addOption(
      new Option('--format <format>', 'how results are printed')
        .choices(['changelog', 'table', 'json'])
        .default('changelog'),
    )
    .addOption(new Option('--seed <number>', 'seed of all random numbers').argParser(wholeNumber).default(0))
    .addOption(new Option('--limit <rows>', 'stop a query after this many rows').argParser(rowCount))
    .option('--record <folder>', 'record the run into a new folder, for `millrace replay`')
    .option('--checkpoint-dir <folder>', 'keep checkpoints in this folder, so that a run that was ended can go on')
    .addOption(
      new Option(
        '--checkpoint-interval <time>',
        'how often, such as 10s; before `SET` in the script and 10s',
      ).argParser(interval),
    )
    .addOption(
      new Option('--checkpoint-keep <number>', 'how many checkpoints are kept')
        .argParser(rowCount)
        .default(KEPT_CHECKPOINTS),
    )
    .addOption(new Option('--resume', 'go on from the newest whole checkpoint in --checkpoint-dir').conflicts('record'))
    .option('--secrets <file>', 'values of the secrets that the script refers to, as NAME=value lines')
    .option('--quiet', 'do not say at the end how many rows there were, and where files were written')
    .option('--batch <listfile>', 'run every script named in the file, one JSON document a line')
    .action(async (script: string | undefined, flags: RunFlags, command: Command) => {
      const options = {
        format: flags.format,
        seed: flags.seed,
        limit: flags.limit ?? null,
        record: flags.record ?? null,
        checkpoints: checkpointOptions(flags, command),
        isQuiet: flags.quiet ?? false,
        secretValues: secretValues(flags, command),
      };
      // The program has the option too, for runners that give no command; commander may hand it there.
      const batch = flags.batch ?? program.opts<{ readonly batch?: string }>().batch;
      if (batch !== undefined && script !== undefined) {
        command.error('error: give either a script or --batch with a list of scripts, not both');
      }
      if (batch !== undefined && options.checkpoints != null) {
        command.error('error: --checkpoint-dir is for a single script');
      }
      if (batch !== undefined) finish(await runBatch(batch, { ...options, format: 'json', record: null }, terminal));
      else if (script === undefined) command.help({ error: true });
      else finish(await runFile(script, options, terminal));
    });
  program
    .command('check')
    .description('report what is wrong with a script, without running it')
    .argument('<script>', 'a .sql file, or a folder with a job.sql')
    .addOption(new Option('--format <format>', 'how diagnostics are printed').choices(['text', 'json']).default('text'))
    .action(async (script: string, flags: { readonly format: 'text' | 'json' }) => {
      finish(await checkFile(script, flags.format, terminal));
    });
  program
    .command('explain')
    .description('show how a script would be run')
    .argument('<script>', 'a .sql file, or a folder with a job.sql')
    .addOption(new Option('--phase <phase>', 'how far to go').choices([...EXPLAIN_PHASES]).default('plan'))
    .addOption(new Option('--format <format>', 'text or JSON').choices(['text', 'json']).default('text'))
    .action(async (script: string, flags: { readonly phase: ExplainPhase; readonly format: 'text' | 'json' }) => {
      finish(await explainFile(script, flags.phase, flags.format, terminal));
    });
  program
    .command('replay')
    .description('run a recording again, up to a row, and show what was there')
    .argument('<recording>', 'a folder that `millrace run --record` has made')
    .addOption(new Option('--to <row>', 'stop right after this row').argParser(wholeNumber))
    .option('--state <operator>', 'print the state of the operator with this name or number, or of this table or view')
    .option('--digest', 'print the sums over results and state, beside those of the first run')
    .action(
      async (
        recording: string,
        flags: { readonly to?: number; readonly state?: string; readonly digest?: boolean },
      ) => {
        const options = { to: flags.to ?? null, state: flags.state ?? null, digest: flags.digest ?? false };
        finish(await replayRecording(recording, options, terminal));
      },
    );
  program
    .command('export')
    .description('write a job as a bundle for another engine')
    .argument('<script>', 'a .sql file, or a folder with a job.sql')
    .addOption(new Option('--target <target>', 'what runs the bundle').choices(['flink']).makeOptionMandatory())
    .requiredOption('--out <folder>', 'folder to write into')
    .addOption(new Option('--recording <folder>', 'take the expected rows from this recording').conflicts('expected'))
    .option('--expected', 'run the job here, and put the rows of its sinks into the bundle')
    .option('--force', 'write also over files that an export did not write')
    .action(
      async (
        script: string,
        flags: {
          readonly out: string;
          readonly recording?: string;
          readonly expected?: boolean;
          readonly force?: boolean;
        },
      ) => {
        const { out, recording = null, expected = false, force = false } = flags;
        finish(await exportFile(script, { out, recording, expected, force }, terminal));
      },
    );
  program
    .command('differences')
    .description('list where Millrace answers differently from Flink, and why')
    .action(() => finish(printDifferences(terminal)));
  program
    .command('open')
    .description('open the designer')
    .argument('[project]', 'a folder with a job.sql, or a .sql file')
    .action(async (project: string | undefined) => {
      finish(await openDesigner(project, terminal));
    });
  return program;
}

/** Ends with a hint when the first word is no command: commander would only show the help of the program. */
function refuseUnknownCommand(program: Command, words: readonly string[]): void {
  const word = words[0] === 'help' ? words[1] : words[0];
  if (word === undefined || word.startsWith('-')) return;
  const known = ['help', ...program.commands.map((command) => command.name())];
  if (known.includes(word)) return;
  const isScript = word.endsWith('.sql') || word.includes('/');
  const near = isScript ? `run ${word}` : nearestWord(word, known);
  const hint = near === null ? "see 'millrace help'" : `did you mean '${near}'?`;
  program.error(`error: unknown command '${word}', ${hint}`);
}

async function main(): Promise<void> {
  const terminal = openTerminal();
  const program = build(terminal, (code) => {
    process.exitCode = code;
  });
  try {
    refuseUnknownCommand(program, process.argv.slice(2));
    await program.parseAsync(process.argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version are answers, anything else is wrong use.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  }
  terminal.out.flush();
  terminal.error.flush();
}

// The same file is also what a guarded thread starts from.
if (isMainThread) void main();
else serveGuardedRun();
