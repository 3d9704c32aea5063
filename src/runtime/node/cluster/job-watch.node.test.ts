/** A watched job from outside: what the window is told while a JobManager answers, is away, and answers again. */
import * as fs from 'node:fs';
import { createServer, type Server } from 'node:http';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventPayload } from '../../contract/contract.ts';
import type { EngineContract } from '../../contract/engine-contract.ts';
import plans from '../../job/flink-plans.fixture.json' with { type: 'json' };
import { projectFunctions } from '../../udf/project-functions.ts';
import type { ViewMetrics } from '../engine/worker-messages.ts';
import { JobWatch } from './job-watch.ts';
import { RestClient } from './rest-client.ts';

const script = fs.readFileSync(
  path.join(import.meta.dirname, '..', '..', '..', '..', 'samples', 'changelog', 'job.sql'),
  'utf8',
);
const NEVER = '-9223372036854775808';

/** What a JobManager says: the plan of a real one, and figures of a moment. */
class JobManager {
  readonly answers = new Map<string, unknown>();
  port = 0;
  #server: Server | null = null;

  constructor() {
    const rows: Record<string, readonly [number, number]> = { bc764c95: [12, 48], '51397585': [12, 0] };
    const vertices = plans.changelog.map(({ id }) => ({
      id,
      name: `vertex ${id}`,
      parallelism: 2,
      status: 'RUNNING',
      duration: 20_000,
      metrics: { 'read-records': rows[id]?.[0] ?? 0, 'write-records': rows[id]?.[1] ?? 0 },
    }));
    this.answers.set('/jobs/j', {
      jid: 'j',
      name: 'votes',
      state: 'RUNNING',
      'start-time': 1000,
      duration: 21_000,
      vertices,
      plan: { nodes: plans.changelog },
    });
    for (const { id } of vertices) this.metrics(id, []);
    this.answers.set('/jobs/j/checkpoints', {
      counts: { completed: 3, failed: 0, in_progress: 1 },
      latest: { completed: { trigger_timestamp: 5000, end_to_end_duration: 12, state_size: 345 }, restored: null },
    });
    this.answers.set('/jobs/j/exceptions', { exceptionHistory: { entries: [] } });
  }

  /** Figures of a vertex, by name: least, most, sum. */
  metrics(
    vertexId: string,
    figures: readonly (readonly [name: string, least: unknown, most: unknown, sum: unknown])[],
  ) {
    const all = figures.map(([id, min, max, sum]) => ({ id, min, max, sum }));
    this.answers.set(`/jobs/j/vertices/${vertexId}/subtasks/metrics`, all);
  }

