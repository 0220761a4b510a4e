import type { Context } from '#lib/services/context'
import { settleVersions } from '#lib/services/versions/settle-versions'
import { writeDerivedVersion } from '#lib/services/versions/write-derived-version'
import type { WorkState } from './work-state.ts'

/** Makes a version out of another one, as its derivation says. */
export async function deriveVersion(ctx: Context, state: WorkState): Promise<void> {
  await writeDerivedVersion(ctx, state.ref, (phase, done, total) => {
    state.begin(phase, total)
    state.advance(done)
  })
  await settleVersions(ctx)
}
