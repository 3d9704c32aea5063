// biome-ignore-all lint/a11y/useFocusableInteractive: the rows are to be read; the table as a whole has the focus.
// biome-ignore-all lint/a11y/useSemanticElements: rows of a virtual table are placed by hand, which table elements do not allow.
/**
 * The rows of a node as a changelog: kind, number, values. Only the rows in sight are in the page. It
 * follows the newest row until the user scrolls up, and says how much of the whole it shows.
 */
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDownToLine, Cloud, Copy, Rows4 } from 'lucide-react';
import { type CSSProperties, memo, useEffect, useMemo, useRef, useState } from 'react';
import { runCommand } from '../app/commands.ts';
import { useAnalysis } from '../store/analysis.ts';
import { useIsRemote } from '../store/cluster.ts';
import { announce, toast } from '../store/notices.ts';
import { isActive, useRun } from '../store/run.ts';
import { useIsRunOutdated } from '../store/run-age.ts';
import { type TapRow, useTap } from '../store/tap.ts';
import { useIsFlowing, useMoment, useView, useViewId } from '../store/view.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { formatCount, plural } from '../ui/format.ts';
import styles from './dock.module.css';
import { columnWidths, isNumeric, missingColumns, rowsAsText, shortType } from './row-table.ts';

const ROW_HEIGHT_PX = 26;
/** Width of a letter of the data font at its size; not `ch`, because the header has another font. */
const LETTER_REM = 0.45;
const CELL_PADDING_REM = 1.6;

/** Names and classes of row kinds; the sign is always there, so colour is never the only mark. */
const KINDS = {
  '+I': { name: 'insert', className: styles.kindI },
  '-U': { name: 'update before', className: styles.kindUB },
  '+U': { name: 'update after', className: styles.kindUA },
  '-D': { name: 'delete', className: styles.kindD },
} as const;

/** The panel. */
export function RowsPanel() {
  const { nodeId, columns, rows, total, failure } = useTap();
  const status = useRun((s) => s.status);
  const isFlowing = useIsFlowing();
  const viewId = useViewId();
  const moment = useMoment();
  const isOpened = useView((s) => s.opened !== null);
  const name =
    useAnalysis((s) => (nodeId === null ? undefined : s.nodesById.get(nodeId)?.name)) ?? nodeId?.replace(/^\w+:/, '');
  const isInRun = useRun((s) => isActive(s.status) || (nodeId !== null && s.nodes.has(nodeId)));
  const isOutdated = useIsRunOutdated();
  const isGone = useAnalysis(
    (s) => nodeId !== null && !s.nodesById.has(nodeId) && !s.graph.nodes.some((n) => n.standsFor === nodeId),
  );
  const schema = useAnalysis((s) => (nodeId === null ? undefined : s.schemas.get(nodeId)?.columns));
  const unread = isOutdated || columns.length === 0 ? [] : missingColumns(schema ?? [], columns);
  const isRemote = useIsRemote();
  const [isFollowing, setIsFollowing] = useState(true);

  if (isRemote) {
    return (
      <EmptyState icon={<Cloud />} text="The rows of this job are on the cluster; its figures stand on the canvas.">
        <Button onClick={() => runCommand('cluster.leave')}>Back to this machine</Button>
      </EmptyState>
    );
  }
  if (viewId === null && status === 'none' && rows.length === 0) {
    return (
      <EmptyState icon={<Rows4 />} text="Run the job to see the rows of every node, here and as they come.">
        <Button tone="accent" onClick={() => runCommand('run.start')}>
          Run
        </Button>
      </EmptyState>
    );
  }
  if (nodeId === null || isGone) return <EmptyState icon={<Rows4 />} text="Select a node to see its rows." />;
  return (
    <div className={styles.panel}>
      <div className={styles.bar}>
        <strong>{name}</strong>
        <span data-testid="row-count">
          {total > rows.length
            ? `showing the last ${formatCount(rows.length)} of ${plural(total, 'row')}`
            : plural(total, 'row')}
        </span>
        {moment === null ? null : <span className={styles.past}>at row {formatCount(moment.row)}</span>}
        {isOutdated ? (
          <span className={styles.outdated}>
            {isOpened ? 'of another script' : 'from the run before your last change'}
          </span>
        ) : null}
        {failure === '' || rows.length === 0 ? null : <span>{failure}</span>}
        <span className={styles.rest} />
        <IconButton label="Follow the newest row" isPressed={isFollowing} onClick={() => setIsFollowing(!isFollowing)}>
          <ArrowDownToLine />
        </IconButton>
        <IconButton
          label="Copy all shown rows"
          onClick={() =>
            void copyRows(
              columns.map((c) => c.name),
              rows,
            )
          }
        >
          <Copy />
        </IconButton>
      </div>
      {unread.length === 0 ? null : (
        <p className={styles.note}>Not shown: {unread.join(', ')} (nothing further on reads them)</p>
      )}
      {rows.length === 0 ? (
        failure !== '' ? (
          <EmptyState text={failure} />
        ) : isInRun ? (
          <EmptyState
            text={
              moment !== null
                ? 'No row had come out of this node at that moment.'
                : isFlowing || isActive(status)
                  ? 'No row has come out of this node yet.'
                  : 'This node gave no rows in the last run.'
            }
          />
        ) : (
          <EmptyState text="This node was not part of the last run.">
            <Button onClick={() => runCommand('run.start')}>Run again</Button>
          </EmptyState>
        )
      ) : (
        <RowTable isFollowing={isFollowing} onFollow={setIsFollowing} />
      )}
    </div>
  );
}

