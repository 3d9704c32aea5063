/**
 * Connects the stores to the real language service in this process, over the real transport. The main
 * process is not there, nor the engine unless a test gives one: their calls fail as they do when a process is gone.
 */
import { err, ok } from '../../../runtime/base/result.ts';
import { directChannels } from '../../../runtime/contract/channel.ts';
import type { EngineContract } from '../../../runtime/contract/engine-contract.ts';
import { languageContract } from '../../../runtime/contract/language-contract.ts';
import { type Client, connect, serve } from '../../../runtime/contract/transport.ts';
import { workspaceContract } from '../../../runtime/contract/workspace-contract.ts';
import { languageService } from '../../client/language-service.ts';
import { startAnalysing } from '../analyse-loop.ts';
import { useAnalysis } from '../analysis.ts';
import { openProject, type ProjectFile, useProject } from '../project.ts';
import { provideServices } from '../services.ts';

/** Connects the stores, to an engine when one is given; the answer takes the loop down again. */
export function connectInProcess(engine: Client<EngineContract> | null = null): () => void {
  const [languageClient, languageServer] = directChannels();
  serve(languageContract, languageService, languageServer);
  const [goneClient] = directChannels();
  const workspace = connect(workspaceContract, goneClient);
  workspace.close();
  provideServices({
    workspace,
    language: connect(languageContract, languageClient),
    engine: {
      current: () => engine,
      connect: async () =>
        engine === null ? err({ code: 'transport/closed', message: 'There is no engine here.' }) : ok(engine),
      onConnected: (listener) => {
        if (engine !== null) listener(engine);
      },
      drop: () => undefined,
    },
  });
  return startAnalysing();
}

/** Opens a script as a project and waits for its graph. */
export async function openScript(text: string, files: readonly ProjectFile[] = []): Promise<void> {
  const place = {
    path: null,
    name: 'test',
    folder: '/nowhere',
    readOnly: false,
    trusted: true,
    recordingsFolder: '/nowhere/.millrace/recordings',
  };
  openProject(place, { text, layoutText: null, files });
  await analysed();
}

/** Waits until the graph is that of the present text. */
export async function analysed(): Promise<void> {
  while (useAnalysis.getState().revision !== useProject.getState().revision) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
