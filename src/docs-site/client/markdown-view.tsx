import type { JSX } from 'preact';
import { safeUrl } from '../shared/safe-url.ts';
import type { MdBlock, MdInline } from '../shared/wire.ts';

/** A description. Every token becomes an element of a fixed kind; text is text. */
export function Markdown({
  blocks,
  level = 2,
}: {
  readonly blocks: readonly MdBlock[];
  readonly level?: number;
}): JSX.Element {
  return (
    <div class="prose" dir="auto">
      {blocks.map((block) => blockView(block, level))}
    </div>
  );
}

/** A description in a table cell: without the paragraph when it is just one. */
export function MarkdownLine({
  blocks,
}: {
  readonly blocks: readonly MdBlock[] | undefined;
}): JSX.Element | null {
  if (blocks === undefined) return null;
  const [first] = blocks;
  if (blocks.length === 1 && first?.[0] === 'p') return <span dir="auto">{inlines(first[1])}</span>;
  return <Markdown blocks={blocks} level={4} />;
}

function blockView(block: MdBlock, level: number): JSX.Element {
  switch (block[0]) {
    case 'p':
      return <p>{inlines(block[1])}</p>;
    case 'h': {
      const Tag = `h${Math.min(6, level + block[1])}` as 'h3';
      return <Tag>{inlines(block[2])}</Tag>;
    }
    case 'ul':
      return (
        <ul>
          {block[1].map((item) => (
            <li>{itemView(item, level)}</li>
          ))}
        </ul>
      );
    case 'ol':
      return (
        <ol start={block[1]}>
          {block[2].map((item) => (
            <li>{itemView(item, level)}</li>
          ))}
        </ol>
      );
    case 'pre':
      return (
        <pre>
          <code>{block[2]}</code>
        </pre>
      );
    case 'quote':
      return <blockquote>{block[1].map((inner) => blockView(inner, level))}</blockquote>;
    case 'hr':
      return <hr />;
    case 'table':
      return (
        <div class="table-scroll">
          <table>
            <thead>
              <tr>
                {block[2].map((cell, at) => (
                  <th class={`align-${block[1][at]}`}>{inlines(cell)}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {block[3].map((row) => (
                <tr>
                  {row.map((cell, at) => (
                    <td class={`align-${block[1][at]}`}>{inlines(cell)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      );
  }
}

function itemView(item: readonly MdBlock[], level: number): JSX.Element | JSX.Element[] {
  const [first, ...rest] = item;
  // A tight list: the first paragraph without its margins.
  if (first?.[0] === 'p') {
    return (
      <>
        {inlines(first[1])}
        {rest.map((block) => blockView(block, level))}
      </>
    );
  }
  return item.map((block) => blockView(block, level));
}

function inlines(tokens: readonly MdInline[]): (JSX.Element | string)[] {
  return tokens.map(inlineView);
}

function inlineView(token: MdInline): JSX.Element | string {
  if (typeof token === 'string') return token;
  switch (token[0]) {
    case 'em':
      return <em>{inlines(token[1])}</em>;
    case 'strong':
      return <strong>{inlines(token[1])}</strong>;
    case 'del':
      return <del>{inlines(token[1])}</del>;
    case 'code':
      return <code>{token[1]}</code>;
    case 'br':
      return <br />;
    case 'a': {
      // Checked when generated; checked again here, since the data file is just a file.
      const url = safeUrl(token[1]);
      if (url === undefined) return <span>{inlines(token[2])}</span>;
      return (
        <a href={url} rel="noopener noreferrer">
          {inlines(token[2])}
        </a>
      );
    }
  }
}
