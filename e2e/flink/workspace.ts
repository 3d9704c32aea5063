/**
 * A run may write files (a filesystem sink), so every run gets a fresh copy of the script's folder: the checkout stays
 * clean, and one side never reads what the other wrote.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** Copies the folder, hands the copy to `use`, and removes it afterwards, also when `use` fails. */
export async function withCopy<T>(folder: string, use: (copy: string) => Promise<T>): Promise<T> {
  const temporary = mkdtempSync(join(tmpdir(), 'millrace-run-'));
  try {
    const copy = join(temporary, basename(folder));
    cpSync(folder, copy, { recursive: true });
    return await use(copy);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
