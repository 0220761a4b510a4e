import type { JobPayload } from '#lib/queue'
import type { Context } from '#lib/services/context'
import { claimNextImport } from '#lib/services/queue/claim-next-import'
import type { WorkSource } from '../loop.ts'

type Payload = JobPayload<'import-dataset'>

export interface ImportRunner extends WorkSource<Payload> {
  importIds(): string[]
  /** What is under way is given up; another worker takes it over. */
  interrupt(): void
}

/** Runs imports, in a slot of their own: an import never waits for training. */
export function createImportRunner(
  ctx: Context,
  importDataset: (payload: Payload, tools: { ctx: Context; signal: AbortSignal }) => Promise<void>,
): ImportRunner {
  const underWay = new Set<string>()
  const stop = new AbortController()

  async function run(payload: Payload): Promise<void> {
    underWay.add(payload.importId)
    try {
      await importDataset(payload, { ctx, signal: stop.signal })
    } catch (error) {
      // The import reports what it finds wrong itself. What it could not report is tried again once its heartbeat is old.
      ctx.log.error({ err: error, ...payload }, 'import ended without a result')
    } finally {
      underWay.delete(payload.importId)
    }
  }

  return {
    name: 'import-dataset',
    slots: 1,
    claim: () => (stop.signal.aborted ? Promise.resolve(null) : claimNextImport(ctx)),
    run,
    importIds: () => [...underWay],
    interrupt: () => stop.abort(),
  }
}
