import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { formatCount } from '../shared/visible-text.ts';
import { useProject } from './context.ts';
import { Glyph } from './icons.tsx';
import { cardSize, LineageCards } from './lineage-cards.tsx';
import { LineageMap } from './lineage-map.tsx';
import { LineageTable } from './lineage-table.tsx';
import { resourceType } from './resource-type.ts';
import { lineageHref, navigate } from './router.ts';
import { buildScene } from './scene.ts';
import { chooseNodes } from './selection.ts';
import { downloadSvg } from './svg-export.ts';
import type { Viewport } from './viewport.ts';

type View = 'cards' | 'map' | 'table';

/** More cards than this are better seen as a map. */
const cardsAtMost = 40;
const cardsLimit = 300;

/** The lineage: what `--select` and `--exclude` pick, as cards, as a map or as a table. */
export function LineagePage({ params }: { readonly params: URLSearchParams }): JSX.Element {
  const project = useProject();
  const select = params.get('select') ?? '';
  const exclude = params.get('exclude') ?? '';
  const chosen = useMemo(() => chooseNodes(project, select, exclude), [project, select, exclude]);
  const asked = params.get('view');
  const fits = chosen.nodes.length <= cardsLimit;
  const view: View =
    asked === 'table' || asked === 'map' || (asked === 'cards' && fits)
      ? asked
      : chosen.nodes.length <= cardsAtMost
        ? 'cards'
        : 'map';
  const scene = useMemo(
    () =>
      view === 'table'
        ? undefined
        : buildScene(project, chosen.nodes, ...(view === 'cards' ? [cardSize] : [])),
    [project, chosen, view],
  );
  const viewport = useRef<Viewport | undefined>(undefined);
  const go = (change: Readonly<Record<string, string>>, replace: boolean): void =>
    navigate(lineageHref({ select, exclude, view: asked ?? '', ...change }), replace);
  const types = useMemo(
    () =>
      [...new Set(chosen.nodes.map(project.type))].sort(
        (a, b) => resourceType(a).rank - resourceType(b).rank,
      ),
    [chosen],
  );

  return (
    <div class="lineage">
      <header class="lineage-bar">
        <h1 tabIndex={-1}>Lineage</h1>
        <SelectorFields
          select={select}
          exclude={exclude}
          problem={chosen.problem}
          onChange={(change) => go(change, true)}
        />
        <fieldset class="segmented">
          <legend class="sr">Show as</legend>
          {(['cards', 'map', 'table'] as const).map((which) => (
            <button
              type="button"
              key={which}
              aria-pressed={view === which}
              disabled={which === 'cards' && !fits}
              title={
                which === 'cards' && !fits
                  ? `Cards show up to ${cardsLimit} nodes: select fewer`
                  : undefined
              }
              onClick={() => go({ view: which }, true)}
            >
              {which.charAt(0).toUpperCase() + which.slice(1)}
            </button>
          ))}
        </fieldset>
      </header>
      <div class="lineage-stage">
        {chosen.problem !== undefined ? null : chosen.nodes.length === 0 ? (
          <p class="empty">No node matches. Try a name, tag:nightly, or path:models/curated.</p>
        ) : scene === undefined ? (
          <LineageTable nodes={chosen.nodes} />
        ) : view === 'cards' ? (
          <LineageCards scene={scene} onViewport={(port) => (viewport.current = port)} />
        ) : (
          <LineageMap scene={scene} onViewport={(port) => (viewport.current = port)} />
        )}
        {scene !== undefined && chosen.nodes.length > 0 ? (
          <>
            <ul class="legend" aria-label="Colours">
              {types.map((type) => (
                <li key={type}>
                  <span class={`swatch type-${resourceType(type).colour}`} />
                  {resourceType(type).many}
                </li>
              ))}
            </ul>
            <div class="map-tools">
              <button
                type="button"
                class="button"
                aria-label="Zoom in"
                title="Zoom in"
                onClick={() => viewport.current?.zoom(1.3)}
              >
                <Glyph name="plus" />
              </button>
              <button
                type="button"
                class="button"
                aria-label="Zoom out"
                title="Zoom out"
                onClick={() => viewport.current?.zoom(1 / 1.3)}
              >
                <Glyph name="minus" />
              </button>
              <button
                type="button"
                class="button"
                aria-label="Fit to screen"
                title="Fit to screen"
                onClick={() => viewport.current?.fit()}
              >
                <Glyph name="fit" />
              </button>
              <button
                type="button"
                class="button"
                title="Download as SVG"
                onClick={() => downloadSvg(project, scene)}
              >
                <Glyph name="download" /> SVG
              </button>
            </div>
          </>
        ) : null}
      </div>
      <p class="lineage-count" role="status">
        {formatCount(chosen.nodes.length)} of {formatCount(project.drawn)} nodes
      </p>
    </div>
  );
}

function SelectorFields(props: {
  readonly select: string;
  readonly exclude: string;
  readonly problem: string | undefined;
  readonly onChange: (change: Readonly<Record<string, string>>) => void;
}): JSX.Element {
  return (
    <form class="selectors" onSubmit={(event) => event.preventDefault()}>
      <Field
        name="select"
        value={props.select}
        placeholder="+dim_customer+  tag:nightly"
        invalid={props.problem !== undefined}
        onChange={props.onChange}
      />
      <Field
        name="exclude"
        value={props.exclude}
        placeholder="path:models/staging"
        invalid={props.problem !== undefined}
        onChange={props.onChange}
      />
      {props.problem === undefined ? null : (
        <p class="problem" id="selector-problem" role="alert">
          {props.problem}
        </p>
      )}
    </form>
  );
}

/** A field of the selector; the picture follows a moment after the last key. */
function Field(props: {
  readonly name: 'select' | 'exclude';
  readonly value: string;
  readonly placeholder: string;
  readonly invalid: boolean;
  readonly onChange: (change: Readonly<Record<string, string>>) => void;
}): JSX.Element {
  const [text, setText] = useState(props.value);
  const timer = useRef(0);
  const sent = useRef(props.value);
  useEffect(() => {
    // Back button or a link: the field follows the address, but not its own echo.
    if (props.value !== sent.current) setText(props.value);
    sent.current = props.value;
  }, [props.value]);
  const send = (value: string): void => {
    clearTimeout(timer.current);
    sent.current = value.trim();
    props.onChange({ [props.name]: value.trim() });
  };
  return (
    <label class="field">
      <span>--{props.name}</span>
      <input
        type="text"
        value={text}
        placeholder={props.placeholder}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        aria-invalid={props.invalid}
        aria-describedby={props.invalid ? 'selector-problem' : undefined}
        onInput={(event) => {
          const { value } = event.currentTarget;
          setText(value);
          clearTimeout(timer.current);
          timer.current = window.setTimeout(() => send(value), 250);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') send(event.currentTarget.value);
        }}
      />
    </label>
  );
}
