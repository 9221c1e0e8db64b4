/**
 * Check the built bundle, libraries included, against the oldest browsers that the viewer promises to work in: globals and
 * their members, methods and syntax newer than those browsers, and every style sheet. Prints what is found; exit code 1 then.
 * Another folder can be named: `node browsers.mjs FOLDER`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import doiuse from 'doiuse';
import { ESLint } from 'eslint';
import compat from 'eslint-plugin-compat';
import es from 'eslint-plugin-es-x';
import { parse } from 'espree';
import postcss from 'postcss';

const BROWSERS = ['chrome 95', 'edge 95', 'firefox 94', 'safari 15', 'ios_saf 15.0-15.1', 'opera 80'];

/** Of ES2022, what all of these browsers have. */
const KNOWN = [
  'arbitrary-module-namespace-names',
  'class-instance-fields',
  'class-private-fields',
  'class-private-methods',
  'class-static-fields',
  'error-cause',
  'private-in',
  'top-level-await',
];

/** Globals that some of the browsers lack; we ask for them first, or catch that they are not there. */
const GUARDED = new Set(['TouchEvent', 'ClipboardItem']);

/** Features of CSS that some of the browsers lack or have in part, and what is the matter there. */
const ACCEPTED = {
  'css-appearance': 'written with its prefix too',
  'css-clip-path': 'the basic shapes are there',
  'css-focus-visible': 'without it a ring also follows the mouse',
  'css-gradients': 'plain ones only',
  'css-masks': 'taken for clip-path',
  'css-mixblendmode': 'the modes in use are there',
  'css-overflow': 'hidden and auto are there',
  'css-overscroll-behavior': 'without it the page scrolls on at the end of a panel',
  'css-scrollbar': 'without it scroll bars look as the system has them',
  'css-touch-action': 'a Safari without it has no touch screen',
  'css3-cursors-grab': 'no cursor on a phone',
  'text-size-adjust': 'only Safari on a phone needs it, and has it with its prefix',
  multicolumn: 'only column-gap of flex boxes and grids',
};

/** Newer CSS that the tables of the linter do not have. */
const UNKNOWN =
  /\b(?:light-dark|color-mix|oklch|oklab|round|linear)\(|\bcontainer-(?:type|name)\b|\b\d+(?:dvh|svh|lvh|cq[wh])\b/g;

const bundle =
  process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'src', 'visiomatic', 'client');

/**
 * A linter cannot tell an array from an iterator, nor `at` of an array from a method of our own. Our code is kept from
 * these by the compiler, whose library is that of ES2021.
 */
const AMBIGUOUS = /no-iterator-prototype|no-(array|string)-prototype-at$/;

const YEARS = ['es2022', 'es2023', 'es2024', 'es2025', 'esnext'];
const newer = YEARS.flatMap((year) => Object.entries(es.configs[`flat/no-new-in-${year}`].rules)).filter(
  ([name]) => !AMBIGUOUS.test(name) && !KNOWN.includes(name.replace('es-x/no-', '')),
);

async function scripts(names) {
  const eslint = new ESLint({
    cwd: bundle,
    overrideConfigFile: true,
    overrideConfig: [
      {
        files: ['**/*.js'],
        linterOptions: { noInlineConfig: true },
        plugins: { compat, 'es-x': es },
        settings: { browsers: BROWSERS, lintAllEsApis: true, 'es-x': { aggressive: true } },
        rules: {
          'compat/compat': 'error',
          ...Object.fromEntries(newer),
          'es-x/no-regexp-lookbehind-assertions': 'error',
        },
      },
    ],
  });
  const results = await eslint.lintFiles(names);
  return results.flatMap(({ filePath, messages }) =>
    messages
      .filter(({ message }) => !GUARDED.has(message.split(' ')[0]))
      .map(({ line, column, message }) => `${filePath.slice(bundle.length + 1)}:${line}:${column}: ${message}`),
  );
}

/** Text of the style sheets in a script: tagged templates that are no HTML. Gaps stand for values or whole declarations. */
function sheets(code) {
  const found = [];
  const visit = (node) => {
    if (node?.type === 'TaggedTemplateExpression') {
      const text = node.quasi.quasis.reduce(
        (all, { value }) => all + (/[{};]\s*$/.test(all) ? '' : '0') + value.cooked,
        '',
      );
      if (/\{[^}]*:[^}]*\}/.test(text) && !/<\w/.test(text)) found.push(text.slice(1));
    }
    if (node && typeof node === 'object') for (const value of Object.values(node)) visit(value);
  };
  visit(parse(code, { ecmaVersion: 2022, sourceType: 'module' }));
  return found;
}

async function styles(name) {
  const found = [];
  const text = readFileSync(join(bundle, name), 'utf8');
  const onFeatureUsage = ({ feature, message }) => {
    if (!(feature in ACCEPTED)) found.push(`${name}: ${message}`);
  };
  for (const sheet of name.endsWith('.css') ? [text] : sheets(text)) {
    for (const [word] of sheet.matchAll(UNKNOWN)) found.push(`${name}: ${word} is newer than the browsers`);
    await postcss([doiuse({ browsers: BROWSERS, onFeatureUsage })]).process(sheet, { from: undefined });
  }
  return found;
}

const names = readdirSync(bundle, { recursive: true });
const found = await scripts(names.filter((name) => name.endsWith('.js')));
for (const name of names.filter((one) => /\.(js|css)$/.test(one))) found.push(...(await styles(name)));
process.stdout.write(found.map((line) => `${line}\n`).join(''));
process.exitCode = found.length ? 1 : 0;
