/** The main process as a window sees it: projects, files, recovery, settings, the engine's life. */
import * as z from 'zod/mini';
import { connectionStoreCommands } from './connections-commands.ts';
import type { Contract } from './contract.ts';
import { exportFolderCommands } from './export-commands.ts';
import { operatorChangeShape, operatorFileShape } from './shared-shapes.ts';

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
  recovered: z.nullable(
    z.object({
      text: z.string(),
      layoutText: z.nullable(z.string()),
      files: z.array(operatorChangeShape),
      savedAtMs: z.number(),
    }),
  ),
  /**
   * Whether the user has said that this folder may run code and open files. Projects that were never saved
   * hold only the user's own typing, and samples are ours: both are trusted.
   */
  trusted: z.boolean(),
  /** Folder for recordings: `.millrace/recordings` of the project; the app's own data for samples and new projects. */
  recordingsFolder: z.string(),
  /** The TypeScript files under `operators/`, as they are on disk. */
  files: z.array(operatorFileShape),
});

/** How runs are recorded in the designer. */
export const recordingSettingsShape = z.object({
  enabled: z.boolean(),
  /** Bound of one recording, in MB. */
  sizeMbMax: z.number(),
  /** Recordings kept of one project; older ones are deleted. */
  keepCount: z.number(),
});

/** The Flink cluster that jobs are submitted to. Addresses as `http://host:port`; empty: not set. */
export const clusterSettingsShape = z.object({
  gateway: z.string(),
  rest: z.string(),
  /** Where savepoints go, as the cluster sees it; empty: where the cluster is set to. */
  savepointFolder: z.string(),
});

/** What the user has set for the whole app. */
export const settingsShape = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  recording: recordingSettingsShape,
  cluster: clusterSettingsShape,
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
  version: 5,
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
     * Writes the script, its layout (an empty `layoutText` writes none) and the TypeScript files that changed,
     * deletes those that are gone, and clears the draft. Asks for a path when the project has none, is a sample,
     * or `saveAs` is set. `expectedText` is what the window believes to be on disk; when that is no longer so,
     * nothing is written (null: overwrite, at the place that was refused for that). A new or empty folder that
     * a trusted project is saved into becomes trusted.
     */
    'projects.save': {
      in: z.object({
        path: z.nullable(z.string()),
        saveAs: z.boolean(),
        suggestedName: z.string(),
        text: z.string(),
        layoutText: z.string(),
        expectedText: z.nullable(z.string()),
        /** Changed files; `text` null: delete it; `expectedText` null: it is new and must not be there yet. */
        files: z.array(
          z.object({ path: z.string(), text: z.nullable(z.string()), expectedText: z.nullable(z.string()) }),
        ),
      }),
      out: z.object({
        path: z.nullable(z.string()),
        name: z.string(),
        folder: z.string(),
        trusted: z.boolean(),
        recordingsFolder: z.string(),
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
      in: z.object({
        path: z.nullable(z.string()),
        text: z.nullable(z.string()),
        layoutText: z.nullable(z.string()),
        files: z.array(operatorChangeShape),
      }),
      out: z.object({}),
    },
    /**
     * The user trusts the folder of the open project (or the folder above it, for all projects there). `folder`
     * is the one that the user was shown: where another project is open by now, nothing is granted.
     */
    'trust.grant': {
      in: z.object({ folder: z.string(), scope: z.enum(['folder', 'parent']) }),
      out: z.object({ trusted: z.boolean() }),
    },
    'trust.revoke': { in: z.object({ folder: z.string() }), out: z.object({ trusted: z.boolean() }) },
    /** Shows a TypeScript file of the open project in the system's file manager. */
    'operators.reveal': { in: z.object({ path: z.string() }), out: z.object({}) },
    'projects.forget-recent': { in: z.object({ path: z.string() }), out: z.object({}) },
    ...connectionStoreCommands,
    ...exportFolderCommands,
    'settings.read': { in: z.object({}), out: settingsShape },
    'settings.write': { in: settingsShape, out: z.object({}) },
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
    /** A TypeScript file of the project in `folder` was changed, made or deleted (`text` null) by somebody else. */
    'operators.changed': z.object({ folder: z.string(), path: z.string(), text: z.nullable(z.string()) }),
    'engine.exited': z.object({ code: z.number(), message: z.string() }),
    /** The operating system asked to open a file. */
    'project.open-requested': z.object({ path: z.string() }),
    /** The user wants to close and to save first: save; the window closes once it says that it is not dirty. */
    'window.close-requested': z.object({}),
  },
} as const satisfies Contract;

/** Type of the workspace contract. */
export type WorkspaceContract = typeof workspaceContract;
