/** The fields of one connection, with a test of what is typed and what becomes of its password. */
import { Check, CircleAlert, LoaderCircle } from 'lucide-react';
import { useEffect, useState } from 'react';
import {
  type Connection,
  connectionOptions,
  connectionProblems,
  isEncrypted,
  NEW_CONNECTION,
  passwordName,
  SASL_MECHANISMS,
  SECURITY_PROTOCOLS,
  signsIn,
} from '../../runtime/connections/connection.ts';
import {
  type ConnectionFailure,
  type SaveRequest,
  type StoredConnection,
  saveConnection,
  testConnection,
  useConnections,
} from '../store/connections.ts';
import { announce } from '../store/notices.ts';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { plural } from '../ui/format.ts';
import styles from './connections-dialog.module.css';
import { Area, Choice, Password, Text } from './connections-fields.tsx';

const PROTOCOL_WORDS: Readonly<Record<Connection['protocol'], string>> = {
  PLAINTEXT: 'none (PLAINTEXT)',
  SSL: 'encrypted (SSL)',
  SASL_PLAINTEXT: 'login, not encrypted (SASL_PLAINTEXT)',
  SASL_SSL: 'login and encrypted (SASL_SSL)',
};

type Testing =
  | { readonly kind: 'none' }
  | { readonly kind: 'asking'; readonly startedAtMs: number }
  | { readonly kind: 'answered'; readonly topicCount: number; readonly elapsedMs: number }
  | { readonly kind: 'failed'; readonly failure: ConnectionFailure };

/** Edits a connection; `stored` null: a new one. */
export function ConnectionForm({
  stored,
  saveTitle,
  onSaved,
  onDelete,
  usedBy,
}: {
  readonly stored: StoredConnection | null;
  readonly saveTitle: string;
  readonly onSaved: (connection: Connection) => void;
  readonly onDelete: (() => void) | null;
  readonly usedBy: readonly string[];
}) {
  const list = useConnections((s) => s.list);
  const canSeal = useConnections((s) => s.canSeal);
  const [draft, setDraft] = useState<Connection>(stored === null ? NEW_CONNECTION : withoutKept(stored));
  // Null: as it is kept.
  const [password, setPassword] = useState<string | null>(null);
  const [registryPassword, setRegistryPassword] = useState<string | null>(null);
  const [keep, setKeep] = useState<SaveRequest['keep']>(firstKeep(stored, canSeal));
  const [hasTried, setHasTried] = useState(false);
  const [failure, setFailure] = useState<ConnectionFailure | null>(null);
  const [testing, setTesting] = useState<Testing>({ kind: 'none' });

  const taken = stored === null ? list.map(({ name }) => name) : [];
  const problems = connectionProblems(draft, taken);
  const problemOf = (field: keyof Connection): string | null =>
    hasTried ? (problems.find((problem) => problem.field === field)?.message ?? null) : null;
  const set = (part: Partial<Connection>): void => {
    setDraft({ ...draft, ...part });
    setTesting({ kind: 'none' });
  };

  const test = async (): Promise<void> => {
    setHasTried(true);
    // Its name has no part in reaching a cluster.
    if (problems.some(({ field }) => field !== 'name')) return;
    setTesting({ kind: 'asking', startedAtMs: Date.now() });
    const name = draft.name === '' ? 'new' : draft.name;
    const typed = password === null ? {} : { [passwordName(name)]: password };
    const answer = await testConnection({ options: connectionOptions({ ...draft, name }), typed });
    if (answer.ok) announce(`Connected: ${plural(answer.value.topicCount, 'topic')}.`);
    setTesting(answer.ok ? { kind: 'answered', ...answer.value } : { kind: 'failed', failure: answer.failure });
  };
  const save = async (): Promise<void> => {
    setHasTried(true);
    setFailure(null);
    if (problems.length > 0) return;
    const refused = await saveConnection({ connection: draft, password, registryPassword, keep });
    if (refused === null) onSaved(draft);
    else setFailure(refused);
  };

  return (
    <form
      className={styles.form}
      aria-label={stored === null ? 'New connection' : `Connection ${stored.name}`}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <div className={styles.fields}>
        <Text
          label="Name"
          value={draft.name}
          error={problemOf('name')}
          isReadOnly={stored !== null}
          hint={stored === null ? 'tables refer to it; it stays' : 'stays, because tables refer to it'}
          placeholder="orders"
          onChange={(name) => set({ name })}
        />
        <Text
          label="Bootstrap servers"
          value={draft.servers}
          error={problemOf('servers')}
          placeholder="broker-1:9092, broker-2:9092"
          onChange={(servers) => set({ servers })}
        />
        <Choice
          label="Security"
          value={draft.protocol}
          options={SECURITY_PROTOCOLS.map((protocol) => [protocol, PROTOCOL_WORDS[protocol]])}
          onChange={(protocol) => set({ protocol })}
        />
        {signsIn(draft) ? (
          <>
            <Choice
              label="Mechanism"
              value={draft.mechanism}
              options={SASL_MECHANISMS.map((mechanism) => [mechanism, mechanism])}
              onChange={(mechanism) => set({ mechanism })}
            />
            <Text label="User" value={draft.user} error={problemOf('user')} onChange={(user) => set({ user })} />
            <Password
              label="Password"
              kept={stored?.password ?? 'none'}
              value={password}
              onChange={(value) => {
                setPassword(value);
                setTesting({ kind: 'none' });
              }}
            />
          </>
        ) : null}
        {isEncrypted(draft) ? (
          <Area
            label="CA certificate"
            hint="PEM text, or the path of a file; empty: what the system trusts"
            value={draft.ca}
            placeholder="-----BEGIN CERTIFICATE-----"
            onChange={(ca) => set({ ca })}
          />
        ) : null}
        <Text
          label="Schema registry"
          value={draft.registryUrl}
          error={problemOf('registryUrl')}
          placeholder="optional: https://registry.example:8081"
          onChange={(registryUrl) => set({ registryUrl })}
        />
        {draft.registryUrl === '' ? null : (
          <>
            <Text
              label="Registry user"
              placeholder="optional"
              value={draft.registryUser}
              onChange={(registryUser) => set({ registryUser })}
            />
            {draft.registryUser === '' ? null : (
              <Password
                label="Registry password"
                kept={stored?.registryPassword ?? 'none'}
                value={registryPassword}
                onChange={setRegistryPassword}
              />
            )}
          </>
        )}
        {signsIn(draft) || draft.registryUser !== '' ? (
          <Keeping canSeal={canSeal} keep={keep} onChange={setKeep} />
        ) : null}
      </div>
      {failure === null ? null : (
        <p className={styles.failure} role="alert">
          <strong>{failure.message}</strong> {failure.hint}
        </p>
      )}
      <TestResult testing={testing} />
      <footer className={styles.foot}>
        {onDelete === null ? null : (
          <Button tone="quiet" onClick={onDelete}>
            Delete…
          </Button>
        )}
        <span className={styles.used}>
          {usedBy.length === 0 ? '' : `Used by ${usedBy.slice(0, 4).join(', ')}${usedBy.length > 4 ? ', …' : ''}`}
        </span>
        <Button disabled={testing.kind === 'asking'} onClick={() => void test()}>
          Test connection
        </Button>
        <Button tone="accent" type="submit">
          {saveTitle}
        </Button>
      </footer>
    </form>
  );
}

