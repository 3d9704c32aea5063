/** What the window may load, open and be asked by: tables of hostile addresses, without Electron. */
import { describe, expect, it } from 'vitest';
import { isFromPage } from '../ipc/sender-check.ts';
import { externalLink } from './external-link.ts';
import { findServedFile, isAppAddress } from './served-files.ts';
import { fitToDisplays } from './window-state.ts';

const files = { 'index.html': 'text/html; charset=utf-8', 'assets/main-1a.js': 'text/javascript; charset=utf-8' };

describe('the files that app:// serves', () => {
  it('are the listed ones under their literal address, with their media type', () => {
    expect(
      ['app://millrace/index.html', 'app://millrace/', 'app://millrace/assets/main-1a.js?v=1#x'].map((url) =>
        findServedFile(files, url),
      ),
    ).toEqual([
      { address: 'index.html', mediaType: files['index.html'] },
      { address: 'index.html', mediaType: files['index.html'] },
      { address: 'assets/main-1a.js', mediaType: files['assets/main-1a.js'] },
    ]);
  });

  const steps = [
    '../',
    '..%2f',
    '%2e%2e/',
    '%2e%2e%2f',
    '..%5c',
    '..\\',
    '%252e%252e/',
    './../',
    '....//',
    '/',
    '//',
    '%00',
    'C:/',
    'file:///',
  ];
  const targets = ['etc/passwd', 'package.json', 'main/main.cjs', 'renderer-files.json'];
  const traversals = [
    ...steps.flatMap((step) => targets.map((target) => `app://millrace/${step}${target}`)),
    ...steps.map((step) => `app://millrace/assets/${step}../index.html`),
    'app://millrace/assets',
    'app://millrace/assets/',
    'app://millrace/INDEX.HTML',
    'app://millrace/index.html/',
    'app://millrace/index.html%00',
    'app://millrace/__proto__',
    'app://millrace/constructor',
    'app://millrace/toString',
    'app://evil/index.html',
    'app://millrace.evil/index.html',
    'file:///index.html',
    'app:index.html',
    'http://millrace/index.html',
  ];
  it(`are no others: ${traversals.length} traversals find nothing`, () => {
    expect(traversals.filter((url) => findServedFile(files, url) !== null)).toEqual([]);
  });
});

describe('navigation', () => {
  it('stays on our own origin', () => {
    const addresses = [
      'app://millrace/index.html',
      'app://millrace/index.html#node=1',
      'app://x.evil/',
      'app://millrace.evil/',
      'app://user@millrace/',
      'app://millrace:1/',
      'file:///etc/passwd',
      'https://app.evil',
      'https://millrace/',
      'javascript:alert(1)',
      'data:text/html,x',
      'blob:app://millrace/1',
      'about:blank',
      'APP://millrace/',
      'app://millrace',
      '',
      'app:',
    ];
    expect(addresses.filter(isAppAddress)).toEqual(['app://millrace/index.html', 'app://millrace/index.html#node=1']);
  });
});

describe('links out of the app', () => {
  it('open only for plain https addresses of named hosts', () => {
    const good = ['https://flink.apache.org/', 'https://nightlies.apache.org/flink/flink-docs-release-2.3/?q=a%20b#c'];
    const hostile = [
      'http://flink.apache.org/',
      'file:///etc/passwd',
      'file://host/share',
      'smb://host/share',
      'ms-msdt:/id',
      'ms-officecmd:x',
      'search-ms:query=x',
      'javascript:alert(1)',
      'JavaScript:alert(1)',
      ' javascript:alert(1)',
      'data:text/html,x',
      'vbscript:x',
      'ftp://a.example/',
      'ssh://a.example',
      'mailto:a@b.example',
      'HTTPS://flink.apache.org/',
      ' https://flink.apache.org/',
      'https://flink.apache.org/ x',
      'https://flink.apache.org/\nx',
      'https://flink.apache.org/\u0000',
      'https:/\\evil.example',
      'https:\\\\evil.example',
      'https:///evil.example',
      'https:evil.example',
      'https://',
      'https://.',
      'https://localhost/',
      'https://127.0.0.1/',
      'https://[::1]/',
      'https://2130706433/',
      'https://0x7f.1/',
      'https://user@flink.apache.org/',
      'https://user:pass@flink.apache.org/',
      'https://flink.apache.org@evil.example/',
      'https://flіnk.apache.org/',
      'https://flink.apache.org/\u202e',
      'https://flink.apache.org/\u200b',
      'https://a.example\\@b.example/',
      'app://millrace/',
      'chrome://settings',
      `https://a.example/${'x'.repeat(3000)}`,
      'view-source:https://a.example',
      'about:blank',
      'blob:https://a.example/1',
      '//a.example',
      'a.example',
      '',
    ];
    expect([good.map(externalLink), hostile.filter((url) => externalLink(url) !== null)]).toEqual([good, []]);
  });
});

describe('messages from the page', () => {
  it('count only from the top frame of that window, on our own address', () => {
    const mainFrame = { url: 'app://millrace/index.html' };
    const foreignMain = { url: 'https://evil.example/' };
    const senders: readonly (readonly [{ url: string } | null, number, unknown])[] = [
      [mainFrame, 1, mainFrame],
      [{ url: 'app://millrace/index.html' }, 1, mainFrame],
      [null, 1, mainFrame],
      [null, 1, null],
      [mainFrame, 2, mainFrame],
      [foreignMain, 1, foreignMain],
    ];
    expect(senders.map(([senderFrame, id, main]) => isFromPage({ senderFrame, sender: { id } }, 1, main))).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('the kept place of the window', () => {
  const areas = [{ x: 0, y: 0, width: 1920, height: 1040 }];
  it('is used when its title bar is on a display, and fitted to it', () => {
    const places = [
      { x: 100, y: 100, width: 1200, height: 800 },
      { x: 1800, y: 0, width: 3000, height: 3000 },
      { x: 2500, y: 100, width: 1200, height: 800 },
      { x: 100, y: -700, width: 1200, height: 800 },
      { x: 100, y: 1030, width: 1200, height: 800 },
    ];
    expect(places.map((place) => fitToDisplays(place, areas))).toEqual([
      places[0],
      { x: 1800, y: 0, width: 1920, height: 1040 },
      null,
      null,
      null,
    ]);
  });
});
