/** The files of a bundle as a tree: arrows move, the file that has the focus is shown. */

import { FileCode2, FileText, Folder, Table2, Terminal } from 'lucide-react';
import { type KeyboardEvent, useMemo } from 'react';
import type { PreparedExport } from '../../runtime/contract/export-commands.ts';
import { showExportFile, useExport } from '../store/export.ts';
import { classNames } from '../ui/class-names.ts';
import styles from './export-dialog.module.css';
import { languageOf, type TreeLine, treeLines } from './export-tree.ts';

type BundleFile = PreparedExport['files'][number];

/** Lines in the page; a project with thousands of files of data is not read file by file. */
const LINE_COUNT_MAX = 500;

/** The tree. */
export function ExportFiles({ files }: { readonly files: readonly BundleFile[] }) {
  const chosen = useExport((s) => s.path);
  const lines = useMemo(() => treeLines(files), [files]);
  const shown = lines.slice(0, LINE_COUNT_MAX);
  const paths = shown.filter(({ kind }) => kind === 'file').map(({ path }) => path);
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const at = paths.indexOf(chosen ?? '');
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: paths.length - 1 }[event.key];
    const path = next === undefined ? undefined : paths[next];
    if (next === undefined) return;
    event.preventDefault();
    if (path === undefined) return;
    void showExportFile(path);
    const line = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-path]')].find(
      (element) => element.dataset.path === path,
    );
    line?.focus();
    line?.scrollIntoView({ block: 'nearest' });
  };
  return (
    <div className={styles.tree} role="tree" aria-label="Files of the bundle" onKeyDown={onKeyDown}>
      {shown.map((line) => (
        <Line key={`${line.kind} ${line.path}`} line={line} isChosen={line.kind === 'file' && line.path === chosen} />
      ))}
      {lines.length > shown.length ? <p className={styles.quiet}>and {lines.length - shown.length} more</p> : null}
    </div>
  );
}

function Line({ line, isChosen }: { readonly line: TreeLine<BundleFile>; readonly isChosen: boolean }) {
  const { kind, name, depth, file, path } = line;
  const indent = { paddingLeft: `${0.5 + depth * 0.75}rem` };
  if (kind === 'folder' || file === null) {
    return (
      <div
        className={styles.folder}
        role="treeitem"
        tabIndex={-1}
        aria-level={depth + 1}
        aria-expanded="true"
        style={indent}
      >
        <Folder aria-hidden="true" />
        <span>{name}</span>
      </div>
    );
  }
  const Icon = file.isData
    ? Table2
    : file.isProgram
      ? Terminal
      : languageOf(path) === 'plaintext'
        ? FileText
        : FileCode2;
  return (
    <button
      type="button"
      role="treeitem"
      aria-level={depth + 1}
      aria-selected={isChosen}
      tabIndex={isChosen ? 0 : -1}
      data-path={path}
      title={path}
      className={classNames(styles.file, isChosen && styles.chosen)}
      style={indent}
      onClick={() => void showExportFile(path)}
    >
      <Icon aria-hidden="true" />
      <span>{name}</span>
    </button>
  );
}
