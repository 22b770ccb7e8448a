import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { highlightSql } from '../shared/highlight.ts';
import { visibleText } from '../shared/visible-text.ts';
import type { CodeWire } from '../shared/wire.ts';
import { CopyButton } from './parts.tsx';

const maxHighlighted = 200_000;

/** One piece of SQL with line numbers; very long text goes without colours. */
export function CodeBlock({
  code,
  label,
}: {
  readonly code: string;
  readonly label: string;
}): JSX.Element {
  const shownCode = useMemo(() => visibleText(code), [code]);
  const tokens = useMemo(
    () =>
      shownCode.length > maxHighlighted ? [['text', shownCode] as const] : highlightSql(shownCode),
    [shownCode],
  );
  const lines = shownCode.split('\n').length;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <section class="code" tabIndex={0} aria-label={label}>
      <div class="code-lines" aria-hidden="true">
        {Array.from({ length: lines }, (_, at) => at + 1).join('\n')}
      </div>
      <pre dir="ltr">
        <code>
          {tokens.map(([kind, text]) =>
            kind === 'text' ? text : <span class={`t-${kind}`}>{text}</span>,
          )}
        </code>
      </pre>
    </section>
  );
}

type View = 'both' | 'raw' | 'compiled';

/** Raw and compiled SQL: side by side where there is room, else as tabs. */
export function CodePair({
  code,
  rawLabel,
}: {
  readonly code: CodeWire;
  readonly rawLabel: string;
}): JSX.Element {
  const both = code.raw !== undefined && code.compiled !== undefined;
  const [view, setView] = useState<View>(() =>
    both ? 'both' : code.raw === undefined ? 'compiled' : 'raw',
  );
  const panes = (['raw', 'compiled'] as const).filter((which) => code[which] !== undefined);
  const names = { both: 'Side by side', raw: rawLabel, compiled: 'Compiled' };
  return (
    <div class={`code-pair view-${view}`}>
      {both ? (
        <fieldset class="segmented">
          <legend class="sr">Show SQL</legend>
          {(['both', 'raw', 'compiled'] as const).map((which) => (
            <button
              type="button"
              key={which}
              aria-pressed={view === which}
              onClick={() => setView(which)}
            >
              {names[which]}
            </button>
          ))}
        </fieldset>
      ) : null}
      <div class="panes">
        {panes.map((which) =>
          view === 'both' || view === which ? (
            <figure class="pane" key={which}>
              <figcaption>
                {names[which]}
                <CopyButton
                  text={code[which] ?? ''}
                  label={`Copy ${names[which].toLowerCase()} code`}
                />
              </figcaption>
              <CodeBlock code={code[which] ?? ''} label={`${names[which]} code`} />
            </figure>
          ) : null,
        )}
      </div>
    </div>
  );
}
