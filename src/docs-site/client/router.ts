import { useEffect, useState } from 'preact/hooks';

export interface Route {
  readonly page: 'overview' | 'node' | 'lineage' | 'runs' | 'missing';
  /** Unique id on node pages. */
  readonly id: string;
  readonly params: URLSearchParams;
}

/** Reads `#/node/model.shop.x?section=sql`; links of the old form `#!/model/model.shop.x` work too. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = splitOnce(hash.replace(/^#/, ''), '?');
  const params = new URLSearchParams(query);
  const old = /^!\/[a-z_]+\/(.+)$/.exec(path);
  if (old) return { page: 'node', id: decode(old[1]!), params };
  const [, page = '', ...rest] = path.split('/');
  if (page === 'node' && rest.length > 0) return { page, id: decode(rest.join('/')), params };
  if (page === '' || path === '!/overview') return { page: 'overview', id: '', params };
  if (page === 'lineage' || page === 'runs') return { page, id: '', params };
  return { page: 'missing', id: decode(path), params };
}

export function nodeHref(id: string, section?: string): string {
  return `#/node/${encodeURIComponent(id)}${section === undefined ? '' : `?section=${section}`}`;
}

export function lineageHref(params: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(Object.entries(params).filter(([, value]) => value !== ''));
  const text = query.toString();
  return text === '' ? '#/lineage' : `#/lineage?${text}`;
}

/** Goes to a hash; `replace` keeps the back button where it was (typing in a field). */
export function navigate(hash: string, replace = false): void {
  if (replace) {
    history.replaceState(null, '', hash);
    window.dispatchEvent(new HashChangeEvent('hashchange'));
  } else location.hash = hash;
}

export function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const update = (): void => setRoute(parseRoute(location.hash));
    window.addEventListener('hashchange', update);
    window.addEventListener('popstate', update);
    return () => {
      window.removeEventListener('hashchange', update);
      window.removeEventListener('popstate', update);
    };
  }, []);
  return route;
}

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
