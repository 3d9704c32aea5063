/** Monaco's theme from the tokens of the page, so that one file decides all colours. */
import type * as monaco from 'monaco-editor/editor';

/** The theme for the page as it is now. `dark` chooses Monaco's base; the colours come from the page's tokens. */
export function themeRules(dark: boolean): monaco.editor.IStandaloneThemeData {
  const page = getComputedStyle(document.documentElement);
  const token = (name: string): string => longHex(page.getPropertyValue(name).trim());
  const bare = (name: string): string => token(name).replace('#', '');
  return {
    base: dark ? 'vs-dark' : 'vs',
    inherit: true,
    rules: [
      { token: '', foreground: bare('--code-identifier') },
      { token: 'keyword', foreground: bare('--code-keyword') },
      { token: 'type', foreground: bare('--code-type') },
      { token: 'function', foreground: bare('--code-function') },
      { token: 'string', foreground: bare('--code-string') },
      { token: 'number', foreground: bare('--code-number') },
      { token: 'comment', foreground: bare('--code-comment'), fontStyle: 'italic' },
      { token: 'identifier.quote', foreground: bare('--code-identifier') },
      { token: 'operator', foreground: bare('--text-2') },
      { token: 'delimiter', foreground: bare('--text-2') },
    ],
    colors: {
      'editor.background': token('--surface-2'),
      'editor.foreground': token('--code-identifier'),
      'editor.lineHighlightBackground': token('--code-line'),
      'editor.lineHighlightBorder': '#00000000',
      'editor.selectionBackground': token('--code-selection'),
      'editor.inactiveSelectionBackground': `${token('--code-selection')}88`,
      'editor.wordHighlightBackground': `${token('--code-selection')}88`,
      'editorLineNumber.foreground': token('--text-3'),
      'editorLineNumber.activeForeground': token('--text-1'),
      'editorCursor.foreground': token('--accent'),
      'editorWidget.background': token('--surface-2'),
      'editorWidget.border': token('--line'),
      'editorSuggestWidget.background': token('--surface-2'),
      'editorSuggestWidget.border': token('--line'),
      'editorSuggestWidget.selectedBackground': token('--accent-soft'),
      'editorSuggestWidget.selectedForeground': token('--text-1'),
      'editorSuggestWidget.highlightForeground': token('--accent'),
      'editorHoverWidget.background': token('--surface-2'),
      'editorHoverWidget.border': token('--line'),
      'editorError.foreground': token('--bad'),
      'editorWarning.foreground': token('--warn'),
      'editorGutter.foldingControlForeground': token('--text-3'),
      'editorBracketMatch.background': token('--surface-3'),
      'editorBracketMatch.border': token('--line-strong'),
      ...Object.fromEntries(
        [1, 2, 3, 4, 5, 6].map((depth) => [`editorBracketHighlight.foreground${depth}`, token('--text-2')]),
      ),
      'scrollbarSlider.background': `${token('--line-strong')}55`,
      'scrollbarSlider.hoverBackground': `${token('--line-strong')}88`,
      'scrollbarSlider.activeBackground': `${token('--line-strong')}aa`,
      focusBorder: token('--accent'),
      'menu.background': token('--surface-2'),
      'menu.foreground': token('--text-1'),
      'menu.selectionBackground': token('--accent-soft'),
      'menu.selectionForeground': token('--text-1'),
      'menu.border': token('--line'),
      'input.background': token('--surface-1'),
      'input.border': token('--line'),
    },
  };
}

/** The build shortens `#ffffff` to `#fff`, which Monaco does not know. */
function longHex(colour: string): string {
  return /^#[0-9a-f]{3,4}$/i.test(colour) ? colour.replace(/[0-9a-f]/gi, (digit) => digit + digit) : colour;
}
