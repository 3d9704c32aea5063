/** Projects opened lately, newest first. */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { JsonStore } from './json-store.ts';
import type { ProjectLink } from './project-link.ts';

/** As many as a welcome screen shows without scrolling far. */
export const RECENT_MAX = 20;

const recentShape = z.object({ projects: z.array(z.object({ path: z.string(), openedAtMs: z.number() })) });

/** The list, kept under userData. */
export class RecentProjects {
  readonly #store: JsonStore<z.infer<typeof recentShape>>;
  readonly #nowMs: () => number;

  constructor(userDataFolder: string, nowMs: () => number = Date.now) {
    this.#store = new JsonStore(join(userDataFolder, 'recent.json'), recentShape, { projects: [] });
    this.#nowMs = nowMs;
  }

  add(path: string): void {
    const others = this.#store.read().projects.filter((project) => project.path !== path);
    this.#store.tryWrite({ projects: [{ path, openedAtMs: this.#nowMs() }, ...others].slice(0, RECENT_MAX) });
  }

  forget(path: string): void {
    this.#store.tryWrite({ projects: this.#store.read().projects.filter((project) => project.path !== path) });
  }

  list(): ProjectLink[] {
    return this.#store.read().projects.map(({ path, openedAtMs }) => ({
      path,
      name: basename(path) === 'job.sql' ? basename(dirname(path)) : basename(path),
      description: dirname(path),
      openedAtMs,
      exists: existsSync(path),
    }));
  }
}
