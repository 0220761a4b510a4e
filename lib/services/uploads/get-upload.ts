import { z } from 'zod'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { findOwnUpload, toUploadView, type UploadView } from './upload-view.ts'

export const GetUploadInput = z.strictObject({ id: z.uuid() })

/** How far an upload has come: where its sender goes on after a cut. */
export async function getUpload(ctx: Context, input: z.input<typeof GetUploadInput>): Promise<UploadView> {
  permit(ctx, 'editor')
  return toUploadView(await findOwnUpload(ctx, ctx.db, parseInput(GetUploadInput, input).id))
}
