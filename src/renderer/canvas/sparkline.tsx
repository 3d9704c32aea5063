/** The last minute of a rate as a small line; the number beside it says the value, so it is hidden from readers. */

const WIDTH_PX = 36;
const HEIGHT_PX = 10;

/** Draws `values`, oldest first, scaled to their own maximum. */
export function Sparkline({ values }: { values: readonly number[] }) {
  const max = Math.max(1, ...values);
  const points = values
    .map((value, i) => {
      const x = values.length === 1 ? 0 : (i / (values.length - 1)) * WIDTH_PX;
      return `${x.toFixed(1)},${(HEIGHT_PX - 1 - (value / max) * (HEIGHT_PX - 2)).toFixed(1)}`;
    })
    .join(' ');
  return (
    <svg width={WIDTH_PX} height={HEIGHT_PX} aria-hidden="true">
      <polyline points={points} fill="none" stroke="var(--accent)" strokeWidth="1.25" />
    </svg>
  );
}