function withoutKept({
  password: _password,
  registryPassword: _registryPassword,
  ...connection
}: StoredConnection): Connection {
  return connection;
}

function firstKeep(stored: StoredConnection | null, canSeal: boolean): SaveRequest['keep'] {
  const kept = stored?.password ?? 'none';
  if (kept === 'session' || kept === 'plain') return kept;
  return canSeal ? 'sealed' : 'session';
}

function Keeping({
  canSeal,
  keep,
  onChange,
}: {
  readonly canSeal: boolean;
  readonly keep: SaveRequest['keep'];
  readonly onChange: (keep: SaveRequest['keep']) => void;
}) {
  const options: readonly (readonly [SaveRequest['keep'], string])[] = [
    ...(canSeal ? ([['sealed', 'in the keyring of this system']] as const) : []),
    ['session', 'only until Millrace ends'],
    ...(canSeal ? [] : ([['plain', 'in a file, not encrypted']] as const)),
  ];
  return (
    <>
      <Choice label="Keep it" value={keep} options={options} onChange={onChange} />
      <p className={styles.note}>
        {keep === 'plain'
          ? 'Whoever can read your files can read the password. '
          : canSeal
            ? ''
            : 'This system has no keyring that could seal it. '}
        The project holds only a reference to it, never the password.
      </p>
    </>
  );
}

function TestResult({ testing }: { readonly testing: Testing }) {
  switch (testing.kind) {
    case 'none':
      return null;
    case 'asking':
      return <Asking startedAtMs={testing.startedAtMs} />;
    case 'answered':
      return (
        <p className={classNames(styles.result, styles.good)} role="status">
          <Check aria-hidden="true" />
          <span>
            Connected in {testing.elapsedMs} ms. {plural(testing.topicCount, 'topic')} can be seen.
          </span>
        </p>
      );
    case 'failed':
      return (
        <p className={classNames(styles.result, styles.bad)} role="alert">
          <CircleAlert aria-hidden="true" />
          <span>
            <strong>{testing.failure.message}</strong> {testing.failure.hint}
          </span>
        </p>
      );
  }
}

/** A connection that is being made, with its time: a broker that is not there takes some seconds to be missed. */
export function Asking({ startedAtMs, what = 'Connecting' }: { readonly startedAtMs: number; readonly what?: string }) {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds(Math.floor((Date.now() - startedAtMs) / 1000)), 250);
    return () => clearInterval(timer);
  }, [startedAtMs]);
  return (
    <p className={styles.result} role="status">
      <LoaderCircle className={styles.turning} aria-hidden="true" />
      <span>
        {what}…{' '}
        <span className={styles.seconds} aria-hidden="true">
          {seconds < 1 ? '' : `${seconds} s of at most 15`}
        </span>
      </span>
    </p>
  );
}
