/** Which addresses may leave the app for the system's browser, after the user agreed. */

/** Longest address that is shown whole in the question. */
const LENGTH_MAX = 2000;

/** The address in its normal form when it is plain https to a host by name, else null. */
export function externalLink(url: string): string | null {
  if (url.length > LENGTH_MAX || !/^https:\/\/[a-z0-9]/.test(url)) return null;
  // Spaces, control characters, backslashes and look-alike letters are read differently by different programs.
  if (!/^[!-[\]-~]+$/.test(url)) return null;
  try {
    const parsed = new URL(url);
    if (parsed.protocol !== 'https:' || parsed.username !== '' || parsed.password !== '') return null;
    // A name with a dot: no localhost, no bare addresses.
    if (!/^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}$/.test(parsed.hostname)) return null;
    return parsed.href;
  } catch {
    return null;
  }
}
