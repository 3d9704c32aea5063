/** What the centre shows: the graph, the whole script, or a TypeScript file that was opened. */
import { X } from 'lucide-react';
import { closeFile, useOpenFile } from '../store/open-file.ts';
import { useProject } from '../store/project.ts';
import { useSettings } from '../store/settings.ts';
import { IconButton, WithTooltip } from '../ui/button.tsx';
import styles from './centre-tabs.module.css';
import { keysOf, runCommand } from './commands.ts';

/** The tabs. */
export function CentreTabs() {
  const tab = useSettings((s) => s.centreTab);
  const path = useOpenFile((s) => s.path);
  const isChanged = useProject((s) => path !== null && s.files.get(path) !== s.savedFiles.get(path));
  return (
    <div className={styles.tabs}>
      <div className={styles.list} role="tablist" aria-label="View">
        {(['canvas', 'script'] as const).map((id) => (
          <WithTooltip key={id} label={id === 'canvas' ? 'The graph' : 'The whole script'} keys={keysOf(`view.${id}`)}>
            <button
              type="button"
              role="tab"
              aria-selected={tab === id}
              className={styles.tab}
              onClick={() => runCommand(`view.${id}`)}
            >
              {id === 'canvas' ? 'Canvas' : 'Script'}
            </button>
          </WithTooltip>
        ))}
        {path === null ? null : (
          <WithTooltip label={path} keys={keysOf('view.file')}>
            <button
              type="button"
              role="tab"
              aria-selected={tab === 'file'}
              className={styles.tab}
              onClick={() => runCommand('view.file')}
            >
              <span className={styles.file}>{fileName(path)}</span>
              {isChanged ? <span className={styles.dirty} role="img" aria-label="not saved" /> : null}
            </button>
          </WithTooltip>
        )}
      </div>
      {path === null ? null : (
        <IconButton label={`Close ${fileName(path)}`} className={styles.close} onClick={closeFile}>
          <X />
        </IconButton>
      )}
    </div>
  );
}

function fileName(path: string): string {
  return path.split('/').at(-1) ?? path;
}
