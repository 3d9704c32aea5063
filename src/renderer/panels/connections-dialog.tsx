/** Connections to Kafka clusters: made once here, used by many tables. */
import { Cable, Plus } from 'lucide-react';
import { useEffect } from 'react';
import { type Connection, isEncrypted, signsIn } from '../../runtime/connections/connection.ts';
import { useAnalysis } from '../store/analysis.ts';
import { askUser } from '../store/confirm.ts';
import {
  connectTable,
  deleteConnection,
  loadConnections,
  type StoredConnection,
  tablesOf,
  useConnections,
} from '../store/connections.ts';
import { Button } from '../ui/button.tsx';
import { LargeDialog } from '../ui/large-dialog.tsx';
import styles from './connections-dialog.module.css';
import { ConnectionForm } from './connections-form.tsx';

/** The open dialog. */
export function ConnectionsDialog() {
  const list = useConnections((s) => s.list);
  const shown = useConnections((s) => s.dialog?.name ?? null);
  const forNode = useConnections((s) => s.dialog?.forNode ?? null);
  const nodes = useAnalysis((s) => s.graph.nodes);
  useEffect(() => void loadConnections(), []);
  const stored = list.find(({ name }) => name === shown) ?? null;
  const usedBy = stored === null ? [] : tablesOf(stored, nodes).map(({ name }) => name);
  const show = (name: string | null): void => useConnections.setState({ dialog: { name, forNode } });
  const close = (): void => useConnections.setState({ dialog: null });
  const saved = (connection: Connection): void => {
    if (forNode === null) show(connection.name);
    else {
      // It was made for a table: that is where the user goes on.
      close();
      void connectTable(forNode, connection);
    }
  };

  const remove = async (name: string): Promise<void> => {
    const choice = await askUser({
      title: `Delete the connection ${name}?`,
      message:
        usedBy.length === 0
          ? 'Its password is forgotten too.'
          : `Its password is forgotten too. ${usedBy.join(', ')} keep their options and will not be able to sign in.`,
      answers: [{ id: 'delete', title: 'Delete', tone: 'bad' }],
    });
    if (choice !== 'delete') return;
    await deleteConnection(name);
    show(useConnections.getState().list[0]?.name ?? null);
  };

  return (
    <LargeDialog title="Connections" onClose={close}>
      <div className={styles.columns}>
        <nav className={styles.list} aria-label="Connections">
          {list.map((connection) => (
            <button
              key={connection.name}
              type="button"
              className={styles.item}
              aria-current={connection.name === shown}
              onClick={() => show(connection.name)}
            >
              <Cable aria-hidden="true" />
              <span className={styles.itemName}>{connection.name}</span>
              <span className={styles.itemNote}>{noteOf(connection)}</span>
            </button>
          ))}
          <Button
            tone="quiet"
            icon={<Plus />}
            className={styles.new}
            aria-current={stored === null}
            onClick={() => show(null)}
          >
            New connection
          </Button>
        </nav>
        <ConnectionForm
          key={stored?.name ?? ''}
          stored={stored}
          usedBy={usedBy}
          saveTitle={
            forNode === null
              ? 'Save'
              : `Save and use for ${nodes.find(({ id }) => id === forNode)?.name ?? 'the table'}`
          }
          onSaved={saved}
          onDelete={stored === null ? null : () => void remove(stored.name)}
        />
      </div>
    </LargeDialog>
  );
}

function noteOf(connection: StoredConnection): string {
  const [first = ''] = connection.servers.split(',');
  const safety = [...(signsIn(connection) ? [connection.user] : []), ...(isEncrypted(connection) ? ['TLS'] : [])];
  return [first.trim(), ...safety].join(' · ');
}
