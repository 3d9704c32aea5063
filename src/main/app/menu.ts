/** The native menu, made from the command table that the window's keys and palette are made from too. */
import { app, Menu, type MenuItemConstructorOptions, shell } from 'electron';
import { COMMAND_TABLE, type CommandEntry, MENUS } from '../../runtime/contract/command-table.ts';

/** Sets the application menu; `choose` hears the id of each chosen command. */
export function installMenu(choose: (command: string) => void): void {
  const isMac = process.platform === 'darwin';
  const template: MenuItemConstructorOptions[] = isMac ? [{ role: 'appMenu' }] : [];
  for (const menu of MENUS) {
    const items: MenuItemConstructorOptions[] = [];
    for (const entry of COMMAND_TABLE as readonly CommandEntry[]) {
      if (entry.menu !== menu) continue;
      if (entry.startsGroup === true) items.push({ type: 'separator' });
      items.push({
        id: entry.id,
        label: entry.title,
        ...(entry.accelerator === null ? {} : { accelerator: entry.accelerator }),
        click: () => choose(entry.id),
      });
    }
    template.push({ label: menu, submenu: [...items, ...systemItems(menu, isMac)] });
    if (isMac && menu === 'Run') template.push({ role: 'windowMenu' });
  }
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

/** Items that are the system's own, at the end of each menu. */
function systemItems(menu: (typeof MENUS)[number], isMac: boolean): MenuItemConstructorOptions[] {
  switch (menu) {
    case 'File':
      return [{ type: 'separator' }, isMac ? { role: 'close' } : { role: 'quit' }];
    case 'Edit':
      return [{ type: 'separator' }, { role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' }];
    case 'View':
      return [
        { type: 'separator' },
        { role: 'resetZoom', label: 'Normal Text Size' },
        { role: 'zoomIn', label: 'Larger Text' },
        { role: 'zoomOut', label: 'Smaller Text' },
        { role: 'togglefullscreen' },
        ...(app.isPackaged ? [] : [{ type: 'separator' } as const, { role: 'toggleDevTools' } as const]),
      ];
    case 'Run':
      return [];
    case 'Help':
      return [
        { type: 'separator' },
        { label: 'Show Settings and Drafts Folder', click: () => void shell.openPath(app.getPath('userData')) },
      ];
  }
}
