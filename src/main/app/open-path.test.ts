/** Which argument of a start is the project. */
import { expect, it } from 'vitest';
import { openPathFromArguments } from './open-path.ts';

it('takes the first argument that is neither a flag nor the app, against the working folder', () => {
  const open = (argv: string[], appFolder: string | null = '/app'): string | null =>
    openPathFromArguments(['electron', ...argv], '/home/me', appFolder);
  expect([
    open(['--no-sandbox', '/app', 'jobs/a.sql']),
    open(['/app', '/data/job.sql', 'other.sql']),
    open(['/app/', '--flag']),
    open(['.'], '/home/me'),
    open(['./-odd.sql'], null),
    open([], null),
  ]).toEqual(['/home/me/jobs/a.sql', '/data/job.sql', null, null, '/home/me/-odd.sql', null]);
});
