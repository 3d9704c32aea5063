// biome-ignore-all lint/a11y/useFocusableInteractive: the rows are to be read; the table as a whole has the focus.
// biome-ignore-all lint/a11y/useSemanticElements: rows of a virtual table are placed by hand, which table elements do not allow.
/** The entries of one state: only rows in sight are in the page, and only pages in sight are asked for. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { type CSSProperties, memo, useEffect, useMemo, useRef } from 'react';
import { classNames } from '../ui/class-names.ts';
import { formatWallClock } from '../ui/format.ts';
import dock from './dock.module.css';
import { isNumeric, shortType } from './row-table.ts';
import type { PagerState } from './state-pager.ts';
import styles from './state-panel.module.css';
import { useNowMs } from './state-panel-data.ts';
import {
  agoText,
  nextSort,
  ROW_COUNT_MAX,
  type StateDescription,
  type StateEntryText,
  type StateSort,
} from './state-panel-kernels.ts';

const ROW_HEIGHT_PX = 26;
const HEAD_HEIGHT_PX = 30;
const LETTER_REM = 0.45;
const CELL_PADDING_REM = 1.6;
const WIDTH_MIN_CH = 8;
const WIDTH_MAX_CH = 40;
/** `12:00:07.123 · 59 min ago` */
const UPDATED_WIDTH_CH = 26;

/** A column of the table. */
interface Column {
  readonly by: StateSort['by'];
  readonly index: number;
  readonly name: string;
  readonly type: string;
}

/** Props of `StateTable`. */
export interface StateTableProps {
  readonly state: StateDescription;
  readonly pages: PagerState;
  readonly sort: StateSort | null;
  readonly onSort: (sort: StateSort | null) => void;
  readonly onShow: (first: number, last: number) => void;
}

