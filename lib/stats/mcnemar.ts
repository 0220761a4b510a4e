/**
 * Exact McNemar test of two arms that answered the same examples, two-sided: only the examples that one of them got right count,
 * and under equality each of these falls to either arm like a coin.
 */
export function mcnemarExact(onlyA: number, onlyB: number): number {
  const discordant = onlyA + onlyB
  // Logarithms: 2^-n alone leaves the doubles beyond n = 1074.
  let logProbability = -discordant * Math.LN2
  let tail = Math.exp(logProbability)
  for (let k = 1; k <= Math.min(onlyA, onlyB); k += 1) {
    logProbability += Math.log((discordant - k + 1) / k)
    tail += Math.exp(logProbability)
  }
  return Math.min(1, 2 * tail)
}
