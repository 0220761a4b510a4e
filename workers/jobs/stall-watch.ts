/**
 * Tells a trainer that hangs from one that works through a long evaluation: it hangs when it has given no sign of life for ten times the
 * longest pause so far (and a minimum), and has hardly used the processor meanwhile.
 */
export class StallWatch {
  private readonly floorMs: number
  private readonly processorSeconds: () => number | null
  private signAt: number
  private longestPauseMs = 0
  private usedAtSign: number | null

  constructor(floorMs: number, processorSeconds: () => number | null, now = Date.now()) {
    this.floorMs = floorMs
    this.processorSeconds = processorSeconds
    this.signAt = now
    this.usedAtSign = processorSeconds()
  }

  sign(now = Date.now()): void {
    this.longestPauseMs = Math.max(this.longestPauseMs, now - this.signAt)
    this.signAt = now
    this.usedAtSign = null
  }

  /** Call it regularly. @returns how long it has hung, in words; null while it has not */
  look(now = Date.now()): string | null {
    this.usedAtSign ??= this.processorSeconds()
    const silentMs = now - this.signAt
    if (silentMs < Math.max(this.floorMs, 10 * this.longestPauseMs)) return null
    const used = this.processorSeconds()
    const isBusy = used !== null && this.usedAtSign !== null && (used - this.usedAtSign) * 1000 > 0.05 * silentMs
    return isBusy ? null : `no sign of life for ${Math.round(silentMs / 1000)} s`
  }
}
