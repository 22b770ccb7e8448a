import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

const folder = join(import.meta.dirname, '../../docs/landing');
let fixture: ProjectFixture | undefined;
afterEach(() => fixture?.remove());

interface Example {
  readonly files: Readonly<Record<string, string>>;
  readonly commands: readonly string[];
  readonly output: readonly string[];
}

/**
 * The example of a page: blocks that name a file are its files, `tsdbt` lines of the shell blocks behind
 * them are run in order, and every line of the text blocks is in what they print.
 */
function exampleOf(page: string): Example {
  const files: Record<string, string> = {};
  const commands: string[] = [];
  const output: string[] = [];
  for (const [, language, path, body = ''] of page.matchAll(
    /^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm,
  )) {
    if (path !== undefined) files[path] = body;
    else if (Object.keys(files).length === 0) continue;
    else if (language === 'sh') commands.push(body.trim());
    else if (language === 'text') output.push(...body.trim().split('\n'));
  }
  return { files, commands, output };
}

describe('the example of each landing page runs as it is written', () => {
  test.each(readdirSync(folder).sort())('%s', async (name) => {
    const { files, commands, output } = exampleOf(readFileSync(join(folder, name), 'utf8'));
    expect(commands.length, 'commands').toBeGreaterThan(0);
    expect(output.length, 'lines of output').toBeGreaterThan(0);
    fixture = projectFixture({ 'project.yml': 'name: shop\n', ...files });
    const { root } = fixture;
    let printed = '';
    for (const part of commands.flatMap(shellParts)) {
      if (part.startsWith('tsdbt '))
        printed += (await runTsdbt(words(part.slice(6)), { cwd: root })).output;
      else execFileSync('bash', ['-c', part], { cwd: root });
    }
    for (const line of output)
      expect(printed.replace(/ +/g, ' ')).toContain(line.replace(/ +/g, ' '));
  });
});

/** Lines that call tsdbt alone, and what is between them for the shell. */
function shellParts(script: string): readonly string[] {
  const parts: string[] = [];
  for (const line of script.split('\n')) {
    const last = parts.at(-1);
    if (line.startsWith('tsdbt ') || last === undefined || last.startsWith('tsdbt '))
      parts.push(line);
    else parts[parts.length - 1] = `${last}\n${line}`;
  }
  return parts;
}

function words(text: string): readonly string[] {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? '');
}
