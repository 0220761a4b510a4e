import type { CodewordPatch } from '#lib/services/codebooks/codeword-tokens'

export const codebookHref = (runId: string) => `/codebooks/${runId}`
export const codewordHref = (runId: string, code: number) => `/codebooks/${runId}/${code}`

/** The whole image with the index map, one patch outlined. */
export function patchHref(
  runId: string,
  code: number,
  { imageId, row, column }: Pick<CodewordPatch, 'imageId' | 'row' | 'column'>,
): string {
  return `/codebooks/${runId}/images/${imageId}?code=${code}&at=${row}.${column}`
}

export function patchImageHref({ imageId, box }: Pick<CodewordPatch, 'imageId' | 'box'>): string {
  const { x, y, width, height } = box
  return `/api/patches/${imageId}?x=${x}&y=${y}&width=${width}&height=${height}`
}
