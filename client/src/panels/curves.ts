import { mark } from '../base/i18n';
import type { DisplayState, StretchName } from '../core/state';
import type { Curve } from '../ui/ramp';

export interface StretchChoice {
  readonly name: StretchName;
  readonly label: string;
  readonly hint: string;
  /** Name, usual value and range of its parameter, if it has one. */
  readonly parameter?: { readonly label: string; readonly usual: number; readonly min: number; readonly max: number };
}

/** The stretches by DS9's names; formulas of astropy.visualization. */
export const stretches: readonly StretchChoice[] = [
  { name: 'linear', label: mark('Linear'), hint: 't' },
  {
    name: 'asinh',
    label: mark('Asinh'),
    hint: mark('asinh(t/a) / asinh(1/a): linear in the noise, logarithmic above'),
    parameter: { label: mark('Softening'), usual: 0.1, min: 0.0001, max: 1 },
  },
  {
    name: 'log',
    label: mark('Logarithmic'),
    hint: 'log(1 + a t) / log(1 + a)',
    parameter: { label: mark('Exponent'), usual: 1000, min: 1, max: 100000 },
  },
  { name: 'sqrt', label: mark('Square root'), hint: '√t' },
  { name: 'squared', label: mark('Squared'), hint: 't²' },
  { name: 'power', label: mark('Power'), hint: 'tᵃ', parameter: { label: mark('Power'), usual: 2, min: 0.1, max: 10 } },
  {
    name: 'pow',
    label: mark('Exponential (DS9 pow)'),
    hint: '(aᵗ − 1) / (a − 1)',
    parameter: { label: mark('Exponent'), usual: 1000, min: 1.01, max: 100000 },
  },
  {
    name: 'sinh',
    label: mark('Sinh'),
    hint: 'sinh(t/a) / sinh(1/a)',
    parameter: { label: mark('Softening'), usual: 1 / 3, min: 0.02, max: 1 },
  },
  { name: 'histeq', label: mark('Histogram equalised'), hint: mark('Every shade has as many pixels') },
];

export const stretchOf = (name: StretchName): StretchChoice | undefined => stretches.find((one) => one.name === name);

/** The stretch itself, 0…1 to 0…1. Equalisation needs the pixels, which are with the server: drawn as linear. */
export function stretchCurve(name: StretchName, parameter: number | null): Curve {
  const a = parameter ?? stretchOf(name)?.parameter?.usual ?? 1;
  if (name === 'asinh') return (t) => Math.asinh(t / a) / Math.asinh(1 / a);
  if (name === 'log') return (t) => Math.log1p(a * t) / Math.log1p(a);
  if (name === 'sqrt') return Math.sqrt;
  if (name === 'squared') return (t) => t * t;
  if (name === 'power') return (t) => t ** a;
  if (name === 'pow') return (t) => (a === 1 ? t : Math.expm1(t * Math.log(a)) / (a - 1));
  if (name === 'sinh') return (t) => Math.sinh(t / a) / Math.sinh(1 / a);
  return (t) => t;
}

type Tone = Pick<DisplayState, 'stretch' | 'stretchParameter' | 'contrast' | 'bias' | 'gamma' | 'invert'>;

/** All that happens to a value between the cuts: stretch, contrast and bias, gamma, inversion. */
export function displayCurve({ stretch, stretchParameter, contrast, bias, gamma, invert }: Tone): Curve {
  const stretched = stretchCurve(stretch, stretchParameter);
  return (t) => {
    const u = (stretched(Math.min(Math.max(t, 0), 1)) - bias) * contrast + 0.5;
    const shade = Math.min(Math.max(u, 0), 1) ** (1 / gamma);
    return invert ? 1 - shade : shade;
  };
}
