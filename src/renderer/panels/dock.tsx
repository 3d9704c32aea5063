/** The bottom dock: rows, state, problems and plan of the program. */
import { X } from 'lucide-react';
import { useProblems } from '../store/problems.ts';
import { showDock, useSettings } from '../store/settings.ts';
import { IconButton } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { Tabs } from '../ui/tabs.tsx';
import styles from './dock.module.css';
import { PlanPanel } from './plan-panel.tsx';
import { ProblemsPanel } from './problems-panel.tsx';
import { RowsPanel } from './rows-panel.tsx';
import { StatePanel } from './state-panel.tsx';

/** The dock. */
export function Dock() {
  const tab = useSettings((s) => s.dockTab);
  const { all, errorCount } = useProblems();
  return (
    <section className={styles.dock} aria-label="Bottom panel">
      <Tabs
        label="Bottom panel"
        value={tab}
        onChange={showDock}
        items={[
          { id: 'rows', title: 'Rows', content: <RowsPanel /> },
          { id: 'state', title: 'State', content: <StatePanel /> },
          {
            id: 'problems',
            title: 'Problems',
            badge:
              all.length === 0 ? null : (
                <span className={classNames(styles.badge, errorCount > 0 && styles.bad)}>{all.length}</span>
              ),
            content: <ProblemsPanel />,
          },
          { id: 'plan', title: 'Plan', content: <PlanPanel /> },
        ]}
        extra={
          <IconButton label="Close the bottom panel" onClick={() => useSettings.setState({ dockOpen: false })}>
            <X />
          </IconButton>
        }
      />
    </section>
  );
}
