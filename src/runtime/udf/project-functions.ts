/**
 * The function library of a project's files, read from their texts. Answers are kept: the binder asks for
 * a declaration at every call of the function.
 */
import { nearestWord } from '../base/nearest-word.ts';
import { projectPath } from '../base/project-path.ts';
import { err, type Result } from '../base/result.ts';
import type { Declaration, FunctionProblem } from './declaration.ts';
import type { FunctionLibrary } from './function-library.ts';
import { problems } from './function-problems.ts';
import { readDeclaration } from './read-declaration.ts';

/** A TypeScript file of the project, saved or not. `path` is relative to the project, with slashes. */
export interface FunctionFile {
  readonly path: string;
  readonly text: string;
}

type Reading = Result<Declaration, readonly FunctionProblem[]>;

/** How many readings of earlier texts are kept: the window asks again after each key press in one of the files. */
const READINGS_MAX = 200;

/** Text → what was read from it, across all libraries: a text never changes what it declares. */
const readings = new Map<string, Reading>();

/** The library of these files. */
export function projectFunctions(files: readonly FunctionFile[]): FunctionLibrary {
  const texts = new Map(files.map((file) => [projectPath(file.path), file.text]));
  return {
    declarationOf(path) {
      const text = texts.get(projectPath(path));
      if (text !== undefined) return readingOf(text, path);
      const problem = problems.fileMissing(path, nearestWord(projectPath(path), [...texts.keys()]));
      return err([{ ...problem, path, line: 1, column: 1, span: { start: 0, end: 0 } }]);
    },
  };
}

function readingOf(text: string, path: string): Reading {
  const key = `${path}\0${text}`;
  let reading = readings.get(key);
  if (reading === undefined) {
    reading = readDeclaration(text, path);
    // The oldest goes: a Map keeps the order in which its keys came.
    const oldest = readings.size >= READINGS_MAX ? readings.keys().next().value : undefined;
    if (oldest !== undefined) readings.delete(oldest);
    readings.set(key, reading);
  }
  return reading;
}
