/** The workbench: top bar, palette and outline left, canvas or script in the middle, inspector right, dock below. */
import { lazy, Suspense, useEffect } from 'react';
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels';
import { Canvas } from '../canvas/canvas.tsx';
import { Inspector } from '../inspector/inspector.tsx';
import { ClusterBar } from '../panels/cluster-bar.tsx';
import { Dock } from '../panels/dock.tsx';
import { LeftPanel } from '../panels/left-panel.tsx';
import { TimeBar, useSpokenMoment } from '../panels/time-bar.tsx';
import { useAnalysis } from '../store/analysis.ts';
import { useIsRemote } from '../store/cluster.ts';
import { useProject } from '../store/project.ts';
import { warmEngine } from '../store/run-actions.ts';
import { useSettings } from '../store/settings.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { commandOf } from './commands.ts';
import { EngineBanner } from './engine-banner.tsx';
import { StatusBar } from './status-bar.tsx';
import { TopBar } from './top-bar.tsx';
import { TrustBanner } from './trust-banner.tsx';
import styles from './workbench.module.css';

// Monaco is large; it is fetched when the script is first looked at, or when the window has nothing else to do.
const ScriptEditor = lazy(() => import('../editors/script-editor.tsx').then((m) => ({ default: m.ScriptEditor })));

const CentreFile = lazy(() => import('../editors/centre-file.tsx').then((m) => ({ default: m.CentreFile })));

/** The window with a project in it. */
export function Workbench() {
  const { leftOpen, inspectorOpen, dockOpen, centreTab } = useSettings();
  const columns = [...(leftOpen ? ['left'] : []), 'centre', ...(inspectorOpen ? ['inspector'] : [])];
  const rows = ['work', ...(dockOpen ? ['dock'] : [])];
  const columnLayout = useDefaultLayout({ id: 'millrace-columns', panelIds: columns });
  const rowLayout = useDefaultLayout({ id: 'millrace-rows', panelIds: rows });
  const isRemote = useIsRemote();
  useWarmUp();
  useSpokenMoment();

  return (
    <div className={styles.workbench}>
      <TopBar />
      <TrustBanner />
      <EngineBanner />
      <Group className={styles.columns} orientation="horizontal" {...columnLayout}>
        {leftOpen ? (
          <>
            <Panel
              id="left"
              defaultSize="13rem"
              minSize="9rem"
              maxSize="24rem"
              groupResizeBehavior="preserve-pixel-size"
            >
              <LeftPanel />
            </Panel>
            <Separator className={styles.separator} aria-label="Width of the left panel" />
          </>
        ) : null}
        <Panel id="centre" minSize="12rem">
          <Group orientation="vertical" {...rowLayout}>
            <Panel id="work" minSize="9rem">
              <div className={styles.work}>
                <main className={styles.centre}>
                  {/* The canvas stays, unseen, while the script is shown: it keeps its view and is there at once. */}
                  <div className={centreTab === 'canvas' ? styles.shown : styles.unseen}>
                    <CanvasOrEmpty />
                  </div>
                  {centreTab === 'file' ? (
                    <Suspense fallback={<EmptyState text="Loading the editor…" />}>
                      <CentreFile />
                    </Suspense>
                  ) : null}
                  {centreTab === 'script' ? (
                    <Suspense fallback={<EmptyState text="Loading the editor…" />}>
                      <ScriptEditor />
                    </Suspense>
                  ) : null}
                </main>
                {isRemote ? <ClusterBar /> : <TimeBar />}
              </div>
            </Panel>
            {dockOpen ? (
              <>
                <Separator className={styles.separator} aria-label="Height of the bottom panel" />
                <Panel id="dock" defaultSize="33%" minSize="5rem" groupResizeBehavior="preserve-pixel-size">
                  <Dock />
                </Panel>
              </>
            ) : null}
          </Group>
        </Panel>
        {inspectorOpen ? (
          <>
            <Separator className={styles.separator} aria-label="Width of the inspector" />
            <Panel
              id="inspector"
              defaultSize="19rem"
              minSize="13rem"
              maxSize="40rem"
              groupResizeBehavior="preserve-pixel-size"
            >
              <Inspector />
            </Panel>
          </>
        ) : null}
      </Group>
      <StatusBar />
    </div>
  );
}

function CanvasOrEmpty() {
  const isKnown = useAnalysis((s) => s.revision >= 0);
  const isEmpty = useAnalysis((s) => s.graph.nodes.length === 0);
  const failure = useAnalysis((s) => s.failure);
  return (
    <>
      <Canvas />
      {failure !== '' ? (
        <div className={styles.over} role="alert">
          <EmptyState text={`The script could not be read as a graph. ${failure}`} />
        </div>
      ) : isKnown && isEmpty ? (
        <div className={styles.over}>
          <EmptyState text="A job begins with a source. Drag one from the palette, or add it here.">
            <Button tone="accent" onClick={() => commandOf('edit.add-node')?.run()}>
              Add a node
            </Button>
          </EmptyState>
        </div>
      ) : null}
    </>
  );
}

/**
 * While the window rests after opening: the engine's process, so that Run is instant, then the editor, and
 * the type checker when the project has TypeScript, so that mistakes are seen before a file is opened.
 */
function useWarmUp(): void {
  const hasFiles = useProject((s) => s.files.size > 0);
  useEffect(() => {
    if (!hasFiles) return;
    const types = requestIdleCallback(() => setTimeout(() => void import('../editors/typescript-files.ts'), 1500));
    return () => cancelIdleCallback(types);
  }, [hasFiles]);
  useEffect(() => {
    const engine = requestIdleCallback(() => void warmEngine(), { timeout: 600 });
    const editor = requestIdleCallback(() => setTimeout(() => void import('../editors/script-editor.tsx'), 1200));
    return () => {
      cancelIdleCallback(engine);
      cancelIdleCallback(editor);
    };
  }, []);
}
