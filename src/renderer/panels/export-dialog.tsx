/**
 * The export to Flink: first what will be different there or cannot run at all, then every file as it will be written,
 * then the folder. The files are those that the engine has prepared, so what is read here is what is written.
 */

import { CircleCheck, FolderOpen, PackageOpen } from 'lucide-react';
import { lazy, Suspense } from 'react';
import type { PreparedExport } from '../../runtime/contract/export-commands.ts';
import { cancelPreparing, closeExport, forceExport, revealExport, useExport, writeExport } from '../store/export.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { formatBytes, plural } from '../ui/format.ts';
import { LargeDialog } from '../ui/large-dialog.tsx';
import { ExpectedChoice } from './export-choices.tsx';
import styles from './export-dialog.module.css';
import { ExportFiles } from './export-files.tsx';
import { ExportFindings } from './export-findings.tsx';

const ExportFileView = lazy(() => import('./export-file-view.tsx').then((m) => ({ default: m.ExportFileView })));

/** The open dialog. */
export function ExportDialog() {
  const status = useExport((s) => s.status);
  const prepared = useExport((s) => s.prepared);
  return (
    <LargeDialog title="Export to Flink" onClose={closeExport}>
      <div className={styles.page}>
        <ExpectedChoice />
        {status === 'preparing' || prepared === null ? <Preparing /> : <Prepared prepared={prepared} />}
        <Foot />
      </div>
    </LargeDialog>
  );
}

function Preparing() {
  const kind = useExport((s) => s.expected.kind);
  const text = {
    none: 'Preparing the bundle…',
    run: 'Running the job once for the rows that Flink is to give…',
    recording: 'Replaying the recording for the rows that Flink is to give…',
  }[kind];
  return (
    <div className={styles.middle}>
      <EmptyState text={text}>
        {kind === 'none' ? null : <Button onClick={() => void cancelPreparing()}>Leave the rows out</Button>}
      </EmptyState>
    </div>
  );
}

function Prepared({ prepared }: { readonly prepared: PreparedExport }) {
  const { failure, findings, files } = prepared;
  return (
    <>
      {failure === null ? null : (
        <p className={styles.failure} role="alert">
          {failure}
          {prepared.diagnostics
            .filter(({ severity, phase }) => severity === 'error' && phase === 'run')
            .map(({ message }) => ` ${message}`)}
        </p>
      )}
      <ExportFindings findings={findings} isPossible={files.length > 0} />
      {files.length === 0 ? null : (
        <div className={styles.files}>
          <ExportFiles files={files} />
          <Shown />
        </div>
      )}
    </>
  );
}

function Shown() {
  const path = useExport((s) => s.path);
  const shown = useExport((s) => s.shown);
  const file = useExport((s) => s.prepared?.files.find((each) => each.path === s.path));
  if (path === null || file === undefined) return <EmptyState text="Choose a file to read it." />;
  return (
    <section className={styles.view} aria-label={`File ${path}`}>
      <header className={styles.viewHead}>
        <span className={styles.viewPath}>{path}</span>
        <span className={styles.quiet}>
          {formatBytes(file.sizeBytes)}
          {file.isProgram ? ', a program' : ''}
          {file.isData ? ', copied as it is' : ''}
          {shown?.isCut === true ? ', only the beginning is shown' : ''}
        </span>
      </header>
      {shown === null ? (
        <div className={styles.editor} />
      ) : shown.text === null ? (
        <EmptyState text="This file is no text; it is copied as it is." />
      ) : (
        <Suspense fallback={<div className={styles.editor} />}>
          <ExportFileView path={path} text={shown.text} />
        </Suspense>
      )}
    </section>
  );
}

function Foot() {
  const { status, prepared, written, refused } = useExport();
  const files = prepared?.files ?? [];
  const total = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  return (
    <footer className={styles.foot}>
      {refused !== null ? (
        <p className={styles.refused} role="alert">
          <strong>Nothing was written.</strong> {refused.message}
        </p>
      ) : written !== null ? (
        <p className={styles.written}>
          <CircleCheck aria-hidden="true" />
          <span>
            {plural(written.fileCount, 'file')} written into <code>{written.folder}</code>
          </span>
        </p>
      ) : files.length === 0 ? null : (
        <span className={styles.quiet}>
          {plural(files.length, 'file')}, {formatBytes(total)}
        </span>
      )}
      <span className={styles.rest} />
      {refused?.canForce === true ? (
        <Button tone="bad" onClick={() => void forceExport()}>
          Write over it
        </Button>
      ) : null}
      {written === null ? null : (
        <Button icon={<FolderOpen />} onClick={() => void revealExport()}>
          Open folder
        </Button>
      )}
      <Button
        tone={written === null ? 'accent' : 'plain'}
        icon={<PackageOpen />}
        disabled={status !== 'ready' || files.length === 0}
        onClick={() => void writeExport()}
      >
        {status === 'writing'
          ? 'Writing…'
          : written === null && refused === null
            ? 'Choose a folder…'
            : 'Another folder…'}
      </Button>
      {written === null ? null : (
        <Button tone="accent" onClick={closeExport}>
          Done
        </Button>
      )}
    </footer>
  );
}