function RowTable({ isFollowing, onFollow }: { isFollowing: boolean; onFollow: (value: boolean) => void }) {
  const { columns, rows, nodeId, total, rowsViewId } = useTap();
  const scroller = useRef<HTMLDivElement>(null);
  const headHeightPx = 30;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT_PX,
    overscan: 12,
    scrollPaddingStart: headHeightPx,
  });
  // Widths are taken once a run has shown its first rows; they must not jump with each new row.
  const hasMany = rows.length >= 20;
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above, the rows themselves are left out on purpose.
  const template = useMemo(
    () =>
      `3rem 4rem ${columnWidths(columns, rows.slice(0, 60))
        .map((ch) => `${(ch * LETTER_REM + CELL_PADDING_REM).toFixed(2)}rem`)
        .join(' ')} 1fr`,
    [columns, hasMany, nodeId],
  );
  const style: CSSProperties = { gridTemplateColumns: template };

  useEffect(() => {
    const element = scroller.current;
    if (isFollowing && element !== null && rows.length > 0) element.scrollTop = element.scrollHeight;
  }, [isFollowing, rows]);

  const isRight = columns.map((column) => isNumeric(column.type));
  return (
    <div
      ref={scroller}
      className={styles.scroll}
      role="table"
      data-view={rowsViewId}
      aria-label="Rows"
      aria-rowcount={total + 1}
      aria-colcount={columns.length + 2}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the grid scrolls by keyboard.
      tabIndex={0}
      onWheel={(event) => {
        if (event.deltaY < 0) onFollow(false);
      }}
      onScroll={(event) => {
        const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
        if (!isFollowing && scrollHeight - scrollTop - clientHeight < 2) onFollow(true);
      }}
      onKeyDown={(event) => {
        if (['ArrowUp', 'PageUp', 'Home'].includes(event.key)) onFollow(false);
        if ((event.ctrlKey || event.metaKey) && event.key === 'c' && String(getSelection()) === '') {
          void copyRows(
            columns.map((c) => c.name),
            rows,
          );
        }
      }}
    >
      <div className={styles.table} style={{ height: virtual.getTotalSize() + headHeightPx, width: 'max-content' }}>
        <div className={styles.head} style={style} role="row" aria-rowindex={1}>
          <div className={styles.headCell} role="columnheader">
            Kind
          </div>
          <div className={classNames(styles.headCell, styles.number)} role="columnheader">
            #
          </div>
          {columns.map((column, i) => (
            <div
              key={column.name}
              className={styles.headCell}
              role="columnheader"
              title={`${column.name} ${column.type}`}
              style={isRight[i] === true ? { justifyContent: 'flex-end' } : undefined}
            >
              {column.name} <span className={styles.type}>{shortType(column.type)}</span>
            </div>
          ))}
        </div>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          return row === undefined ? null : (
            <Row
              key={row.sequence}
              row={row}
              template={template}
              top={item.start + headHeightPx}
              isRight={isRight.join()}
            />
          );
        })}
      </div>
    </div>
  );
}

/** `isRight` is a text, so that equal rows are not painted again. */
const Row = memo(function Row({
  row,
  template,
  top,
  isRight,
}: {
  row: TapRow;
  template: string;
  top: number;
  isRight: string;
}) {
  const kind = KINDS[row.kind];
  const right = isRight.split(',');
  return (
    <div
      className={styles.row}
      role="row"
      aria-rowindex={row.sequence + 2}
      data-kind={row.kind}
      style={{ top, gridTemplateColumns: template }}
    >
      <div className={classNames(styles.kind, kind.className)} role="cell" title={kind.name}>
        {row.kind}
        <span className="visually-hidden"> {kind.name}</span>
      </div>
      <div className={classNames(styles.cell, styles.number)} role="cell">
        {row.sequence + 1}
      </div>
      {row.values.map((value, i) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place.
          key={i}
          className={classNames(styles.cell, value === null && styles.null, right[i] === 'true' && styles.right)}
          role="cell"
          title={value ?? 'NULL'}
        >
          {value ?? 'NULL'}
        </div>
      ))}
    </div>
  );
});

async function copyRows(columns: readonly string[], rows: readonly TapRow[]): Promise<void> {
  try {
    await navigator.clipboard.writeText(rowsAsText(columns, rows));
    announce(`Copied ${plural(rows.length, 'row')}.`);
  } catch {
    toast('bad', 'The rows could not be copied.', { hint: 'The system did not give access to the clipboard.' });
  }
}
