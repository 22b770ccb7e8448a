import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, serveSite } from './serve.ts';

let folder = '';
let server: RunningServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tsdbt-serve-'));
  for (const name of ['data', 'assets']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  writeFileSync(join(folder, 'data/boot-0123456789.js'), 'x');
  writeFileSync(join(folder, 'manifest.json'), '{}');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  writeFileSync(join(folder, '..', 'outside.js'), 'outside');
  symlinkSync(join(folder, '..', 'outside.js'), join(folder, 'data', 'link.js'));
  server = await serveSite({ directory: folder, port: 0 });
});

afterAll(async () => {
  await server.close();
  rmSync(join(folder, '..', 'outside.js'), { force: true });
  rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

/** A request with the path as it is: `fetch` would tidy it up. */
function ask(path: string, options: { method?: string; host?: string } = {}): Promise<Answer> {
  const { port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method: options.method ?? 'GET',
        headers: { host: options.host ?? `127.0.0.1:${port}` },
      },
      (answer) => {
        let body = '';
        answer.on('data', (chunk) => {
          body += String(chunk);
        });
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            type: answer.headers['content-type'] ?? '',
            headers: answer.headers,
            body,
          }),
        );
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

describe('serveSite', () => {
  it('serves the site with the right types', async () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(await ask('/')).toMatchObject({
      status: 200,
      type: 'text/html; charset=utf-8',
      body: '<!doctype html>',
    });
    expect(await ask('/index.html?x=1')).toMatchObject({ status: 200 });
    expect(await ask('/data/boot-0123456789.js')).toMatchObject({
      status: 200,
      type: 'text/javascript; charset=utf-8',
      body: 'x',
    });
    expect(await ask('/manifest.json')).toMatchObject({
      status: 200,
      type: 'application/json; charset=utf-8',
    });
    expect(await ask('/', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
    expect((await ask('/')).headers['content-security-policy']).toContain("frame-ancestors 'none'");
  });

  it('serves nothing else', async () => {
    const paths = [
      '/secret.txt',
      '/data/',
      '/data',
      '/../secret.txt',
      '/data/../../outside.js',
      '/data/%2e%2e/secret.txt',
      '/%2e%2e/outside.js',
      '/data/link.js',
      '/data/none.js',
      '/%',
      '/data/boot-0123456789.js%00',
      '//etc/passwd',
      '/data\\..\\secret.txt',
      '/.git/config',
    ];
    for (const path of paths) expect(await ask(path), path).toMatchObject({ status: 404 });
  });

  it('takes GET and HEAD only', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
      expect(await ask('/', { method }), method).toMatchObject({ status: 405 });
  });

  it('answers to its own names only', async () => {
    for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example'])
      expect(await ask('/', { host }), host).toMatchObject({ status: 421 });
    for (const host of ['localhost', 'localhost:1', '127.0.0.1:80', '[::1]:5'])
      expect(await ask('/', { host }), host).toMatchObject({ status: 200 });
  });

  it('says that the port is taken, and does not take another', async () => {
    const { port } = new URL(server.url);
    await expect(serveSite({ directory: folder, port: Number(port) })).rejects.toMatchObject({
      name: 'usage',
      hint: expect.stringContaining('--port'),
    });
  });

  it('says that there is no site', async () => {
    await expect(serveSite({ directory: join(folder, 'data'), port: 0 })).rejects.toMatchObject({
      name: 'artifact-not-found',
    });
  });
});
