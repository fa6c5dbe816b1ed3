/**
 * How well shares tell a hashrate. Shares of one difficulty arrive as a Poisson process, so a weighted sum y = Σ wᵢ of
 * them has the variance v = Σ wᵢ² (Campbell's theorem). The band is Fay and Feuer's gamma interval for such a sum
 * ("Confidence intervals for directly standardized rates", Statistics in Medicine 16, 1997), with k the weight of one
 * more share:
 *
 *   low  = v / 2y · χ²(2.5 %; 2y² / v)        high = (v + k²) / 2(y + k) · χ²(97.5 %; 2(y + k)² / (v + k²))
 *
 * For equal shares it is the exact (Garwood) interval of a count. χ² comes from Wilson and Hilferty's cube, which is
 * within 1 % of it from five shares on. A relative error of 3 % at 95 % takes about (1.96 / 0.03)² = 4,300 equal shares.
 */

/** In 95 of 100 cases the truth is inside. In the unit of the estimate. */
export interface RateBand {
  readonly low: number;
  readonly high: number;
}

/** 97.5 % quantile of the normal distribution. */
const Z = 1.959964;

/** `sum`, `squares`: y and v above, not negative. `one`: k, above 0 where any share was ever seen. */
export function rateBand(sum: number, squares: number, one: number): RateBand {
  const low = sum > 0 && squares > 0 ? (squares / (2 * sum)) * chiSquare((2 * sum * sum) / squares, -Z) : 0;
  const more = sum + one;
  const moreSquares = squares + one * one;
  if (!(more > 0 && moreSquares > 0)) return { low, high: 0 };
  return { low, high: (moreSquares / (2 * more)) * chiSquare((2 * more * more) / moreSquares, Z) };
}

function chiSquare(freedom: number, z: number): number {
  const ninth = 2 / (9 * freedom);
  return freedom * Math.max(0, 1 - ninth + z * Math.sqrt(ninth)) ** 3;
}
