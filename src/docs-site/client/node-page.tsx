import type { ComponentChildren, JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { formatCount, formatDuration, plural, visibleText } from '../shared/visible-text.ts';
import type { CodeWire, DetailWire } from '../shared/wire.ts';
import { CodePair } from './code-view.tsx';
import { ColumnsTable } from './columns-table.tsx';
import { useProject } from './context.ts';
import { Glyph, Status, TypeIcon } from './icons.tsx';
import { NodeLineage } from './lineage-cards.tsx';
import { type Loaded, useNodeData } from './loader.ts';
import { Markdown } from './markdown-view.tsx';
import {
  Expectations,
  ExposureFacts,
  History,
  MacroArguments,
  MacroUsers,
  TestFacts,
} from './node-sections.tsx';
import { Badge, CopyButton, displayName, Facts, Moment, Section, Waiting } from './parts.tsx';
import type { Project } from './project.ts';
import { resourceType } from './resource-type.ts';
import { navigate, nodeHref } from './router.ts';
import { TestsTable } from './tests-table.tsx';

/** The page of one node, whatever its type: sections appear where there is something to say. */
export function NodePage({
  node,
  section,
}: {
  readonly node: number;
  readonly section: string;
}): JSX.Element {
  const project = useProject();
  const details = useNodeData<DetailWire>(project.boot.files, 'm', node);
  const code = useNodeData<CodeWire>(project.boot.files, 'q', node);
  const ready = details.data !== undefined;
  const codeReady = code.data !== undefined;

  useEffect(() => {
    if (section === '' || !ready) return;
    document.getElementById(`section-${section}`)?.scrollIntoView({ block: 'start' });
  }, [section, ready, codeReady]);

  return (
    <article class="page">
      <Head node={node} detail={details.data ?? undefined} />
      {details.data ? (
        <Body node={node} detail={details.data} code={code} />
      ) : (
        <Waiting error={details.error} />
      )}
    </article>
  );
}

function Head({
  node,
  detail,
}: {
  readonly node: number;
  readonly detail: DetailWire | undefined;
}): JSX.Element {
  const project = useProject();
  const type = project.type(node);
  const extra = project.extra(node);
  const tags = project.tags(node);
  return (
    <header class="node-head">
      <p class="crumbs">
        <span class={`type-label type-${resourceType(type).colour}`}>
          <TypeIcon type={type} />
          {extra.testKind === undefined ? resourceType(type).one : `${extra.testKind} test`}
        </span>
        <bdi>{project.path(node)}</bdi>
      </p>
      <h1 tabIndex={-1}>
        <bdi>{extra.label ?? displayName(project, node)}</bdi>
      </h1>
      <p class="badges">
        {project.material(node) === '' ? null : (
          <Badge kind="strong">{project.material(node)}</Badge>
        )}
        {extra.access === undefined || extra.access === 'protected' ? null : (
          <Badge>{extra.access}</Badge>
        )}
        {detail?.contract ? <Badge>contract enforced</Badge> : null}
        {extra.group === undefined ? null : <Badge>group {extra.group}</Badge>}
        {tags.map((tag) => (
          <Badge key={tag} kind="tag">
            <bdi>{tag}</bdi>
          </Badge>
        ))}
      </p>
      {detail?.relation === undefined ? null : (
        <p class="relation">
          <code>{detail.relation}</code>
          <CopyButton text={detail.relation.replaceAll('"', '')} label="Copy relation name" />
        </p>
      )}
    </header>
  );
}

interface Part {
  readonly id: string;
  readonly title: string;
  readonly note?: ComponentChildren;
  readonly body: ComponentChildren;
}

function Body(props: {
  readonly node: number;
  readonly detail: DetailWire;
  readonly code: Loaded<CodeWire | null>;
}): JSX.Element {
  const project = useProject();
  const { node, detail } = props;
  const parts = partsOf(project, node, detail, props.code);
  return (
    <div class="node-body">
      <div class="node-main">
        <RunLine node={node} detail={detail} />
        {parts.map((part) => (
          <Section key={part.id} id={part.id} title={part.title} note={part.note}>
            {part.body}
          </Section>
        ))}
      </div>
      <nav class="on-page" aria-label="On this page">
        {parts.map((part) => {
          const href = nodeHref(project.ids[node]!, part.id);
          return (
            <a
              key={part.id}
              href={href}
              onClick={(event) => {
                event.preventDefault();
                navigate(href, true);
                document.getElementById(`section-${part.id}`)?.scrollIntoView({ block: 'start' });
                document.getElementById(`title-${part.id}`)?.focus({ preventScroll: true });
              }}
            >
              {part.title}
            </a>
          );
        })}
      </nav>
    </div>
  );
}

function partsOf(
  project: Project,
  node: number,
  detail: DetailWire,
  code: Loaded<CodeWire | null>,
): readonly Part[] {
  const type = project.type(node);
  const isTest = type === 'test' || type === 'unit_test';
  const columns = detail.columns ?? [];
  const tests = project.tests(node);
  const parts: (Part | false | undefined)[] = [
    (!(isTest || type === 'macro') || detail.doc !== undefined) && {
      id: 'description',
      title: 'Description',
      body: <Description project={project} node={node} detail={detail} />,
    },
    detail.exposure && {
      id: 'exposure',
      title: 'Exposure',
      body: <ExposureFacts exposure={detail.exposure} />,
    },
    detail.test && {
      id: 'test',
      title: 'What it checks',
      body: <TestFacts test={detail.test} node={node} />,
    },
    detail.macro &&
      detail.macro.arguments.length > 0 && {
        id: 'arguments',
        title: 'Arguments',
        body: <MacroArguments items={detail.macro.arguments} />,
      },
    detail.signature && {
      id: 'arguments',
      title: 'Arguments',
      note: `gives ${detail.signature.returns}`,
      body: <MacroArguments items={detail.signature.arguments} />,
    },
    columns.length > 0 && {
      id: 'columns',
      title: 'Columns',
      note: columnNote(columns.length, columns.filter((column) => column.doc !== undefined).length),
      body: <ColumnsTable columns={columns} />,
    },
    detail.expectations !== undefined && {
      id: 'expectations',
      title: 'Expectations',
      note: 'checked row by row while loading',
      body: <Expectations items={detail.expectations} />,
    },
    tests.length > 0 && {
      id: 'tests',
      title: 'Tests',
      note: plural(tests.length, 'test'),
      body: <TestsTable tests={tests} owner={node} />,
    },
    detail.landing !== undefined && {
      id: 'landing',
      title: 'Landing files',
      body: <Facts pairs={detail.landing} />,
    },
    detail.freshness !== undefined && {
      id: 'freshness',
      title: 'Freshness',
      body: <Facts pairs={detail.freshness} />,
    },
    node < project.drawn && { id: 'lineage', title: 'Lineage', body: <NodeLineage node={node} /> },
    code.data != null && {
      id: 'sql',
      title: type === 'macro' ? 'Source' : 'SQL',
      body: (
        <CodePair
          code={code.data}
          rawLabel={code.data.compiled === undefined ? 'Source' : 'Template'}
        />
      ),
    },
    code.error !== undefined && { id: 'sql', title: 'SQL', body: <Waiting error={code.error} /> },
    detail.macro !== undefined && {
      id: 'used-by',
      title: 'Used by',
      note: plural(detail.macro.usedBy.length, 'node'),
      body: <MacroUsers nodes={detail.macro.usedBy} />,
    },
    detail.history !== undefined && {
      id: 'history',
      title: 'History',
      body: <History points={detail.history} />,
    },
    aboutPart(project, node, detail),
  ];
  return parts.filter((part): part is Part => part !== undefined && part !== false);
}

function Description(props: {
  readonly project: Project;
  readonly node: number;
  readonly detail: DetailWire;
}): JSX.Element {
  const { detail } = props;
  const source = props.project.extra(props.node).sourceName;
  return (
    <>
      {detail.doc !== undefined ? (
        <Markdown blocks={detail.doc} />
      ) : detail.comment !== undefined ? (
        <p>{detail.comment}</p>
      ) : (
        <p class="quiet">
          No description yet. Add one under <code>description:</code> in the properties file.
        </p>
      )}
      {detail.sourceDoc === undefined ? null : (
        <div class="source-doc">
          <h3>
            Source <bdi>{source}</bdi>
          </h3>
          <Markdown blocks={detail.sourceDoc} />
        </div>
      )}
    </>
  );
}

function columnNote(columns: number, described: number): string {
  return described === columns
    ? `${formatCount(columns)}, all described`
    : `${formatCount(columns)}, ${described} described`;
}

function aboutPart(project: Project, node: number, detail: DetailWire): Part | undefined {
  const pairs: [string, ComponentChildren][] = [
    ...(detail.config ?? []).map(([key, value]): [string, ComponentChildren] => [key, value]),
    ...(detail.meta ?? []).map(([key, value]): [string, ComponentChildren] => [
      `meta.${key}`,
      value,
    ]),
    ...(detail.stats ?? []).map(([key, value]): [string, ComponentChildren] => [key, value]),
  ];
  if (detail.owner) pairs.push(['owner', detail.owner]);
  if (detail.definedIn) pairs.push(['described in', <code>{detail.definedIn}</code>]);
  if (detail.macros !== undefined) {
    pairs.push([
      'macros',
      <span class="inline-list">
        {detail.macros.map(([name, macro]) =>
          macro < 0 ? (
            <code key={name}>{name}</code>
          ) : (
            <a key={name} href={nodeHref(project.ids[macro]!)}>
              <code>{name}</code>
            </a>
          ),
        )}
      </span>,
    ]);
  }
  pairs.push(
    ['package', project.pkg(node)],
    ['unique id', <code>{visibleText(project.ids[node]!)}</code>],
  );
  return { id: 'configuration', title: 'Configuration', body: <Facts pairs={pairs} /> };
}

/** How the last run went for this node, in a line. */
function RunLine({
  node,
  detail,
}: {
  readonly node: number;
  readonly detail: DetailWire;
}): JSX.Element | null {
  const project = useProject();
  const status = project.status(node);
  if (status === '') return null;
  const rows = project.rows(node);
  const isTest = project.type(node) === 'test' || project.type(node) === 'unit_test';
  const bad = status === 'error' || status === 'fail' || status === 'warn';
  return (
    <div class={`run-line ${bad ? 'loud' : ''}`}>
      <p>
        <Status status={status} />
        {status === 'skipped' ? null : <span>{formatDuration(project.ms(node))}</span>}
        {rows >= 0 ? (
          <span>{isTest ? plural(rows, 'failing row') : plural(rows, 'row')}</span>
        ) : null}
        {detail.startedAt === undefined ? null : (
          <span>
            <Moment at={detail.startedAt} />
          </span>
        )}
        {detail.thread === undefined ? null : <span class="quiet">{detail.thread}</span>}
        <a class="more" href="#/runs">
          Last run <Glyph name="chevron" />
        </a>
      </p>
      {bad && detail.message ? <pre class="message">{detail.message}</pre> : null}
    </div>
  );
}
