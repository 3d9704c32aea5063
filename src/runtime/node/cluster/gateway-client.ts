/** A session of Flink's SQL gateway (REST API v1 and later): statements go in one after the other, jobs come out. */
import * as z from 'zod/mini';
import { err, ok, type Result } from '../../base/result.ts';
import { type AskFailure, askJson, type Question } from './ask-json.ts';

const infoShape = z.object({ productName: z.string(), version: z.string() });
const sessionShape = z.object({ sessionHandle: z.string() });
const operationShape = z.object({ operationHandle: z.string() });
const statusShape = z.object({ status: z.string() });
const resultShape = z.object({ jobID: z.optional(z.nullable(z.string())) });

const POLL_MS = 150;
/** Planning a large statement set takes Flink a minute when its classes are cold. */
const STATEMENT_MS_MAX = 10 * 60_000;

/** What a gateway is. */
export interface GatewayInfo {
  readonly productName: string;
  readonly version: string;
}

/** Asks a gateway who it is. */
export async function gatewayInfo(address: string): Promise<Result<GatewayInfo, AskFailure>> {
  const info = await ask(infoShape, address, '/v1/info');
  if (info.ok || info.error.status !== 404) return info;
  const hint = 'Is it the JobManager? The gateway has an address of its own.';
  return err({ ...info.error, message: `What answers at ${address} is no SQL gateway.`, hint });
}

/** A session; close it when done. Jobs that were submitted in it run on. */
export class GatewaySession {
  readonly #address: string;
  readonly #path: string;

  private constructor(address: string, handle: string) {
    this.#address = address;
    this.#path = `/v1/sessions/${encodeURIComponent(handle)}`;
  }

  static async open(address: string): Promise<Result<GatewaySession, AskFailure>> {
    const opened = await ask(sessionShape, address, '/v1/sessions', { method: 'POST', body: {} });
    return opened.ok ? ok(new GatewaySession(address, opened.value.sessionHandle)) : opened;
  }

  /** Runs a statement to the end of its operation; for one that starts a job: until that is submitted. Its job's id, or null. */
  async execute(statement: string): Promise<Result<string | null, AskFailure>> {
    const started = await ask(operationShape, this.#address, `${this.#path}/statements`, {
      method: 'POST',
      body: { statement },
    });
    if (!started.ok) return started;
    const operation = `${this.#path}/operations/${encodeURIComponent(started.value.operationHandle)}`;
    const endMs = Date.now() + STATEMENT_MS_MAX;
    for (;;) {
      const status = await ask(statusShape, this.#address, `${operation}/status`);
      if (!status.ok) return status;
      // An operation that failed says why where its result would be.
      if (!['PENDING', 'RUNNING', 'INITIALIZED'].includes(status.value.status)) break;
      if (Date.now() > endMs) return err({ status: 0, message: 'The statement took too long.', hint: '', said: '' });
      await new Promise((done) => setTimeout(done, POLL_MS));
    }
    const result = await ask(resultShape, this.#address, `${operation}/result/0?rowFormat=JSON`);
    return result.ok ? ok(result.value.jobID ?? null) : result;
  }

  async close(): Promise<void> {
    await askJson(this.#address, this.#path, { method: 'DELETE' });
  }
}

/** Asks and checks the shape of the answer: what does not have it is no Flink. */
export async function ask<T>(
  shape: z.ZodMiniType<T>,
  address: string,
  path: string,
  question?: Question,
): Promise<Result<T, AskFailure>> {
  const answer = await askJson(address, path, question);
  if (!answer.ok) return answer;
  const parsed = z.safeParse(shape, answer.value);
  if (parsed.success) return ok(parsed.data);
  const message = `What answers at ${address} is not what was expected there.`;
  return err({
    status: 200,
    message,
    hint: 'Check which address is the gateway and which is the JobManager.',
    said: '',
  });
}
