import { useEffect, useState } from 'preact/hooks';
import type { BootWire, FilesWire } from '../shared/wire.ts';

/** Data arrives by script, since fetch is blocked on file://. Each data file calls `tsdbt(key, data)`. */
declare global {
  interface Window {
    tsdbt?: (key: string, data: unknown) => void;
  }
}

interface ScriptUrlPolicy {
  createScriptURL(url: string): string;
}

interface TrustedTypes {
  createPolicy(name: string, rules: ScriptUrlPolicy): ScriptUrlPolicy;
}

const dataPath = /^data\/[a-z]+\d*-[0-9a-f]{10}\.js$/;

const rules: ScriptUrlPolicy = {
  createScriptURL(url) {
    if (!dataPath.test(url)) throw new Error(`Not a data file of this site: ${url}`);
    return url;
  },
};

const policy =
  (window as unknown as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy(
    'tsdbt',
    rules,
  ) ?? rules;

const arrived = new Map<string, unknown>();
const waiting = new Map<string, (data: unknown) => void>();
const started = new Map<string, Promise<unknown>>();

/** Takes the data files in; calls `onBoot` when the first one is there. */
export function receiveData(onBoot: (boot: BootWire) => void): void {
  window.tsdbt = (key, data) => {
    if (key === 'boot') {
      onBoot(data as BootWire);
      return;
    }
    arrived.set(key, data);
    waiting.get(key)?.(data);
    waiting.delete(key);
  };
}

function load<T>(key: string, hash: string): Promise<T> {
  let promise = started.get(key);
  if (promise === undefined) {
    promise = new Promise((resolve, reject) => {
      waiting.set(key, resolve);
      const script = document.createElement('script');
      script.src = policy.createScriptURL(`data/${key}-${hash}.js`);
      script.onload = () => script.remove();
      script.onerror = () => {
        script.remove();
        started.delete(key);
        waiting.delete(key);
        reject(
          new Error(
            `data/${key}-${hash}.js could not be read. Was the site written again? Reload the page.`,
          ),
        );
      };
      document.head.append(script);
    });
    started.set(key, promise);
  }
  return promise as Promise<T>;
}

export interface Loaded<T> {
  readonly data: T | undefined;
  readonly error: string | undefined;
}

/** A data file, loaded when first asked for. `hash` null means there is none. */
export function useData<T>(key: string, hash: string | null | undefined): Loaded<T> {
  const [state, setState] = useState<{ key: string; loaded: Loaded<T> } | undefined>(undefined);
  useEffect(() => {
    if (!hash || arrived.has(key)) return undefined;
    let current = true;
    const done = (loaded: Loaded<T>): void => {
      if (current) setState({ key, loaded });
    };
    load<T>(key, hash).then(
      (data) => done({ data, error: undefined }),
      (error: Error) => done({ data: undefined, error: error.message }),
    );
    return () => {
      current = false;
    };
  }, [key, hash]);
  if (arrived.has(key)) return { data: arrived.get(key) as T, error: undefined };
  return state?.key === key ? state.loaded : { data: undefined, error: undefined };
}

/** The entry of one node in a family of data files. */
export function useNodeData<T>(
  files: FilesWire,
  family: 'm' | 'q',
  node: number,
): Loaded<T | null> {
  const shard = Math.floor(node / files.nodesPerShard);
  const loaded = useData<readonly (T | null)[]>(`${family}${shard}`, files[family][shard]);
  return {
    data: loaded.data === undefined ? undefined : (loaded.data[node % files.nodesPerShard] ?? null),
    error: loaded.error,
  };
}
