import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { join, sep } from 'node:path';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { contentSecurityPolicy } from './index-html.ts';

export interface ServeOptions {
  readonly directory: string;
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly onListening?: (url: string) => void;
}

export interface RunningServer {
  readonly url: string;
  close(): Promise<void>;
}

/** All that is served: the site's own files and the artifacts beside them. */
const served =
  /^(?:index\.html|(?:manifest|catalog|run_results|sources)\.json|assets\/[\w.-]+\.(?:js|css)|data\/[\w-]+\.js)$/;

const contentTypes = new Map([
  ['html', 'text/html; charset=utf-8'],
  ['js', 'text/javascript; charset=utf-8'],
  ['css', 'text/css; charset=utf-8'],
  ['json', 'application/json; charset=utf-8'],
]);

/**
 * Serves the site to this machine. Names that are not this machine's are refused, so that a page
 * elsewhere can't read the documentation through a DNS name that points here.
 */
export async function serveSite(options: ServeOptions): Promise<RunningServer> {
  const host = options.host ?? '127.0.0.1';
  const root = await realRoot(options.directory);
  const server = createServer((request, response) => {
    answer(request, response, root, host).catch(() =>
      fail(response, 500, 'Could not read the file.'),
    );
  });
  await listen(server, host, options.port);
  const { port } = server.address() as AddressInfo;
  const url = `http://${isIP(host) === 6 ? `[${host}]` : host}:${port}/`;
  options.onListening?.(url);
  return {
    url,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

async function realRoot(directory: string): Promise<string> {
  try {
    const root = await realpath(directory);
    await stat(join(root, 'index.html'));
    return root;
  } catch (error) {
    throw tsdbtError(
      'artifact-not-found',
      { path: join(directory, 'index.html') },
      { cause: error },
    );
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') {
        const hint = 'Choose another with --port, or `--port 0` for any free one.';
        reject(
          tsdbtError(
            'usage',
            { message: `Port ${port} of ${host} is already in use.`, hint },
            { cause: error },
          ),
        );
      } else if (error.code === 'EACCES' || error.code === 'EADDRNOTAVAIL') {
        const hint = 'Choose another with --port (above 1023) or --host.';
        reject(
          tsdbtError(
            'usage',
            { message: `Can't listen on ${host}:${port} (${error.code}).`, hint },
            { cause: error },
          ),
        );
      } else reject(error);
    });
    server.listen({ host, port, exclusive: true }, resolve);
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  root: string,
  host: string,
): Promise<void> {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setHeader('Content-Security-Policy', `${contentSecurityPolicy}; frame-ancestors 'none'`);
  if (!hostAllowed(request.headers.host, host))
    return fail(response, 421, 'This server answers to its own address only.');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return fail(response, 405, 'Only GET and HEAD.');
  }
  const path = pathOf(request.url ?? '/');
  const file = path === undefined || !served.test(path) ? undefined : await fileIn(root, path);
  if (path === undefined || file === undefined) return fail(response, 404, 'Not found.');
  response.setHeader(
    'Content-Type',
    contentTypes.get(path.slice(path.lastIndexOf('.') + 1)) ?? 'application/octet-stream',
  );
  response.setHeader('Content-Length', file.size);
  const forEver = /-[0-9a-f]{10}\.\w+$/.test(path);
  response.setHeader('Cache-Control', forEver ? 'public, max-age=31536000, immutable' : 'no-cache');
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  createReadStream(file.path)
    .on('error', () => response.destroy())
    .pipe(response);
}

/** The path after the slash, decoded once; undefined when it is not well-formed. */
function pathOf(url: string): string | undefined {
  const path = url.split(/[?#]/, 1)[0]!;
  if (path === '/') return 'index.html';
  try {
    return decodeURIComponent(path.slice(1));
  } catch {
    return undefined;
  }
}

/** A regular file that really lies in the folder: a link that leads out of it is not followed. */
async function fileIn(
  root: string,
  path: string,
): Promise<{ path: string; size: number } | undefined> {
  try {
    const real = await realpath(join(root, path));
    const info = await stat(real);
    return info.isFile() && real.startsWith(root + sep)
      ? { path: real, size: info.size }
      : undefined;
  } catch {
    return undefined;
  }
}

function hostAllowed(header: string | undefined, host: string): boolean {
  const name = (header ?? '')
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '');
  // An IP address can't be pointed here by somebody else's DNS; names other than our own can.
  return name === 'localhost' || name === host.toLowerCase() || isIP(name) !== 0;
}

function fail(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
  });
  response.end(`${message}\n`);
}
