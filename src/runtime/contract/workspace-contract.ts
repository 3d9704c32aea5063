/** The main process as a window sees it: projects, files, recovery, settings, the engine's life. */
import * as z from 'zod/mini';
import type { Contract } from './contract.ts';

/** A project as opened: the script's text, its layout file's text, and a recovered draft when there is one. */
export const projectShape = z.object({
  /** Absolute path of the script; null for a new one that was never saved. */
  path: z.nullable(z.string()),
  name: z.string(),
  folder: z.string(),
  text: z.string(),
  layoutText: z.nullable(z.string()),
  /** Samples are opened as they are and saved elsewhere. */
  readOnly: z.boolean(),
  /** Unsaved work of an earlier session for this project. */
  recovered: z.nullable(z.object({ text: z.string(), layoutText: z.nullable(z.string()), savedAtMs: z.number() })),
});

/** Why a file could not be opened as a project; `message` and `hint` are for people. */
export const openFailureShape = z.object({
  reason: z.enum(['missing', 'too-large', 'binary', 'unreadable', 'cancelled']),
  message: z.string(),
  hint: z.string(),
});

/** A line of the welcome screen. */
export const projectLinkShape = z.object({
  path: z.string(),
  name: z.string(),
  description: z.string(),
  /** Last opened, ms; 0 for samples. */
  openedAtMs: z.number(),
  exists: z.boolean(),
  /** Text of a sample's script, for the small graph on its card; absent for other projects. */
  script: z.optional(z.string()),
});

const openResultShape = z.object({ project: z.nullable(projectShape), failure: z.nullable(openFailureShape) });

/** The contract of the main process. */
export const workspaceContract = {
  name: 'workspace',
  version: 2,
  commands: {
    'app.info': {
      in: z.object({}),
      out: z.object({
        version: z.string(),
        electron: z.string(),
        platform: z.string(),
        openPath: z.nullable(z.string()),
      }),
    },
    /**
     * Samples, recent projects, and drafts that a killed session left behind. A draft of a project
     * that was never saved has a path of the form `untitled:…`, which `projects.open` understands.
     */
    'projects.list': {
      in: z.object({}),
      out: z.object({
        samples: z.array(projectLinkShape),
        recent: z.array(projectLinkShape),
        drafts: z.array(projectLinkShape),
      }),
    },
    'projects.create': { in: z.object({}), out: openResultShape },
    /** Opens a path, or asks with a dialog when it is null. */
    'projects.open': { in: z.object({ path: z.nullable(z.string()) }), out: openResultShape },
    /**
     * Writes the script and its layout (an empty `layoutText` writes none) and clears the draft. Asks
     * for a path when the project has none, is a sample, or `saveAs` is set. `expectedText` is what the
     * window believes to be on disk; when that is no longer so, nothing is written (null: overwrite).
     */
    'projects.save': {
      in: z.object({
        path: z.nullable(z.string()),
        saveAs: z.boolean(),
        suggestedName: z.string(),
        text: z.string(),
        layoutText: z.string(),
        expectedText: z.nullable(z.string()),
      }),
      out: z.object({
        path: z.nullable(z.string()),
        name: z.string(),
        folder: z.string(),
        failure: z.nullable(
          z.object({
            reason: z.enum(['cancelled', 'changed-on-disk', 'unwritable']),
            message: z.string(),
            hint: z.string(),
          }),
        ),
      }),
    },
    /** Keeps unsaved work safe from a crash; `text` null clears the journal. */
    'drafts.write': {
      in: z.object({ path: z.nullable(z.string()), text: z.nullable(z.string()), layoutText: z.nullable(z.string()) }),
      out: z.object({}),
    },
    'projects.forget-recent': { in: z.object({ path: z.string() }), out: z.object({}) },
    'settings.read': { in: z.object({}), out: z.object({ theme: z.enum(['system', 'light', 'dark']) }) },
    'settings.write': { in: z.object({ theme: z.enum(['system', 'light', 'dark']) }), out: z.object({}) },
    /** Tells main whether the title shows unsaved changes and closing must ask. */
    'window.set-state': { in: z.object({ title: z.string(), dirty: z.boolean() }), out: z.object({}) },
    /** Starts the engine when it is not alive; the port arrives as event `engine.port` through the preload. */
    'engine.connect': { in: z.object({}), out: z.object({ alive: z.boolean() }) },
    'shell.reveal': { in: z.object({ path: z.string() }), out: z.object({}) },
  },
  events: {
    /** A menu item or accelerator; names are the command ids of the renderer's command table. */
    'menu.command': z.object({ command: z.string() }),
    'theme.changed': z.object({ dark: z.boolean() }),
    'engine.exited': z.object({ code: z.number(), message: z.string() }),
    /** The operating system asked to open a file. */
    'project.open-requested': z.object({ path: z.string() }),
    /** The user wants to close and to save first: save; the window closes once it says that it is not dirty. */
    'window.close-requested': z.object({}),
  },
} as const satisfies Contract;

/** Type of the workspace contract. */
export type WorkspaceContract = typeof workspaceContract;
