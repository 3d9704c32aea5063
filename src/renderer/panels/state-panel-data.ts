/** What the State panel reads from the engine, as hooks. */
import { useEffect, useMemo, useReducer, useRef, useState } from 'react';
import { GONE_TEXT, useRun } from '../store/run.ts';
import { services } from '../store/services.ts';
import { useIsFlowing, useMoment, useView } from '../store/view.ts';
import { type PagerState, StatePager, type StateQuestion } from './state-pager.ts';
import { growthPerMinute, type SizeSample, type StateDescription, withSample } from './state-panel-kernels.ts';

/** Descriptions cost next to nothing, whatever the size of the state. */
const DESCRIBE_MS = 500;

/** The states of a node, and how each of them grows. */
export interface NodeStates {
  readonly states: readonly StateDescription[];
  /** Bytes a minute by state; missing while it is too early to say. */
  readonly growth: ReadonlyMap<string, number>;
  /** False until the engine has answered for this node. */
  readonly isKnown: boolean;
  /** Why it cannot be known; empty when nothing is wrong. */
  readonly failure: string;
}

interface Known {
  /** View and node. */
  readonly of: string;
  readonly nodeId: string | null;
  readonly states: NodeStates;
}

const NOTHING: NodeStates = { states: [], growth: new Map(), isKnown: false, failure: '' };

/** Raised whenever what is looked at may have changed while no rows flow: a step, another moment, the end. */
function useRestingChange(): string {
  const tick = useRun((s) => s.tick);
  const status = useRun((s) => s.status);
  const row = useView((s) => s.moment?.row ?? -1);
  const isFlowing = useIsFlowing();
  return isFlowing ? '' : `${tick}/${status}/${row}`;
}

/** Follows the states of a node. */
export function useNodeStates(viewId: string | null, nodeId: string | null): NodeStates {
  const [known, setKnown] = useState<Known>({ of: '', nodeId: null, states: NOTHING });
  const samples = useRef(new Map<string, readonly SizeSample[]>());
  const isFlowing = useIsFlowing();
  const isLive = useView((s) => s.moment === null);
  const change = useRestingChange();
  const isGone = useRun((s) => s.isGone && s.runId === viewId);
  const of = `${viewId}/${nodeId}`;

  // biome-ignore lint/correctness/useExhaustiveDependencies: `change` is what makes it ask again.
  useEffect(() => {
    let isLeft = false;
    const read = async (): Promise<void> => {
      const engine = services().engine.current();
      if (engine === null || viewId === null || nodeId === null || isGone) return;
      const answer = await engine.call('state.describe', { runId: viewId, nodeId });
      if (isLeft) return;
      if (!answer.ok) {
        // A connection that closes is the end of the engine, which has its own words.
        const failure = answer.error.code === 'transport/closed' ? '' : answer.error.message;
        setKnown((before) => (before.of === of ? before : { of, nodeId, states: { ...NOTHING, failure } }));
        return;
      }
      const growth = new Map<string, number>();
      for (const { stateId, sizeBytes } of answer.value.states) {
        if (!isLive) break;
        const id = `${of}/${stateId}`;
        const before = samples.current.get(id) ?? [];
        const now = isFlowing ? withSample(before, { atMs: performance.now(), sizeBytes }) : before;
        samples.current.set(id, now);
        const bytes = growthPerMinute(now);
        if (bytes !== null && isFlowing) growth.set(stateId, bytes);
      }
      setKnown({ of, nodeId, states: { states: answer.value.states, growth, isKnown: true, failure: '' } });
    };
    void read();
    const timer = isFlowing ? setInterval(() => void read(), DESCRIBE_MS) : undefined;
    return () => {
      isLeft = true;
      clearInterval(timer);
    };
  }, [of, isFlowing, isLive, change, isGone]);
  if (known.of === of) return known.states;
  // The same node at the first moment of a replay: the table stays, with its filter and its order, until the answer.
  if (!isGone && known.nodeId === nodeId && viewId !== null) return known.states;
  return isGone ? { ...NOTHING, failure: GONE_TEXT } : NOTHING;
}

/** Pages of a state, and what tells which rows are in sight. */
export function useStatePages(question: StateQuestion | null): {
  readonly pages: PagerState;
  readonly show: (first: number, last: number) => void;
} {
  const [, repaint] = useReducer((count: number) => count + 1, 0);
  const pager = useMemo(
    () =>
      new StatePager(
        async (asked) => {
          const answer = await services().engine.current()?.call('state.page', asked);
          return answer?.ok === true ? answer.value : null;
        },
        repaint,
        () => performance.now(),
      ),
    [],
  );
  const isFlowing = useIsFlowing();
  const change = useRestingChange();
  const { viewId, nodeId, stateId, filter, sort } = question ?? {};
  const text = JSON.stringify([viewId, nodeId, stateId, filter, sort]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the text is the question.
  useEffect(() => {
    if (question !== null) pager.look(question);
  }, [pager, text]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `change` is what makes it ask again.
  useEffect(() => {
    pager.refresh();
    if (!isFlowing) return;
    let timer = setTimeout(function again() {
      pager.refresh();
      timer = setTimeout(again, pager.refreshMs);
    }, pager.refreshMs);
    return () => clearTimeout(timer);
  }, [pager, isFlowing, change]);
  return { pages: pager.state, show: (first, last) => pager.show(first, last) };
}

/** The time that ages count from: that of the moment, or now (each second anew). */
export function useNowMs(): number {
  const moment = useMoment();
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    if (moment !== null) return;
    setNowMs(Date.now());
    const timer = setInterval(() => setNowMs(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [moment]);
  return moment?.timeMs ?? nowMs;
}
