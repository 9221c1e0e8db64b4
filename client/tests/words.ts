/** Finds the texts of the client in its sources: those that `t`, `tn` or `mark` say, and those that nothing says. */
import { parseSync } from 'vite';

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

export interface Words {
  /** Keys of `t` and `mark`. */
  readonly texts: Set<string>;
  /** Keys of `tn`: the text for many. */
  readonly counts: Set<string>;
  /** `line: text` of what would stay English. */
  readonly unsaid: string[];
}

const SPOKEN =
  'label|title|placeholder|aria-label|aria-valuetext|aria-roledescription|alt|hint|note|message|search|unit';
const ATTRIBUTE = new RegExp(`\\s(?:${SPOKEN})="([^"]*)"`, 'g');
const PROPERTY = /^(label|title|hint|note|message|placeholder|emptyText)$/;
const TELLING = /(^|\.)(notify|tooltip|Error|\w+Error)$/;
const LETTERS = /\p{L}{2}/u;
/** A word with a capital letter, or two words: nothing that programs say to each other. */
const PROSE = /^\p{Lu}\p{Ll}{2,}|\p{Ll}{2,} \p{Ll}/u;
/** Keys of keyboards, names of programs, of fields of formats and of styles. */
const NOT_PROSE =
  /^(Arrow\w*|Shift\+\w*|Alt\+\w*|Escape|Enter|Tab|Home|End|Delete|Page\w+|Backspace|Files|Infinity|VisiOmatic|\w+Error|[a-z]+-[a-z-]+)$|px system-ui|^(Aborted|linear-gradient)/;
/** Names, units and formulas that are the same in every language. */
const SAME =
  /^[^\p{L}]*((VisiOmatic|DS9|ICRS|FK5|FK4|PNG|JPEG|J2000|B1950|FITS|mas|px|deg|HDU|BITPIX|RA|Dec|Alt|log|sinh|[aᵃtᵗxy])[^\p{L}ᵃᵗ]*)*$/u;

const isNode = (value: unknown): value is Node => typeof (value as Node | null)?.type === 'string';
const named = (node: Node, source: string): string => source.slice(node.start, node.end);

export function wordsOf(name: string, source: string): Words {
  const words: Words = { texts: new Set(), counts: new Set(), unsaid: [] };
  const keep = (node: Node, text: string): void => {
    if (LETTERS.test(text) && !SAME.test(text)) words.unsaid.push(`${lineOf(source, node)}: ${text.trim()}`);
  };
  visit(parseSync(name, source, { lang: 'ts' }).program as unknown as Node, []);
  return words;

  function visit(node: Node, parents: readonly Node[]): void {
    if (/^(Import|TS(Type|Literal|Interface|Union)|Decorator)/.test(node.type)) return;
    if (node.type === 'CallExpression' && spoken(node)) return;
    if (node.type === 'TaggedTemplateExpression') {
      const tag = named(node.tag as Node, source);
      if (tag === 'css') return;
      if (tag === 'html' || tag === 'svg') for (const text of shown(node)) keep(node, text);
      for (const child of children(node.quasi as Node)) visit(child, [...parents, node]);
      return;
    } else if (isText(node)) {
      const text = textOf(node);
      if (isSaid(node, text, parents)) keep(node, text);
    }
    for (const child of children(node)) visit(child, [...parents, node]);
  }

  /** True for `t('…')` and its kin, whose key is kept; what they are given is looked at all the same. */
  function spoken(node: Node): boolean {
    const callee = (node.callee as Node).name;
    const [first, second, ...rest] = node.arguments as Node[];
    if (callee !== 't' && callee !== 'mark' && callee !== 'tn') return false;
    const key = callee === 'tn' ? second : first;
    if (key?.type === 'Literal') (callee === 'tn' ? words.counts : words.texts).add(key.value as string);
    else if (!key || isText(key)) words.unsaid.push(`${lineOf(source, node)}: the key is put together`);
    for (const value of callee === 'tn' ? rest : [second]) if (value) visit(value, [node]);
    return true;
  }

  function isSaid(node: Node, text: string, parents: readonly Node[]): boolean {
    const parent = parents[parents.length - 1];
    if (!parent || NOT_PROSE.test(text)) return false;
    if (parent.type === 'Property' && parent.key === node) return false;
    if (parent.type === 'BinaryExpression' || parent.type === 'SwitchCase') return false;
    if (parent.type === 'Property' && PROPERTY.test(named(parent.key as Node, source))) return true;
    if (parent.type === 'PropertyDefinition' && PROPERTY.test(named(parent.key as Node, source))) return true;
    const called = parent.type === 'CallExpression' || parent.type === 'NewExpression';
    if (called && TELLING.test(named(parent.callee as Node, source)))
      return LETTERS.test(text) && / |^\p{Lu}/u.test(text);
    if (called && /Exception$|setAttribute|querySelector/.test(named(parent.callee as Node, source))) return false;
    return PROSE.test(text);
  }
}

const isText = (node: Node): boolean =>
  (node.type === 'Literal' && typeof node.value === 'string') || node.type === 'TemplateLiteral';

/** `…${x}…` reads as `…|…`. */
const textOf = (node: Node): string => (node.type === 'Literal' ? (node.value as string) : quasis(node).join('|'));

const quasis = (node: Node): string[] => (node.quasis as { value: { raw: string } }[]).map(({ value }) => value.raw);

/** The literal texts and attributes of a template. */
function shown(node: Node): string[] {
  const markup = quasis(node.quasi as Node)
    .join('|')
    .replace(/<!--[\s\S]*?-->|<style[\s\S]*?<\/style>/g, '');
  const tags = [...markup.matchAll(/<(?:[^>"]|"[^"]*")*>/g)].map(([tag]) => tag);
  const attributes = tags.flatMap((tag) => [...tag.matchAll(ATTRIBUTE)].map(([, text]) => text ?? ''));
  return [...attributes, ...markup.split(/<(?:[^>"]|"[^"]*")*>|\|/)];
}

function* children(node: Node): Iterable<Node> {
  for (const value of Object.values(node))
    for (const one of Array.isArray(value) ? value : [value]) if (isNode(one)) yield one;
}

const lineOf = (source: string, node: Node): number => source.slice(0, node.start).split('\n').length;
