import { expect, test } from 'vitest';
import { splitRules } from './sheets';

test('a style sheet is split into its top-level rules', () => {
  const css = ':host{color:red}/* } */ @media (x) { a { b: c } d { e: f } }\n.g,.h{}';
  expect(splitRules(css)).toEqual([':host{color:red}', '@media (x) { a { b: c } d { e: f } }', '.g,.h{}']);
});
