/** Conic projections, paper II section 5.4: COP, COE, COD, COO; θ_a = PV2_1, η = PV2_2. */
import { asind, atan2d, atand, cosd, onSphere, R0, sind, tand } from '../math';
import type { Projection, ProjectionMaker, ProjectionTable } from './projection';

interface Cone {
  thetaA: number;
  /** Constant C of the cone: native longitude is divided by it. */
  constant: number;
  /** Radius of θ_a. */
  y0: number;
  /** NaN: not in the domain. */
  radiusOf(theta: number): number;
  thetaOf(radius: number): number;
}

/** x = R sin Cφ, y = Y₀ − R cos Cφ (eqs. 113–117). R has the sign of θ_a. */
function conicOf({ thetaA, constant, y0, radiusOf, thetaOf }: Cone): Projection {
  return {
    toPlane(phi, theta) {
      const radius = radiusOf(theta);
      if (!Number.isFinite(radius)) return null;
      return [radius * sind(constant * phi), y0 - radius * cosd(constant * phi)];
    },
    toNative(x, y) {
      const sign = thetaA < 0 ? -1 : 1;
      const radius = sign * Math.hypot(x, y0 - y);
      const angle = radius === 0 ? 0 : atan2d(sign * x, sign * (y0 - y));
      return onSphere(angle / constant, thetaOf(radius));
    },
  };
}

/** Perspective, eqs. 118–121: the half of the sphere around θ_a. */
const perspective: ProjectionMaker = (pv) => {
  const [thetaA, eta] = [pv(1), pv(2)];
  const scale = R0 * cosd(eta);
  const constant = sind(thetaA);
  const y0 = scale / tand(thetaA);
  return conicOf({
    thetaA,
    constant,
    y0,
    radiusOf(theta) {
      const radius = y0 - scale * tand(theta - thetaA);
      return radius * constant < 0 || cosd(theta - thetaA) <= 0 ? NaN : radius;
    },
    thetaOf: (radius) => thetaA + atand(1 / tand(thetaA) - radius / scale),
  });
};

/** Equal area, eqs. 122–126. */
const equalArea: ProjectionMaker = (pv) => {
  const [thetaA, eta] = [pv(1), pv(2)];
  const [s1, s2] = [sind(thetaA - eta), sind(thetaA + eta)];
  const gamma = s1 + s2;
  const radiusOf = (theta: number) => ((R0 * 2) / gamma) * Math.sqrt(Math.max(0, 1 + s1 * s2 - gamma * sind(theta)));
  return conicOf({
    thetaA,
    constant: gamma / 2,
    y0: radiusOf(thetaA),
    radiusOf,
    thetaOf: (radius) => asind((1 + s1 * s2 - ((radius * gamma) / (2 * R0)) ** 2) / gamma),
  });
};

/** Equidistant, eqs. 127–131. */
const equidistant: ProjectionMaker = (pv) => {
  const [thetaA, eta] = [pv(1), pv(2)];
  const etaCotEta = eta === 0 ? R0 : eta / tand(eta);
  const y0 = etaCotEta / tand(thetaA);
  return conicOf({
    thetaA,
    constant: eta === 0 ? sind(thetaA) : (R0 * sind(thetaA) * sind(eta)) / eta,
    y0,
    radiusOf: (theta) => thetaA - theta + y0,
    thetaOf: (radius) => thetaA + y0 - radius,
  });
};

/** Orthomorphic, eqs. 132–136. */
const orthomorphic: ProjectionMaker = (pv) => {
  const [thetaA, eta] = [pv(1), pv(2)];
  const [theta1, theta2] = [thetaA - eta, thetaA + eta];
  const half = (theta: number) => tand((90 - theta) / 2);
  const constant =
    eta === 0 ? sind(theta1) : Math.log(cosd(theta2) / cosd(theta1)) / Math.log(half(theta2) / half(theta1));
  const psi = (R0 * cosd(theta1)) / (constant * half(theta1) ** constant);
  const radiusOf = (theta: number) => psi * half(theta) ** constant;
  return conicOf({
    thetaA,
    constant,
    y0: radiusOf(thetaA),
    radiusOf,
    thetaOf: (radius) => 90 - 2 * atand((radius / psi) ** (1 / constant)),
  });
};

export const conic: ProjectionTable = { COP: perspective, COE: equalArea, COD: equidistant, COO: orthomorphic };
