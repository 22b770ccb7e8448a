import { tsdbtError } from '../errors/tsdbt-error.ts';
import type { MacroDef, MacroKind, MacroSettings, Stmt } from './ast.ts';
import { normalizeSource, tokenize } from './lexer.ts';
import { parseBody } from './parse-body.ts';
import { ParseState } from './parse-state.ts';
import { parseTag } from './parser.ts';
import { type SourceText, sourceText } from './source-text.ts';

export interface TemplateOptions {
  /** The file the text is from, as shown in errors. */
  readonly file: string;
  /** Line of the file the text begins at, when it is a part of one. */
  readonly firstLine?: number;
}

/** A parsed template: immutable, and usable for any number of renders. */
export interface Template {
  readonly file: string;
  readonly text: SourceText;
  readonly body: readonly Stmt[];
  /** Macros, tests, materializations, snapshots and docs at the top level, in order. */
  readonly macros: readonly MacroBlock[];
}

export interface MacroArg {
  readonly name: string;
  readonly hasDefault: boolean;
  /** The type annotation as written, such as `list[str]`. */
  readonly annotation: string | undefined;
}

/** A callable block at the top level of a template. */
export interface MacroBlock {
  readonly kind: MacroKind;
  readonly name: string;
  readonly argNames: readonly string[];
  readonly args: readonly MacroArg[];
  readonly line: number;
  readonly column: number;
  /** The exact text, from the opening tag to the closing one. */
  readonly source: string;
  /** Where that begins in `text`. */
  readonly start: number;
  readonly body: readonly Stmt[];
  readonly settings: MacroSettings;
  readonly def: MacroDef;
  readonly text: SourceText;
}

/** Parses a template; a TsdbtError `jinja-syntax` says what is wrong and where. */
export function parseTemplate(source: string, options: TemplateOptions): Template {
  const text = sourceText(options.file, normalizeSource(source), options.firstLine);
  const body = parseText(text);
  const macros: MacroBlock[] = [];
  for (const stmt of body) {
    if (stmt.kind !== 'macro') continue;
    const { def, macroKind: kind, settings } = stmt;
    const { line, column } = text.locate(stmt.pos);
    macros.push({
      kind,
      name: def.name ?? '',
      argNames: def.params.map((param) => param.name),
      args: def.params.map((param) => ({
        name: param.name,
        hasDefault: param.default !== undefined,
        annotation: param.annotation,
      })),
      line,
      column,
      source: text.text.slice(stmt.pos, stmt.end).trimEnd(),
      start: stmt.pos,
      body: def.body,
      settings,
      def,
      text,
    });
  }
  return { file: options.file, text, body, macros };
}

function parseText(text: SourceText): Stmt[] {
  try {
    const state = new ParseState(tokenize(text.text), text.locate, parseTag);
    const body = parseBody(state);
    state.checkLate();
    return body;
  } catch (error) {
    // The parser is recursive: only absurdly deep nesting gets here.
    if (!(error instanceof RangeError)) throw error;
    throw tsdbtError(
      'jinja-limit',
      { limit: 'expressions or blocks are nested too deeply', hint: 'Split the template up.' },
      { location: { file: text.file } },
    );
  }
}
