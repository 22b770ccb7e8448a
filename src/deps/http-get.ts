import { setTimeout as wait } from 'node:timers/promises';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { tarLimits } from './tar.ts';

/** Gets what a URL has. Fails with `package-download-failed`. */
export type HttpGet = (url: string) => Promise<Uint8Array>;

const attempts = 3;
const timeout = 30_000;

/** {@link HttpGet} over the network, http and https only; what is temporary is tried again. */
export const httpGet: HttpGet = async (url) => {
  const what = withoutSecrets(url);
  const failed = (problem: string) => tsdbtError('package-download-failed', { what, problem });
  if (!/^https?:\/\//i.test(url)) throw failed('only http and https can be downloaded from');
  for (let attempt = 1; ; attempt++) {
    let response: Response;
    try {
      response = await fetch(url, { signal: AbortSignal.timeout(timeout) });
    } catch (error) {
      if (attempt < attempts) {
        await wait(200 * attempt);
        continue;
      }
      throw failed(reasonOf(error));
    }
    if (response.status >= 500 && attempt < attempts) {
      await wait(200 * attempt);
      continue;
    }
    if (!response.ok) throw failed(`the server answers ${response.status}`);
    return await limited(response, failed);
  }
};

async function limited(
  response: Response,
  failed: (problem: string) => Error,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const part of response.body ?? []) {
      bytes += part.length;
      if (bytes > tarLimits.bytes) break;
      parts.push(part);
    }
  } catch (error) {
    throw failed(reasonOf(error));
  }
  if (bytes > tarLimits.bytes) throw failed(`it is bigger than ${tarLimits.bytes} bytes`);
  return Buffer.concat(parts);
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as Error;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return code ?? message;
}

/** A URL as it may be shown: without user, password and query. */
export function withoutSecrets(url: string): string {
  return url.replace(/^(\w+:\/\/)[^/@]*@/, '$1').replace(/[?#].*$/, '');
}
