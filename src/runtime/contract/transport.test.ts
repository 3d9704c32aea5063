/** The transport as its two ends see it, over direct channels and over real message ports. */
import { MessageChannel } from 'node:worker_threads';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { type Channel, directChannels, overDomPort, overEmitterPort } from './channel.ts';
import type { Contract, Service } from './contract.ts';
import { approximateSizeBytes } from './message-size.ts';
import { answer, type Client, connect, type Server, serve } from './transport.ts';

const calculator = {
  name: 'calculator',
  version: 3,
  commands: {
    divide: { in: z.object({ a: z.number(), b: z.number() }), out: z.object({ quotient: z.number() }) },
    lie: { in: z.object({}), out: z.object({ n: z.number() }) },
    hang: { in: z.object({}), out: z.object({}) },
  },
  events: { tick: z.object({ count: z.number() }) },
} as const satisfies Contract;

const service: Service<typeof calculator> = {
  divide: ({ a, b }) => {
    if (b === 0) throw new Error('division by zero');
    return { quotient: a / b };
  },
  lie: async () => ({ n: 'not a number' }) as unknown as { n: number },
  hang: () => new Promise(() => {}),
};

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** Real ports: the DOM's shape at one end, the emitter's at the other. Node's ports have both, but for the event object. */
function portChannels(): readonly [Channel, Channel] {
  const { port1, port2 } = new MessageChannel();
  closers.push(() => port1.close());
  const emitterPort = {
    postMessage: (message: unknown) => port2.postMessage(message),
    on(event: 'message' | 'close', listener: (event: { readonly data: unknown }) => void) {
      if (event === 'message') port2.on('message', (data) => listener({ data }));
      else port2.on('close', () => listener({ data: undefined }));
    },
    close: () => port2.close(),
  };
  return [overDomPort(port1 as unknown as Parameters<typeof overDomPort>[0]), overEmitterPort(emitterPort)];
}

describe.each([
  ['direct channels', directChannels],
  ['message ports', portChannels],
])('a contract over %s', (_name, channels) => {
  function open(): { client: Client<typeof calculator>; server: Server<typeof calculator>; thrown: string[] } {
    const [clientEnd, serverEnd] = channels();
    const thrown: string[] = [];
    const server = serve(calculator, service, serverEnd, {
      onServiceError: (command, e) => thrown.push(`${command}: ${e}`),
    });
    return { client: connect(calculator, clientEnd), server, thrown };
  }

  it('answers every call with its own result, in whatever order they end', async () => {
    const { client } = open();
    const hanging = client.call('hang', {});
    const answers = await Promise.all([1, 2, 4].map((b) => client.call('divide', { a: 8, b })));
    client.close();
    expect([answers, await hanging]).toEqual([
      [8, 4, 2].map((quotient) => ({ ok: true, value: { quotient } })),
      { ok: false, error: { code: 'transport/closed', message: expect.any(String) } },
    ]);
  });

  it('gives failures as values: a thrown error, a wrong result, wrong parameters, unknown names', async () => {
    const { client, thrown } = open();
    const codes: unknown[] = [];
    for (const [command, params] of [
      ['divide', { a: 1, b: 0 }],
      ['lie', {}],
      ['divide', { a: '1', b: 2 }],
      ['toString', {}],
    ] as const) {
      const result = await (
        client.call as (c: string, p: unknown) => Promise<{ ok: boolean; error: { code: string } }>
      )(command, params);
      codes.push(result.ok || result.error.code);
    }
    expect([codes, thrown]).toEqual([
      ['transport/service-failed', 'transport/invalid-result', 'transport/invalid-params', 'transport/unknown-command'],
      ['divide: Error: division by zero'],
    ]);
  });

  it('delivers events in order to each listener until it is disposed', async () => {
    const { client, server } = open();
    const heard: number[] = [];
    const subscription = client.on('tick', ({ count }) => heard.push(count));
    server.emit('tick', { count: 1 });
    server.emit('tick', { count: 2 });
    await client.call('divide', { a: 1, b: 1 });
    subscription.dispose();
    server.emit('tick', { count: 3 });
    await client.call('divide', { a: 1, b: 1 });
    expect(heard).toEqual([1, 2]);
  });

  it('refuses to emit what the contract does not describe', () => {
    const { server } = open();
    expect(() => server.emit('tick', { count: 'many' } as unknown as { count: number })).toThrow();
  });

  it('tells both ends when the channel closes and fails later calls at once', async () => {
    const { client } = open();
    const heard: string[] = [];
    client.onClosed(() => heard.push('closed'));
    client.close();
    const result = await client.call('divide', { a: 1, b: 1 });
    expect([heard, result.ok]).toEqual([['closed'], false]);
  });
});

describe('the serving end', () => {
  const call = (over: Record<string, unknown>): unknown => ({
    type: 'call',
    contract: 'calculator',
    version: 3,
    id: 1,
    command: 'divide',
    params: { a: 1, b: 1 },
    ...over,
  });
  const codeOf = async (message: unknown, sizeMaxBytes?: number): Promise<string> => {
    const reply = await answer(calculator, service, message, sizeMaxBytes === undefined ? {} : { sizeMaxBytes });
    return reply === null ? 'ignored' : 'failure' in reply ? reply.failure.code : 'answered';
  };

  it('refuses another version, extra parameters and oversize messages, and ignores what is not for it', async () => {
    const codes = await Promise.all([
      codeOf(call({})),
      codeOf(call({ version: 2 })),
      codeOf(call({ params: { a: 1, b: 1, c: 1 } })),
      codeOf(call({ params: { a: 'x'.repeat(2000), b: 1 } }), 1000),
      codeOf(call({ contract: 'other' })),
      codeOf('noise'),
    ]);
    expect(codes).toEqual([
      'answered',
      'transport/version',
      'transport/invalid-params',
      'transport/too-large',
      'ignored',
      'ignored',
    ]);
  });

  it('answers or ignores any message without throwing, and pollutes no prototype', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything({ withNullPrototype: true }), fc.string(), async (params, command) => {
        const code = await codeOf(call({ params, command }));
        expect([
          'transport/invalid-params',
          'transport/unknown-command',
          'answered',
          'transport/invalid-result',
        ]).toContain(code);
      }),
      { seed: 20261124, numRuns: 300 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe('message size', () => {
  it('counts nested text and stops at the limit', () => {
    const cyclic: Record<string, unknown> = { name: 'abc' };
    cyclic.self = cyclic;
    expect([
      approximateSizeBytes({ ab: ['xy', 1] }, 1000),
      approximateSizeBytes(cyclic, 1000),
      approximateSizeBytes(
        Array.from({ length: 1_000_000 }, () => 'x'),
        100,
      ) >= 100,
    ]).toEqual([4 + 16 + 4 + 8, 8 + 8 + 6, true]);
  });
});
