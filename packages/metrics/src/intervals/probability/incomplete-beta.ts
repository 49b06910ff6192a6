/**
 * Regularised incomplete beta function I_x(a, b), to about 1e-13 relative.
 *
 * @param x of [0, 1]
 * @param a,b above 0
 * @param rest 1 − x, where the caller knows it better than the subtraction gives it
 * Source: the continued fraction of Abramowitz & Stegun 26.5.8, evaluated by Lentz's method.
 */
export function incompleteBeta(x: number, a: number, b: number, rest = 1 - x): number {
  if (x <= 0) return 0
  if (rest <= 0) return 1
  // The fraction converges fast on the side of the mean a / (a + b).
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(rest, b, a, x)
  // The logarithm of what is near 1 comes from its complement.
  const logX = rest < 0.5 ? Math.log1p(-rest) : Math.log(x)
  const logRest = x < 0.5 ? Math.log1p(-x) : Math.log(rest)
  const logFactor = a * logX + b * logRest - logBeta(a, b)
  return (Math.exp(logFactor) / a) * continuedFraction(x, a, b)
}

/** ln B(a, b). With one of them large, the difference of two logarithms of Γ would lose digits: its series does not. */
export function logBeta(a: number, b: number): number {
  const [small, large] = a < b ? [a, b] : [b, a]
  if (large < 40) return logGamma(small) + logGamma(large) - logGamma(small + large)
  // ln Γ(large) − ln Γ(large + small) by Stirling, with what cancels taken out.
  const sum = small + large
  const difference =
    -(large - 0.5) * Math.log1p(small / large) - small * Math.log(sum) + small + stirlingRest(large) - stirlingRest(sum)
  return logGamma(small) + difference
}

/** ln Γ(x) of x > 0: Stirling's series from 15 on, reached by the recurrence. */
export function logGamma(x: number): number {
  let shift = 0
  let y = x
  while (y < 15) {
    shift += Math.log(y)
    y++
  }
  return (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + stirlingRest(y) - shift
}

/** 1/(12x) − 1/(360x³) + …: what Stirling's formula leaves, to 1e-15 from 15 on. */
function stirlingRest(x: number): number {
  const s = 1 / (x * x)
  return (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - (s * 691) / 360360))))) / x
}

function continuedFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300
  const away = (value: number) => (Math.abs(value) < tiny ? tiny : value)
  let c = 1
  let d = 1 / away(1 - ((a + b) * x) / (a + 1))
  let fraction = d
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / away(1 + even * d)
    c = away(1 + even / c)
    fraction *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / away(1 + odd * d)
    c = away(1 + odd / c)
    const step = d * c
    fraction *= step
    if (Math.abs(step - 1) < 1e-16) break
  }
  return fraction
}