/** The table. */
export function StateTable({ state, pages, sort, onSort, onShow }: StateTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const rowCount = Math.min(pages.matchCount, ROW_COUNT_MAX);
  const virtual = useVirtualizer({
    count: rowCount,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT_PX,
    overscan: 10,
    scrollPaddingStart: HEAD_HEIGHT_PX,
  });
  // The description comes anew twice a second; its columns stay.
  const shape = JSON.stringify([state.stateId, state.keyColumns, state.valueColumns]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text is what matters of the state.
  const columns = useMemo(() => columnsOf(state), [shape]);
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items[items.length - 1]?.index ?? 0;
  useEffect(() => onShow(first, last), [onShow, first, last]);
  const template = useTemplate(state.stateId, columns, pages);
  const nowMs = useNowMs();
  const style: CSSProperties = { gridTemplateColumns: template };
  return (
    <div
      ref={scroller}
      className={classNames(dock.scroll, pages.isBehind && styles.behind)}
      role="table"
      aria-label={`Entries of ${state.name}`}
      aria-rowcount={rowCount + 1}
      aria-colcount={columns.length}
      aria-busy={pages.isBehind}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the grid scrolls by keyboard.
      tabIndex={0}
    >
      <div className={dock.table} style={{ height: virtual.getTotalSize() + HEAD_HEIGHT_PX, width: 'max-content' }}>
        <div className={dock.head} style={style} role="row" aria-rowindex={1}>
          {columns.map((column) => (
            <HeadCell key={`${column.by}${column.index}`} column={column} sort={sort} onSort={onSort} />
          ))}
        </div>
        {items.map((item) => (
          <Row
            key={item.index}
            index={item.index}
            entry={pages.rowAt(item.index)}
            columns={columns}
            template={template}
            top={item.start + HEAD_HEIGHT_PX}
            nowMs={nowMs}
            ttlMs={state.ttlMs}
          />
        ))}
      </div>
    </div>
  );
}

function HeadCell({
  column,
  sort,
  onSort,
}: {
  column: Column;
  sort: StateSort | null;
  onSort: (sort: StateSort | null) => void;
}) {
  const isSorted = sort !== null && sort.by === column.by && sort.column === column.index;
  const isRight = isNumeric(column.type);
  return (
    <div
      className={classNames(
        styles.headCell,
        column.by === 'key' && styles.keyHead,
        column.by === 'updated' && styles.updatedHead,
      )}
      role="columnheader"
      aria-sort={isSorted ? (sort.descending ? 'descending' : 'ascending') : 'none'}
      title={column.type === '' ? undefined : `${column.name} ${column.type}`}
    >
      <button
        type="button"
        className={classNames(styles.sortButton, isRight && styles.sortRight)}
        onClick={() => onSort(nextSort(sort, column.by, column.index))}
      >
        <span className={styles.headName}>{column.name}</span>
        <span className={dock.type}>{shortType(column.type)}</span>
        {isSorted ? sort.descending ? <ArrowDown aria-hidden="true" /> : <ArrowUp aria-hidden="true" /> : null}
      </button>
    </div>
  );
}

const Row = memo(function Row({
  index,
  entry,
  columns,
  template,
  top,
  nowMs,
  ttlMs,
}: {
  index: number;
  entry: StateEntryText | undefined;
  columns: readonly Column[];
  template: string;
  top: number;
  nowMs: number;
  ttlMs: number;
}) {
  const updatedMs = entry?.updatedMs ?? null;
  const isExpired = ttlMs > 0 && updatedMs !== null && nowMs - updatedMs >= ttlMs;
  return (
    <div
      className={classNames(dock.row, isExpired && styles.expired)}
      role="row"
      aria-rowindex={index + 2}
      style={{ top, gridTemplateColumns: template }}
    >
      {columns.map((column) =>
        column.by === 'updated' ? (
          <UpdatedCell
            key="updated"
            isLoaded={entry !== undefined}
            updatedMs={updatedMs}
            nowMs={nowMs}
            isExpired={isExpired}
          />
        ) : (
          <Cell
            key={`${column.by}${column.index}`}
            value={entry === undefined ? undefined : (entry[column.by][column.index] ?? null)}
            isKey={column.by === 'key'}
            isRight={isNumeric(column.type)}
          />
        ),
      )}
    </div>
  );
});

/** `value` undefined: on its way. */
function Cell({ value, isKey, isRight }: { value: string | null | undefined; isKey: boolean; isRight: boolean }) {
  return (
    <div
      className={classNames(
        dock.cell,
        isKey && styles.keyCell,
        value === null && dock.null,
        isRight && dock.right,
        value === undefined && styles.coming,
      )}
      role="cell"
      title={value === undefined ? undefined : (value ?? 'NULL')}
    >
      {value === undefined ? '' : (value ?? 'NULL')}
    </div>
  );
}

function UpdatedCell({
  isLoaded,
  updatedMs,
  nowMs,
  isExpired,
}: {
  isLoaded: boolean;
  updatedMs: number | null;
  nowMs: number;
  isExpired: boolean;
}) {
  if (!isLoaded) return <div className={classNames(dock.cell, styles.updatedCell, styles.coming)} role="cell" />;
  if (updatedMs === null)
    return (
      <div
        className={classNames(dock.cell, styles.updatedCell, dock.null)}
        role="cell"
        title="This state does not note when it changed"
      >
        –
      </div>
    );
  const hint = isExpired ? 'Its time to live is over: it is not read any more, and goes when its key comes again' : '';
  return (
    <div
      className={classNames(dock.cell, styles.updatedCell)}
      role="cell"
      title={`${new Date(updatedMs).toLocaleString()}${hint === '' ? '' : `. ${hint}`}`}
    >
      {formatWallClock(updatedMs, 'milliseconds')}
      <span className={styles.ago}> · {isExpired ? 'expired' : agoText(nowMs - updatedMs)}</span>
    </div>
  );
}

function columnsOf({ keyColumns, valueColumns }: StateDescription): readonly Column[] {
  return [
    ...keyColumns.map((column, index): Column => ({ by: 'key', index, ...column })),
    ...valueColumns.map((column, index): Column => ({ by: 'value', index, ...column })),
    { by: 'updated', index: 0, name: 'Last change', type: '' },
  ];
}

/** Widths by the first rows that came; they must not jump with each refresh. */
function useTemplate(stateId: string, columns: readonly Column[], pages: PagerState): string {
  const hasRows = pages.rowAt(0) !== undefined;
  const names = columns.map(({ name }) => name).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above, the rows themselves are left out on purpose.
  return useMemo(() => {
    const widths = columns.map(({ by, index, name, type }) => {
      if (by === 'updated') return UPDATED_WIDTH_CH;
      let width = Math.max(WIDTH_MIN_CH, name.length + Math.min(shortType(type).length, 16) + 3);
      for (let row = 0; row < 60; row++) width = Math.max(width, (pages.rowAt(row)?.[by][index] ?? '').length);
      return Math.min(WIDTH_MAX_CH, width);
    });
    return `${widths.map((ch) => `${(ch * LETTER_REM + CELL_PADDING_REM).toFixed(2)}rem`).join(' ')} 1fr`;
  }, [stateId, names, hasRows]);
}