  async open(): Promise<string> {
    this.#server = createServer((request, response) => {
      const answer = this.answers.get((request.url ?? '').split('?')[0] ?? '');
      response.writeHead(answer === undefined ? 404 : 200, { 'Content-Type': 'application/json', Connection: 'close' });
      response.end(JSON.stringify(answer ?? { errors: ['unknown'] }));
    });
    await new Promise<void>((done) => this.#server?.listen(this.port, '127.0.0.1', done));
    const address = this.#server.address();
    if (typeof address === 'object' && address !== null) this.port = address.port;
    return `http://127.0.0.1:${this.port}`;
  }

  close(): Promise<void> {
    return new Promise((done) => (this.#server === null ? done() : this.#server.close(() => done())));
  }
}

let flink: JobManager;
let watch: JobWatch | null = null;

beforeEach(() => {
  flink = new JobManager();
});

afterEach(async () => {
  watch?.close();
  await flink.close();
});

describe('a watched job', () => {
  it('has the figures of each node, tells when the cluster is away, and that it is back', async () => {
    const source = plans.changelog.find(({ description }) => description.includes('votes, project'))?.id ?? '';
    const favourites = plans.changelog.find(({ description }) => description.includes('favourites_out'))?.id ?? '';
    flink.metrics(source, [
      ['Source__votes[19].numRecordsOut', 5, 7, 12],
      ['Source__votes[19].currentOutputWatermark', NEVER, NEVER, NEVER],
      ['busyTimeMsPerSecond', 'NaN', 'NaN', 'NaN'],
      ['backPressuredTimeMsPerSecond', 0, 250, 250],
    ]);
    flink.metrics(favourites, [
      ['GroupAggregate[21].numRecordsIn', 6, 6, 12],
      ['GroupAggregate[21].numRecordsOut', 9, 9, 18],
      ['GroupAggregate[21].currentOutputWatermark', '7000', '9000', '16000'],
      ['Calc[22].numRecordsOut', 2, 3, 5],
      ['Sink__favourites_out[23].numRecordsIn', 2, 3, 5],
      [
        'Sink__favourites_out[23].currentInputWatermark',
        '9223372036854775807',
        '9223372036854775807',
        '9223372036854775807',
      ],
      ['busyTimeMsPerSecond', 100, 400, 500],
      ['backPressuredTimeMsPerSecond', 0, 0, 0],
      ['Shuffle.Netty.Input.numBuffersInLocal', 1, 1, 1],
    ]);
    const address = await flink.open();
    const told: { metrics: ViewMetrics; jobs: EventPayload<EngineContract, 'cluster.jobs'> }[] = [];
    let last: ViewMetrics | null = null;
    const waiting = new Set<() => void>();
    const until = (is: (jobs: EventPayload<EngineContract, 'cluster.jobs'>) => boolean) =>
      new Promise<(typeof told)[number]>((done) => {
        const look = (): void => {
          const found = told[told.length - 1];
          if (found === undefined || !is(found.jobs)) return;
          waiting.delete(look);
          done(found);
        };
        waiting.add(look);
        look();
      });
    watch = new JobWatch({
      viewId: 'cluster-1',
      client: new RestClient(address),
      jobIds: ['j'],
      script,
      library: projectFunctions([]),
      nowMs: () => 50_000,
      onFigures: (metrics) => {
        last = metrics;
      },
      onJobs: (jobs) => {
        if (last !== null) told.push({ metrics: last, jobs });
        for (const look of [...waiting]) look();
      },
    });
    watch.start();
    const { metrics, jobs } = await until(() => true);
    const idle = { stateEntryCount: 0, stateSizeBytes: 0, lateRowCount: 0, rowsPerSecond: 0 };
    expect(metrics.nodes.filter(({ rowCount }) => rowCount > 0)).toEqual(
      expect.arrayContaining([
        {
          ...idle,
          nodeId: 'table:votes',
          rowCount: 12,
          watermarkMs: null,
          ended: false,
          load: { rowsIn: null, busy: null, backPressured: 0.25 },
        },
        {
          ...idle,
          nodeId: 'view:score',
          rowCount: 18,
          watermarkMs: 7000,
          ended: false,
          load: { rowsIn: 12, busy: 0.4, backPressured: 0 },
        },
        {
          ...idle,
          nodeId: 'table:favourites_out',
          rowCount: 5,
          watermarkMs: null,
          ended: true,
          load: { rowsIn: 5, busy: 0.4, backPressured: 0 },
        },
      ]),
    );
    expect({ ...metrics, nodes: [] }).toEqual({
      runId: 'cluster-1',
      status: 'running',
      elapsedMs: 21_000,
      rowsRead: 12,
      fraction: null,
      nodes: [],
      recording: null,
    });
    expect(jobs).toEqual({
      viewId: 'cluster-1',
      away: null,
      jobs: [
        {
          jobId: 'j',
          name: 'votes',
          state: 'RUNNING',
          startedAtMs: 1000,
          durationMs: 21_000,
          parallelism: 2,
          checkpoints: {
            completedCount: 3,
            failedCount: 0,
            inProgressCount: 1,
            last: { atMs: 5000, durationMs: 12, sizeBytes: 345 },
            restoredFrom: null,
          },
        },
      ],
      unmapped: [],
      merged: [],
      diagnostics: [],
    });

    await flink.close();
    const away = await until((now) => now.away !== null);
    expect(away.jobs.away?.message).toMatch(/^http:\/\/127\.0\.0\.1:\d+ does not answer: ECONNREFUSED\.$/);
    expect(away.metrics.nodes).toHaveLength(metrics.nodes.length);

    flink.answers.set('/jobs/j/exceptions', {
      exceptionHistory: {
        entries: [1, 2].map((timestamp) => ({
          exceptionName: 'org.apache.flink.util.FlinkException',
          stacktrace:
            'org.apache.flink.util.FlinkException: task failed\n\tat a.B.c(B.java)\nCaused by: java.lang.ArithmeticException: / by zero\n\tat a.B.d(B.java)\n',
          timestamp,
          taskName: `vertex ${favourites} (1/2)`,
        })),
      },
    });
    flink.answers.set('/jobs/j', { ...(flink.answers.get('/jobs/j') as object), state: 'FAILED' });
    await flink.open();
    const back = await until((now) => now.away === null && now.jobs[0]?.state === 'FAILED');
    expect(back.metrics.status).toBe('failed');
    expect(back.jobs.diagnostics).toEqual([
      {
        code: 'cluster/exception',
        phase: 'run',
        severity: 'error',
        message: 'ArithmeticException on the cluster: / by zero',
        hint: `Job votes, task vertex ${favourites} (1/2).`,
        flinkClass: 'java.lang.ArithmeticException',
        nodeId: expect.stringMatching(/^view:(score|favourites)$|favourites_out/),
      },
    ]);
  });
});
