/** Does to timers what the column `cmd` says, and tells what it saw. Twin of `TimerProbe.java`. */
import { type ProcessContext, process, state, type Timestamp, t } from 'millrace';

export default process({
  returns: { event: t.string(), at: t.bigint(), watermark: t.bigint(), firings: t.int() },
  state: { firings: state.value(t.int()) },
  onRow(row, cx) {
    cx.emit({ event: 'row', at: ms(cx.time), watermark: ms(cx.watermark), firings: cx.state.firings.get() ?? 0 });
    obey(row.cmd as string | null, cx as ProcessContext);
  },
  onTimer(timer, cx) {
    const firings = (cx.state.firings.get() ?? 0) + 1;
    cx.state.firings.set(firings);
    cx.emit({ event: `timer ${timer.name}`, at: ms(timer.time), watermark: ms(cx.watermark), firings });
    const bar = timer.name.indexOf('|');
    if (bar >= 0) obey(timer.name.slice(bar + 1), cx as ProcessContext);
  },
});

/** The watermark at the end of the input is Java's largest long. */
function ms(time: Timestamp | null): bigint | null {
  if (time === null) return null;
  return time.epochMs === 8_640_000_000_000_000 ? 9_223_372_036_854_775_807n : BigInt(time.epochMs);
}

function obey(commands: string | null, cx: ProcessContext): void {
  for (const command of (commands ?? '').split(';')) {
    const [what = '', name = '', time = ''] = command.trim().split(' ');
    if (what === 'reg') cx.registerOnTime(name.replaceAll('_', ' '), Number(time));
    if (what === 'clear') cx.clearTimer(name);
    if (what === 'clearall') cx.clearAllTimers();
    if (what === 'fail') throw new Error('as told');
  }
}
