/** Cylindrical projections, paper II section 5.2: CYP, CEA, CAR, MER. */
import { asind, atan2d, atand, cosd, onSphere, R0, sind, tand } from '../math';
import type { ProjectionMaker, ProjectionTable } from './projection';

/** Cylindrical perspective, eqs. 79–82: point of view at μ radii, cylinder of radius λ. */
const perspective: ProjectionMaker = (pv) => {
  const [mu, lambda] = [pv(1), pv(2)];
  return {
    toPlane(phi, theta) {
      const divisor = mu + cosd(theta);
      return divisor === 0 ? null : [lambda * phi, ((R0 * (mu + lambda)) / divisor) * sind(theta)];
    },
    toNative(x, y) {
      const eta = y / (R0 * (mu + lambda));
      return onSphere(x / lambda, atan2d(eta, 1) + asind((eta * mu) / Math.hypot(eta, 1)));
    },
  };
};

/** Cylindrical equal area, eqs. 83–85. */
const equalArea: ProjectionMaker = (pv) => {
  const lambda = pv(1);
  return {
    toPlane: (phi, theta) => [phi, (R0 * sind(theta)) / lambda],
    toNative: (x, y) => onSphere(x, asind((y * lambda) / R0)),
  };
};

/** Plate carrée, eqs. 86–87. */
const plateCarree: ProjectionMaker = () => ({ toPlane: (phi, theta) => [phi, theta], toNative: onSphere });

/** Mercator, eqs. 88–89. */
const mercator: ProjectionMaker = () => ({
  toPlane: (phi, theta) => (Math.abs(theta) >= 90 ? null : [phi, R0 * Math.log(tand((90 + theta) / 2))]),
  toNative: (x, y) => onSphere(x, 2 * atand(Math.exp(y / R0)) - 90),
});

export const cylindrical: ProjectionTable = { CYP: perspective, CEA: equalArea, CAR: plateCarree, MER: mercator };
