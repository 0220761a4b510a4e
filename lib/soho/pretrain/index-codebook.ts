import * as tf from '@tensorflow/tfjs-core'
import type { CodebookIndex, ImageSource, StageTools } from '../contract.ts'
import { imagesAtOnce } from '../memory/at-once.ts'
import { see, withWeights } from '../model/soho.ts'
import type { Soho } from '../model/soho.ts'

const imagesPerBatch = 32

/** Which codeword each visual token of every image has, and how far it is from it; null without a dictionary. */
export async function indexCodebook(model: Soho, images: ImageSource, tools: StageTools): Promise<CodebookIndex | null> {
  if (model.configuration.dictionary.size === 0) return null
  const maps: CodebookIndex['maps'] = []
  const each = imagesAtOnce(model.configuration, imagesPerBatch)
  for (let start = 0; start < images.count; start += each) {
    tools.signal.throwIfAborted()
    const wanted = Array.from({ length: Math.min(each, images.count - start) }, (_, i) => start + i)
    const pixels = await images.read(wanted)
    tf.tidy(() =>
      withWeights(model, (pass) => {
        const { gridHeight, gridWidth, indices, squaredDistances, valid } = see(model, pass, pixels)
        const codes = indices?.dataSync() as Int32Array
        const squares = squaredDistances?.dataSync() as Float32Array
        const n = gridHeight * gridWidth
        for (const [b, image] of wanted.entries()) {
          const own = (i: number) => b * n + i
          maps.push({
            image,
            gridHeight,
            gridWidth,
            codes: Int32Array.from({ length: n }, (_, i) => (valid[own(i)] === 1 ? (codes[own(i)] as number) : -1)),
            distances: Float32Array.from({ length: n }, (_, i) => Math.sqrt(squares[own(i)] as number)),
          })
        }
        return []
      }),
    )
  }
  return { gridHeight: maps[0]?.gridHeight ?? 0, gridWidth: maps[0]?.gridWidth ?? 0, maps }
}
