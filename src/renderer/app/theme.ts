/** Puts the chosen theme on the page and keeps it in step with the desktop. */
import { services } from '../store/services.ts';
import { isDark, useSettings } from '../store/settings.ts';

/** Starts to follow. Called once, before the first paint. */
export function followTheme(): void {
  const query = window.matchMedia('(prefers-color-scheme: dark)');
  const show = (): void => {
    document.documentElement.dataset.theme = isDark(useSettings.getState()) ? 'dark' : 'light';
  };
  useSettings.setState({ systemDark: query.matches });
  query.addEventListener('change', (event) => useSettings.setState({ systemDark: event.matches }));
  useSettings.subscribe(show);
  show();
  const { workspace } = services();
  workspace.on('theme.changed', ({ dark }) => useSettings.setState({ systemDark: dark }));
  void workspace.call('settings.read', {}).then((answer) => {
    if (answer.ok) useSettings.setState(answer.value);
  });
}
