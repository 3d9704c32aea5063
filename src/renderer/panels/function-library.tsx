/**
 * The function library: what the script creates, with forms and signatures, and the files that no
 * `CREATE FUNCTION` names yet. A click opens the file; unused functions can be taken out again.
 */
import { Braces, FileCode, ListTree, Parentheses, Plus, Trash2, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { FunctionForm } from '../../runtime/program/edit.ts';
import { requestEdit } from '../store/actions.ts';
import { type LibraryFunction, useAnalysis } from '../store/analysis.ts';
import { showFile, useOpenFile } from '../store/open-file.ts';
import { useProblems } from '../store/problems.ts';
import { useProject } from '../store/project.ts';
import { IconButton } from '../ui/button.tsx';
import { Picker } from '../ui/picker.tsx';
import library from './function-library.module.css';
import styles from './left-panel.module.css';

const FORM_ICONS = { process: Braces, scalar: Parentheses, table: ListTree } as const;
const FORM_NAMES = { process: 'process function', scalar: 'scalar function', table: 'table function' } as const;

/** Whether there is anything to list. */
export function useHasFunctions(): boolean {
  const count = useAnalysis((s) => s.graph.functions.length);
  const fileCount = useProject((s) => s.files.size);
  return count > 0 || fileCount > 0;
}

/** The library. */
export function FunctionLibrary() {
  const functions = useAnalysis((s) => s.functions);
  const nodes = useAnalysis((s) => s.graph.nodes);
  const files = useProject((s) => s.files);
  const { all } = useProblems();
  const [isAdding, setAdding] = useState(false);
  const used = new Set(nodes.flatMap((node) => node.calls));
  const named = new Set(functions.map((f) => f.path));
  const wrong = new Set(
    all.flatMap(({ diagnostic: d }) => (d.file !== undefined && d.severity === 'error' ? d.file.path : [])),
  );
  const loose = [...files.keys()].filter((path) => !named.has(path)).sort();
  return (
    <section className={styles.section} aria-label="Function library">
      <h2 className={styles.heading}>
        Functions
        <IconButton label="Add a function" className={library.add} onClick={() => setAdding(true)}>
          <Plus />
        </IconButton>
      </h2>
      <ul className={styles.list}>
        {functions.map((f) => (
          <FunctionLine key={f.name} fn={f} isUsed={used.has(f.name)} isWrong={wrong.has(f.path)} />
        ))}
        {loose.map((path) => (
          <LooseFile key={path} path={path} isWrong={wrong.has(path)} />
        ))}
      </ul>
      {isAdding ? <AddFunction onClose={() => setAdding(false)} /> : null}
    </section>
  );
}

function FunctionLine({ fn, isUsed, isWrong }: { fn: LibraryFunction; isUsed: boolean; isWrong: boolean }) {
  const isOpen = useOpenFile((s) => s.path === fn.path);
  const Icon = fn.form === null ? FileCode : FORM_ICONS[fn.form];
  const isTypescript = fn.language.toUpperCase() === 'TYPESCRIPT';
  return (
    <li className={library.line}>
      <button
        type="button"
        className={styles.item}
        data-function={fn.name}
        aria-current={isOpen}
        disabled={!isTypescript}
        title={fn.signature === '' ? fn.path : `${fn.signature}\n${fn.path}`}
        onClick={() => showFile(fn.path)}
      >
        <span className={library.tile} aria-hidden="true">
          <Icon />
        </span>
        <span className={styles.title}>{fn.name}</span>
        <span className={styles.note}>
          {isUsed ? (fn.form === null ? fn.language.toLowerCase() : fn.form) : 'not used'}
        </span>
        {isWrong ? <TriangleAlert className={styles.bad} aria-label="has a problem" /> : null}
        <span className="visually-hidden">
          {fn.form === null ? '' : FORM_NAMES[fn.form]} {fn.signature}
        </span>
      </button>
      {isUsed ? null : (
        <IconButton
          label={`Remove function ${fn.name}`}
          hint="Takes CREATE FUNCTION out of the script, and its file out of the project when you save"
          className={library.act}
          onClick={() => void requestEdit({ kind: 'remove-function', name: fn.name })}
        >
          <Trash2 />
        </IconButton>
      )}
    </li>
  );
}

/** A file that is there and that the script does not name: a helper of others, or not declared yet. */
function LooseFile({ path, isWrong }: { path: string; isWrong: boolean }) {
  const isOpen = useOpenFile((s) => s.path === path);
  const isFunction = useProject((s) => /export\s+default/.test(s.files.get(path) ?? ''));
  const name = path.replace(/^operators\//, '');
  return (
    <li className={library.line}>
      <button type="button" className={styles.item} aria-current={isOpen} title={path} onClick={() => showFile(path)}>
        <span className={library.tile} aria-hidden="true">
          <FileCode />
        </span>
        <span className={styles.title}>{name}</span>
        <span className={styles.note}>{isFunction ? 'not declared' : 'file'}</span>
        {isWrong ? <TriangleAlert className={styles.bad} aria-label="has a problem" /> : null}
      </button>
      {isFunction ? (
        <IconButton
          label={`Declare the function in ${name}`}
          hint="Writes its CREATE FUNCTION into the script"
          className={library.act}
          onClick={() => void requestEdit({ kind: 'add-function', form: 'scalar', path })}
        >
          <Plus />
        </IconButton>
      ) : null}
    </li>
  );
}

function AddFunction({ onClose }: { onClose: () => void }) {
  const forms: readonly FunctionForm[] = ['process', 'scalar', 'table'];
  const notes = { process: 'state and timers', scalar: 'one value a row', table: 'rows for a row' } as const;
  return (
    <Picker
      label="Add a function"
      placeholder="Which form?"
      emptyText="No form of that name."
      items={forms.map((form) => {
        const Icon = FORM_ICONS[form];
        const title = FORM_NAMES[form];
        return {
          id: form,
          title: title.charAt(0).toUpperCase() + title.slice(1),
          note: notes[form],
          icon: <Icon aria-hidden="true" />,
        };
      })}
      onPick={(form) =>
        void requestEdit({ kind: 'add-function', form: form as FunctionForm }).then((outcome) => {
          const path = outcome.ok ? outcome.edit.files?.[0]?.path : undefined;
          if (path !== undefined) showFile(path);
        })
      }
      onClose={onClose}
    />
  );
}
