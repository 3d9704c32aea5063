/** Where the window was, kept between sessions, and never restored to a display that is gone. */
import { join } from 'node:path';
import * as z from 'zod/mini';
import { JsonStore } from '../workspace/json-store.ts';

/** A rectangle in device-independent pixels. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const stateShape = z.object({
  bounds: z.nullable(z.object({ x: z.int(), y: z.int(), width: z.int(), height: z.int() })),
  isMaximised: z.boolean(),
});

/** The kept state. */
export type WindowState = z.infer<typeof stateShape>;

/** Smallest size at which the designer is of use, in pixels. */
export const WINDOW_MIN = { width: 900, height: 600 };
/** Size of the first window, in pixels. */
export const WINDOW_DEFAULT = { width: 1440, height: 900 };

/** Reads and writes the state under userData. */
export class WindowStateStore {
  readonly #store: JsonStore<WindowState>;

  constructor(userDataFolder: string) {
    this.#store = new JsonStore(join(userDataFolder, 'window.json'), stateShape, { bounds: null, isMaximised: false });
  }

  /** The kept state, fitted to the displays that there are. */
  read(workAreas: readonly Rectangle[]): WindowState {
    const state = this.#store.read();
    return { ...state, bounds: state.bounds === null ? null : fitToDisplays(state.bounds, workAreas) };
  }

  write(state: WindowState): void {
    this.#store.tryWrite(state);
  }
}

/** The rectangle when enough of its title bar is on a display, no larger than that display; else null. */
export function fitToDisplays(bounds: Rectangle, workAreas: readonly Rectangle[]): Rectangle | null {
  for (const area of workAreas) {
    const visibleWidth = Math.min(bounds.x + bounds.width, area.x + area.width) - Math.max(bounds.x, area.x);
    const isTopVisible = bounds.y >= area.y - 8 && bounds.y <= area.y + area.height - 40;
    if (visibleWidth < 100 || !isTopVisible) continue;
    return {
      x: bounds.x,
      y: bounds.y,
      width: Math.max(WINDOW_MIN.width, Math.min(bounds.width, area.width)),
      height: Math.max(WINDOW_MIN.height, Math.min(bounds.height, area.height)),
    };
  }
  return null;
}
