/** The welcome screen: unsaved work first, then samples and recent projects. All of it is buttons in order. */
import { FileClock, FilePlus2, FileText, FolderOpen, RotateCcw, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import type * as z from 'zod/mini';
import type { projectLinkShape } from '../../runtime/contract/workspace-contract.ts';
import { createProject, openPath, recoverDraft } from '../store/files.ts';
import { services } from '../store/services.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { KeyHint } from '../ui/key-hint.tsx';
import { keysOf } from './commands.ts';
import { GraphDrawing } from './graph-drawing.tsx';
import { Logo } from './logo.tsx';
import styles from './welcome.module.css';

type Link = z.infer<typeof projectLinkShape>;
interface Links {
  readonly samples: readonly Link[];
  readonly recent: readonly Link[];
  readonly drafts: readonly Link[];
}

/** What the window shows without a project. */
export function Welcome() {
  const [links, setLinks] = useState<Links | null>(null);
  const refresh = (): void => {
    void services()
      .workspace.call('projects.list', {})
      .then((answer) => setLinks(answer.ok ? answer.value : { samples: [], recent: [], drafts: [] }));
  };
  useEffect(refresh, []);
  const forget = (path: string): void => {
    void services().workspace.call('projects.forget-recent', { path }).then(refresh);
  };

  return (
    <main className={styles.page}>
      <div className={styles.column}>
        <header className={styles.header}>
          <Logo size={2.75} />
          <div>
            <h1 className={styles.title}>Millrace</h1>
            <p className={styles.lead}>Draw a Flink SQL job, run it here, see every row.</p>
          </div>
          <div className={styles.actions}>
            <Button icon={<FolderOpen />} onClick={() => void openPath(null)}>
              Open… <KeyHint keys={keysOf('file.open') ?? ''} />
            </Button>
            <Button tone="accent" icon={<FilePlus2 />} onClick={() => void createProject()}>
              New project
            </Button>
          </div>
        </header>

        {links !== null && links.drafts.length > 0 ? (
          <section className={styles.section} aria-labelledby="welcome-drafts">
            <h2 id="welcome-drafts" className={styles.heading}>
              Unsaved work
            </h2>
            <ul className={styles.rows}>
              {links.drafts.map((draft) => (
                <li key={draft.path} className={styles.draft}>
                  <FileClock aria-hidden="true" />
                  <span className={styles.rowText}>
                    <strong>{draft.name}</strong>
                    <span>
                      {draft.description}, {when(draft.openedAtMs)}
                    </span>
                  </span>
                  <Button tone="accent" icon={<RotateCcw />} onClick={() => void recoverDraft(draft.path)}>
                    Recover {draft.name}
                  </Button>
                  <IconButton
                    label={`Discard the unsaved work of ${draft.name}`}
                    onClick={() => void discard(draft.path).then(refresh)}
                  >
                    <X />
                  </IconButton>
                </li>
              ))}
            </ul>
          </section>
        ) : null}

        <section className={styles.section} aria-labelledby="welcome-samples">
          <h2 id="welcome-samples" className={styles.heading}>
            Samples
          </h2>
          <div className={styles.cards}>
            {(links?.samples ?? []).map((sample) => (
              <button
                key={sample.path}
                type="button"
                className={styles.card}
                onClick={() => void openPath(sample.path)}
              >
                <GraphDrawing script={sample.script ?? ''} />
                <strong className={styles.cardTitle}>{title(sample.name)}</strong>
                <span className={styles.cardText}>{sample.description}</span>
              </button>
            ))}
          </div>
          {links !== null && links.samples.length === 0 ? (
            <p className={styles.none}>No samples were found beside the app.</p>
          ) : null}
        </section>

        <section className={styles.section} aria-labelledby="welcome-recent">
          <h2 id="welcome-recent" className={styles.heading}>
            Recent projects
          </h2>
          {links !== null && links.recent.length === 0 ? (
            <p className={styles.none}>Projects that you save or open appear here.</p>
          ) : null}
          <ul className={styles.rows}>
            {(links?.recent ?? []).map((recent) => (
              <li key={recent.path} className={styles.recent}>
                <button
                  type="button"
                  className={styles.row}
                  disabled={!recent.exists}
                  onClick={() => void openPath(recent.path)}
                >
                  <FileText aria-hidden="true" />
                  <span className={styles.rowText}>
                    <strong>{recent.name}</strong>
                    <span>{recent.exists ? recent.path : `${recent.path} (no longer there)`}</span>
                  </span>
                  <span className={styles.when}>{when(recent.openedAtMs)}</span>
                </button>
                <IconButton label={`Forget ${recent.name}`} onClick={() => forget(recent.path)}>
                  <X />
                </IconButton>
              </li>
            ))}
          </ul>
        </section>
      </div>
    </main>
  );
}

async function discard(path: string): Promise<void> {
  const { workspace } = services();
  if (path.startsWith('untitled:')) await workspace.call('projects.forget-recent', { path });
  else await workspace.call('drafts.write', { path, text: null, layoutText: null, files: [] });
}

function title(name: string): string {
  const words = name.replace(/[-_]+/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function when(ms: number): string {
  const date = new Date(ms);
  const isToday = date.toDateString() === new Date().toDateString();
  return isToday
    ? `today, ${date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}`
    : date.toLocaleDateString([], { day: 'numeric', month: 'short', year: 'numeric' });
}
