import { LabError } from '#lib/errors'
import { log } from '#lib/log'
import { createContext, type Context } from '#lib/services/context'
import { currentSession } from './session'

export type ActionResult<T> = { ok: true; value: T } | { ok: false; message: string; fields: Record<string, string> }

/** Turns a verb into a server action: the caller's context, then the verb, then its outcome as plain data. Next itself checks the origin. */
export function action<I, T>(verb: (ctx: Context, input: I) => Promise<T>): (input: unknown) => Promise<ActionResult<T>> {
  return async (input) => {
    try {
      const session = await currentSession()
      const ctx = createContext(session?.actor ?? { kind: 'anonymous' })
      // The verb parses its own input: what a browser sends is unknown whatever its type says.
      return { ok: true, value: await verb(ctx, input as I) }
    } catch (error) {
      return failure(error)
    }
  }
}

export function failure(error: unknown): { ok: false; message: string; fields: Record<string, string> } {
  if (error instanceof LabError) return { ok: false, message: error.message, fields: error.fields }
  log('action').error({ err: error }, 'action failed')
  return { ok: false, message: 'Something went wrong on the server; its log says what. Nothing was changed.', fields: {} }
}
