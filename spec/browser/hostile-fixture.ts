import { ArtifactBuilder, type Artifacts, type ColumnSpec } from './artifact-builder.ts';

/** Text that does harm where a page is careless; `window.pwned` would tell. */
export const payloads: readonly string[] = [
  '<script>window.pwned=1</script>',
  '<img src=x onerror="window.pwned=2">',
  '</script><script>window.pwned=3</script>',
  '[click](javascript:window.pwned=4)',
  '[click](java\nscript:window.pwned=5)',
  '[click](JaVaScRiPt:window.pwned=6) [x](\u0001javascript:window.pwned=7) [y](data:text/html,<script>window.pwned=8</script>)',
  '<javascript:window.pwned=9> <a href="javascript:window.pwned=10">x</a>',
  '![x](https://evil.example/track.png) ![y](//evil.example/y.png) [z](//evil.example/z) [v](vbscript:x)',
  'line\u2028separator\u2029paragraph',
  '\u001b[31mred\u001b[0m \u001b]8;;https://evil.example\u0007link',
  'user\u202egnp.exe\u2066 \u200f',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: an attack, not a template
  '{{ constructor.constructor("window.pwned=11")() }} ${window.pwned=12}',
  '"></title><svg onload=window.pwned=13>',
  '\ud800 lone surrogate',
  '[a](https://ok.example/"onmouseover="window.pwned=14)',
];

/** Keys that are no plain words to JavaScript. */
export const keys: readonly string[] = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'length',
  'prototype',
  '../../../etc/passwd',
  'a/b?c#d&e=f%g',
  '%E0%A4%A',
];

/** A project whose every name, path, tag, description and value is an attack. */
export function hostileArtifacts(): Artifacts {
  const b = new ArtifactBuilder('hostile');
  const all = payloads.join('\n\n');
  const names = [...payloads, ...keys];
  const columns = names.map((name): readonly [string, ColumnSpec] => [
    name,
    {
      type: name,
      description: `${name}\n\n${all}`,
      pii: true,
      meta: { [name]: name },
      constraints: [{ type: name, expression: name }],
    },
  ]);
  const ids: string[] = [];
  for (const name of names) {
    ids.push(
      b.source(name, name, {
        description: all,
        sourceDescription: all,
        columns,
        config: { landing: { path: name, [name]: name } },
      }),
    );
    ids.push(
      b.node({
        type: 'model',
        name,
        folder: `models/${name}`,
        description: `${name}\n\n${all}\n\n# ${name}\n\n| ${name} |\n|---|\n| ${name} |\n\n> ${name}\n\n\`\`\`${name}\n${name}\n\`\`\``,
        parents: ids.slice(-3),
        tags: [name],
        columns,
        sql: `${all}\n-- ${name} */ '`,
        compiled: `${all}\n/* ${name}`,
        config: {
          materialized: name,
          group: name,
          expectations: [{ name, expression: name, on_violation: name, message: name }],
          [name]: name,
        },
        schema: name,
        macros: [`macro.hostile.${name}`],
      }),
    );
    const on = ids.at(-1)!;
    const test = b.test({
      name: `t_${name}`,
      on,
      column: name,
      generic: name,
      arguments: { [name]: name },
    });
    b.macro(name, {
      description: all,
      macro_sql: all,
      arguments: [{ name, type: name, description: all }],
    });
    b.exposure(name, {
      label: name,
      type: name,
      maturity: name,
      description: all,
      url: `javascript:window.pwned=20//${name}`,
      owner: { name, email: `x@y.z?subject=${name}` },
      parents: [on],
    });
    b.result(on, { status: name, message: all, ms: 5 });
    b.result(test, { status: 'fail', failures: 1, message: all, ms: 5 });
  }
  b.result('model.gone.<b>', { status: 'error', message: all });
  b.doc('__overview__', all);
  return b.build();
}
