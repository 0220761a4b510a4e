import type { Log } from '#lib/log'

/** One kind of work: how to take the next piece, and how to do it. The loop knows no more. */
export interface WorkSource<T> {
  name: string
  /** Pieces done at once. */
  slots: number
  /** Takes a piece so that nobody else does it; null when none waits. */
  claim(): Promise<T | null>
  /** Does it and settles it. Rejects only when it could not be settled: the process must stop then. */
  run(piece: T): Promise<void>
}

export interface Loop {
  /** Something may wait: look now. */
  wake(): void
  /** Takes nothing new; resolves when everything under way is settled. */
  stop(): Promise<void>
}

/** Looks for work whenever it is woken, whenever a slot gets free, and every so often in case a wake-up was lost. */
export function startLoop(
  sources: WorkSource<unknown>[],
  options: { lookEveryMs: number; log: Log; onUnsettled: (error: unknown) => void },
): Loop {
  const lanes = sources.map((source) => startLane(source, options))
  const timer = setInterval(() => lanes.forEach(({ wake }) => wake()), options.lookEveryMs)
  return {
    wake: () => lanes.forEach(({ wake }) => wake()),
    async stop() {
      clearInterval(timer)
      await Promise.all(lanes.map(({ stop }) => stop()))
    },
  }
}

function startLane<T>(source: WorkSource<T>, { log, onUnsettled }: { log: Log; onUnsettled: (error: unknown) => void }) {
  const underWay = new Set<Promise<void>>()
  let looking: Promise<void> | null = null
  let isWoken = false
  let isStopped = false

  function wake(): void {
    isWoken = true
    looking ??= look().finally(() => {
      looking = null
      if (isWoken && !isStopped && underWay.size < source.slots) wake()
    })
  }

  async function look(): Promise<void> {
    isWoken = false
    while (!isStopped && underWay.size < source.slots) {
      const piece = await claim()
      if (piece === null) return
      const work = source
        .run(piece)
        .catch(onUnsettled)
        .finally(() => {
          underWay.delete(work)
          wake()
        })
      underWay.add(work)
    }
  }

  async function claim(): Promise<T | null> {
    try {
      return await source.claim()
    } catch (error) {
      // The database may be away for a moment; the next look tries again.
      log.warn({ err: error, source: source.name }, 'could not look for work')
      return null
    }
  }

  async function stop(): Promise<void> {
    isStopped = true
    await looking
    await Promise.all(underWay)
  }

  wake()
  return { wake, stop }
}
