export type Theme = 'auto' | 'light' | 'dark';

const key = 'tsdbt-docs-theme';

/** The reader's choice; storage may be closed to us (file://, private windows). */
export function storedTheme(): Theme {
  try {
    const found = localStorage.getItem(key);
    return found === 'light' || found === 'dark' ? found : 'auto';
  } catch {
    return 'auto';
  }
}

/** `auto` follows the system; the CSS picks its colours by `color-scheme`. */
export function applyTheme(theme: Theme): void {
  const root = document.documentElement;
  if (theme === 'auto') root.removeAttribute('data-theme');
  else root.setAttribute('data-theme', theme);
  try {
    if (theme === 'auto') localStorage.removeItem(key);
    else localStorage.setItem(key, theme);
  } catch {
    // The choice then lasts for this visit.
  }
  window.dispatchEvent(new Event('themechange'));
}

export function isDark(): boolean {
  const chosen = document.documentElement.getAttribute('data-theme');
  return chosen === null ? matchMedia('(prefers-color-scheme: dark)').matches : chosen === 'dark';
}

/** Calls back when the colours change, by choice or by the system. */
export function onThemeChange(listener: () => void): () => void {
  const media = matchMedia('(prefers-color-scheme: dark)');
  media.addEventListener('change', listener);
  window.addEventListener('themechange', listener);
  return () => {
    media.removeEventListener('change', listener);
    window.removeEventListener('themechange', listener);
  };
}
