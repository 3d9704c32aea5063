/** The mark: a wheel in a race of water. Drawn here, so that it takes its colours from the tokens. */

/** The mark at a size in rem. */
export function Logo({ size }: { size: number }) {
  return (
    <svg width={`${size}rem`} height={`${size}rem`} viewBox="0 0 32 32" aria-hidden="true" fill="none">
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <g stroke="var(--on-accent)" strokeWidth="2" strokeLinecap="round">
        <circle cx="16" cy="13" r="5.5" />
        <path d="M16 4.5v3M16 18.5v3M7.5 13h3M21.5 13h3M10 7l2.1 2.1M19.9 16.9 22 19M22 7l-2.1 2.1M10 19l2.1-2.1" />
        <path d="M5 25.5c1.8-1.6 3.7-1.6 5.5 0s3.7 1.6 5.5 0 3.7-1.6 5.5 0 3.7 1.6 5.5 0" />
      </g>
    </svg>
  );
}
