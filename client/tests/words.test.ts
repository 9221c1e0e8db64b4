// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { wordsOf } from './words';

const sources = import.meta.glob<string>('../src/**/*.ts', { query: '?raw', import: 'default', eager: true });
const catalogues = import.meta.glob<Record<string, string | Record<string, string>>>('../src/base/languages/*.json', {
  import: 'default',
  eager: true,
});

const files = Object.entries(sources).filter(([file]) => !/\.test\.ts$|\/testing\.ts$/.test(file));
const found = files.map(([file, source]) => ({ file, ...wordsOf(file, source) }));
const all = (pick: 'texts' | 'counts'): Set<string> => new Set(found.flatMap((one) => [...one[pick]]));
const placeholders = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();

describe('every text of the client', () => {
  /** Words of formats and programs: names of catalogues and of their columns, of parameters, of events. */
  const others = /\/src\/(vo\/(catalogs|ds9|geojson)|core\/url|map\/gestures|wcs\/descriptions)\.ts$/;

  it.each(found.filter(({ file }) => !others.test(file)).map(({ file, unsaid }) => [file, unsaid] as const))(
    'of %s can be translated',
    (_, unsaid) => expect(unsaid).toEqual([]),
  );

  it('is found where it is missed', () => {
    const source = `html\`<b title="Some name">Plain words\${n > 1 ? 'Several things' : t('One {thing}', { thing: 'of these' })}</b>\`;
      notify('Said'); fail(new Error(\`no \${x} here\`)); const rows = [{ label: 'Short' }]; tn('{n} cat', '{n} cats', 2);`;
    const { unsaid, texts, counts } = wordsOf('a.ts', source);
    expect(unsaid.map((text) => text.replace(/^\d+: /, ''))).toEqual([
      'Some name',
      'Plain words',
      'Several things',
      'of these',
      'Said',
      'no | here',
      'Short',
    ]);
    expect([[...texts], [...counts]]).toEqual([['One {thing}'], ['{n} cats']]);
  });
});

describe.each(Object.entries(catalogues))('the catalogue %s', (file, catalogue) => {
  it('has every text and no other', () => {
    expect(Object.keys(catalogue).sort()).toEqual([...all('texts'), ...all('counts')].sort());
  });

  it('has the placeholders of the text, in all plural forms of its language', () => {
    const rules = new Intl.PluralRules(file.replace(/^.*\/(.*)\.json$/, '$1')).resolvedOptions().pluralCategories;
    const counts = all('counts');
    for (const [key, said] of Object.entries(catalogue)) {
      if (typeof said === 'string') expect([key, placeholders(said)]).toEqual([key, placeholders(key)]);
      else expect([key, placeholders(said.other ?? '')]).toEqual([key, placeholders(key)]);
      expect([key, typeof said]).toEqual([key, counts.has(key) ? 'object' : 'string']);
      if (typeof said === 'object') expect(rules.filter((rule) => rule !== 'many')).toEqual(Object.keys(said).sort());
    }
  });
});
