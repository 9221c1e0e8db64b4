/**
 * Write `visiomatic.d.ts`: the types of the public interface in one file that needs no other package.
 *
 * The compiler gives one declaration file per source; those that `index.ts` leads to are put one after the other.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const client = dirname(dirname(fileURLToPath(import.meta.url)));
const target = join(client, '..', 'src', 'visiomatic', 'client', 'visiomatic.d.ts');
const STATEMENT = /^(?:import|export)\b[^;]*?\bfrom '(\.[^']*)';\n/gm;

function declarations(folder) {
  const options = ['--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--rootDir', '.', '--outDir', folder];
  execFileSync(process.execPath, [join(client, 'node_modules', 'typescript', 'bin', 'tsc'), ...options], {
    cwd: client,
    stdio: 'inherit',
  });
}

/** The files that a declaration file leads to, itself last. */
function closure(path, seen = new Set()) {
  if (seen.has(path)) return [];
  seen.add(path);
  const text = readFileSync(path, 'utf8');
  const names = [...text.matchAll(STATEMENT)].map(([, name]) => `${resolve(dirname(path), name)}.d.ts`);
  return [...names.flatMap((name) => closure(name, seen)), path];
}

/** Names that `index.d.ts` hands out. */
function exported(text) {
  const lists = [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, names]) => names.split(','));
  const own = [...text.matchAll(/^export (?:declare )?(?:type|const|function) (\w+)/gm)].map(([, name]) => name);
  return [...new Set([...lists.map((name) => name.replace(/\btype\b/, '').trim()), ...own])].filter(Boolean).sort();
}

/** One declaration file, without what it takes from the others and without `export`. */
const inlined = (text) =>
  text
    .replace(STATEMENT, '')
    .replace(/^export \{[^}]*\};\n/gm, '')
    .replace(/^export (?=declare|interface|type)/gm, '')
    .trim();

/** One name may stand for one thing only, now that all are in one file. */
function assertDistinct(text) {
  const names = [...text.matchAll(/^(?:declare )?(?:abstract )?(?:interface|class|type|function) (\w+)/gm)];
  const counts = new Map();
  for (const [, name] of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const twice = [...counts].filter(([, count]) => count > 1).map(([name]) => name);
  if (twice.length) throw new Error(`visiomatic.d.ts: declared twice: ${twice.join(', ')}`);
  const aliases = text.match(/\bas \w+\b.*from/);
  if (aliases || /\bfrom '/.test(text)) throw new Error(`visiomatic.d.ts still imports: ${text.match(/.*from '.*/)}`);
}

const folder = mkdtempSync(join(tmpdir(), 'visiomatic-types-'));
try {
  declarations(folder);
  const index = join(folder, 'src', 'index.d.ts');
  const body = closure(index)
    .map((path) => inlined(readFileSync(path, 'utf8')))
    .join('\n\n');
  assertDistinct(body);
  writeFileSync(target, `${body}\n\nexport { ${exported(readFileSync(index, 'utf8')).join(', ')} };\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
