/** The system's keyring as a vault: Keychain, DPAPI, or on Linux the keyring of the desktop where there is one. */
import { safeStorage } from 'electron';
import type { Vault } from './connection-store.ts';

/** On Linux, without a keyring of the desktop, Electron would seal with a key that everybody knows: that seals nothing. */
const NO_KEYRING: ReadonlySet<string> = new Set(['basic_text', 'unknown']);

/** The vault of this system. To be used once the app is ready. */
export const systemVault: Vault = {
  canSeal() {
    if (!safeStorage.isEncryptionAvailable()) return false;
    if (process.platform !== 'linux') return true;
    // Older versions of Electron do not say which keyring it is.
    const backend = (safeStorage as Partial<typeof safeStorage>).getSelectedStorageBackend?.();
    return backend !== undefined && !NO_KEYRING.has(backend);
  },
  seal: (text) => safeStorage.encryptString(text),
  open(sealed) {
    try {
      return safeStorage.decryptString(sealed);
    } catch {
      return null;
    }
  },
};
