/**
 * Distortion polynomials of two variables, evaluated with their derivatives by Horner's rule and inverted by Newton.
 *
 * SIP: Shupe et al. 2005, ASPC 347, 491 (in pixels, before CD). TPV: the SCAMP/NOAO convention of the FITS registry (in
 * degrees, after CD), with odd powers of the radius.
 */
import type { Pair, PolynomialTerms } from './types';

/** Value and both derivatives. */
type Jet = [value: number, du: number, dv: number];

/** Σ cₚq uᵖ vᵠ, plus Σ rₖ r^(2k+1) of the radius. */
export class Polynomial {
  private readonly rows: number[][] = [];

  constructor(
    terms: PolynomialTerms,
    private readonly radial: readonly number[] = [],
  ) {
    for (const [p, q, coefficient] of terms) {
      while (this.rows.length <= p) this.rows.push([]);
      const row = this.rows[p] as number[];
      while (row.length <= q) row.push(0);
      row[q] = (row[q] as number) + coefficient;
    }
  }

  at(u: number, v: number): Jet {
    let [value, du, dv] = [0, 0, 0];
    for (let p = this.rows.length - 1; p >= 0; p--) {
      const row = this.rows[p] as number[];
      let [inner, slope] = [0, 0];
      for (let q = row.length - 1; q >= 0; q--) {
        slope = slope * v + inner;
        inner = inner * v + (row[q] as number);
      }
      du = du * u + value;
      value = value * u + inner;
      dv = dv * u + slope;
    }
    return this.radial.length ? this.withRadius([value, du, dv], u, v) : [value, du, dv];
  }

  private withRadius([value, du, dv]: Jet, u: number, v: number): Jet {
    const square = u * u + v * v;
    const radius = Math.sqrt(square);
    let [even, slope] = [0, 0]; // Σ rₖ (r²)ᵏ and its derivative
    for (let k = this.radial.length - 1; k >= 0; k--) {
      slope = slope * square + even;
      even = even * square + (this.radial[k] as number);
    }
    const perLength = radius === 0 ? 0 : even / radius + 2 * slope * radius;
    return [value + even * radius, du + perLength * u, dv + perLength * v];
  }
}

/** A map of the plane: (u, v) → (first(u, v), second(u, v)). */
export class Distortion {
  constructor(
    private readonly first: Polynomial,
    private readonly second: Polynomial,
    /** Below this the inverse is done. */
    private readonly tolerance: number,
  ) {}

  apply(u: number, v: number): Pair {
    return [this.first.at(u, v)[0], this.second.at(u, v)[0]];
  }

  /** (u, v) near (U, V) that goes to (U, V); null where Newton's iteration does not settle. */
  invert(U: number, V: number): Pair | null {
    let [u, v] = [U, V];
    for (let i = 0; i < 30; i++) {
      const [f, fu, fv] = this.first.at(u, v);
      const [g, gu, gv] = this.second.at(u, v);
      const determinant = fu * gv - fv * gu;
      const [du, dv] = [((f - U) * gv - (g - V) * fv) / determinant, ((g - V) * fu - (f - U) * gu) / determinant];
      u -= du;
      v -= dv;
      if (!Number.isFinite(u + v)) return null;
      if (Math.abs(du) + Math.abs(dv) < this.tolerance) return [u, v];
    }
    return null;
  }
}

/** Pixels from the reference pixel → the same without distortion: u + Σ A uᵖvᵠ, v + Σ B uᵖvᵠ. */
export function sipDistortion(a: PolynomialTerms, b: PolynomialTerms): Distortion {
  return new Distortion(new Polynomial([[1, 0, 1], ...a]), new Polynomial([[0, 1, 1], ...b]), 1e-10);
}

/** Powers of the own and of the other coordinate of the 40 terms of TPV; null: a power of the radius. */
const TPV_POWERS = tpvPowers();

function tpvPowers(): (readonly [number, number] | null)[] {
  const powers: (readonly [number, number] | null)[] = [];
  for (let degree = 0; degree <= 7; degree++) {
    for (let other = 0; other <= degree; other++) powers.push([degree - other, other]);
    if (degree % 2 === 1) powers.push(null);
  }
  return powers;
}

/** Intermediate world coordinates → the same corrected; each axis is a polynomial of itself first, then of the other. */
export function tpvDistortion(lon: readonly number[], lat: readonly number[]): Distortion {
  const polynomial = (coefficients: readonly number[], isLatitude: boolean) => {
    const radial: number[] = [];
    const terms: [number, number, number][] = [];
    TPV_POWERS.forEach((power, m) => {
      const coefficient = coefficients[m] ?? 0;
      if (!power) radial.push(coefficient);
      else if (coefficient !== 0) {
        const [own, other] = power;
        terms.push(isLatitude ? [other, own, coefficient] : [own, other, coefficient]);
      }
    });
    return new Polynomial(terms, radial.some((value) => value !== 0) ? radial : []);
  };
  return new Distortion(polynomial(lon, false), polynomial(lat, true), 1e-14);
}
