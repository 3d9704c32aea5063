/** The one content security policy of every page. A test compares the header that the window receives with it. */

/**
 * Nothing but our own files, no code from strings. Styles may be inline because Monaco and the
 * widgets set them by script; that is the only concession.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "frame-src 'none'",
  "object-src 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');
