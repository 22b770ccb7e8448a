import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isTsdbtError } from '../errors/tsdbt-error.ts';
import { caseScope, withoutShortcuts } from './conformance-host.ts';
import {
  fromJs,
  parseTemplate,
  pythonFault,
  render,
  renderSync,
  scopeFromMap,
  type Template,
} from './index.ts';

interface Case {
  readonly name: string;
  readonly template: string;
  readonly context: Record<string, unknown>;
  readonly host?: boolean;
  readonly expected?: string;
  readonly error?: { readonly type: string; readonly message: string };
}

function load(file: string): Case[] {
  const url = new URL(`../../spec/golden/jinja/${file}`, import.meta.url);
  return (JSON.parse(readFileSync(url, 'utf8')) as { cases: Case[] }).cases;
}

function prepare(one: Case) {
  const template = parseTemplate(one.template, { file: 'case.sql' });
  if (one.host === true) {
    // The macros are the host's: the template only calls them.
    const body = template.body.filter((stmt) => stmt.kind !== 'macro');
    return { template: { ...template, body }, scope: caseScope(template, one.context) };
  }
  const names = Object.entries(one.context).map(([name, value]) => [name, fromJs(value)] as const);
  return { template, scope: scopeFromMap(new Map(names)) };
}

function describeError(error: unknown): { type: string; message: string } {
  const fault = pythonFault(error);
  if (fault !== undefined) return { type: fault.type, message: fault.message };
  if (isTsdbtError(error, 'compiler-error'))
    return { type: 'CompilationError', message: error.message };
  throw error;
}

/** Object reprs carry addresses in Python, and ours none. */
function masked(text: string | undefined): string | undefined {
  return text?.replaceAll(/ at 0x[0-9a-f]+/g, '');
}

function outcome(one: Case, change: (template: Template) => Template = (same) => same): unknown {
  try {
    const { template, scope } = prepare(one);
    return renderSync(change(template), scope);
  } catch (error) {
    return describeError(error);
  }
}

async function asyncOutcome(one: Case): Promise<unknown> {
  try {
    const { template, scope } = prepare(one);
    return await render(template, scope);
  } catch (error) {
    return describeError(error);
  }
}

describe.each([
  ['cases.json', 93],
  ['cases-micro.json', 252],
  ['differential-cases.json', 400],
])('recorded outcomes of Jinja2: %s', (file, least) => {
  const cases = load(file);

  it('has all its cases', () => {
    expect(cases.length).toBeGreaterThanOrEqual(least);
  });

  it.each(cases.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
    const expected = one.error ?? masked(one.expected);
    expect(outcome(one)).toEqual(expected);
    expect(outcome(one, withoutShortcuts)).toEqual(expected);
    expect(await asyncOutcome(one)).toEqual(expected);
  });
});
