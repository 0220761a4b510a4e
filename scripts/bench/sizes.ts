import { presets } from '#lib/soho/presets'
import type { Configuration } from '#lib/soho/config'

/** What is measured: a batch of pre-training, and the work of an evaluation. */
export interface Size {
  images: number
  widthPx: number
  heightPx: number
  words: number
  configuration: Configuration
  /** Every image is scored with every text; answers are VQA's candidates. */
  evaluation: { images: number; texts: number; answers: number }
}

export const sizes: Record<string, Size> = {
  tiny: {
    ...{ images: 16, widthPx: 64, heightPx: 64, words: 256 },
    configuration: {
      ...presets.tiny,
      dictionary: { ...presets.tiny.dictionary, size: 256, decay: 0.99, warmupEpochs: 0, revive: false },
    },
    evaluation: { images: 64, texts: 18, answers: 64 },
  },
  'r18-224': {
    ...{ images: 2, widthPx: 224, heightPx: 224, words: 30522 },
    configuration: presets.ablation,
    evaluation: { images: 8, texts: 64, answers: 3129 },
  },
  // Landscape photographs after the resize rule, padded to whole tokens. The twin knows `ablation` in evaluation alone, `paper` not at all.
  ablation: {
    ...{ images: 2, widthPx: 832, heightPx: 640, words: 30522 },
    configuration: presets.ablation,
    evaluation: { images: 4, texts: 64, answers: 3129 },
  },
  paper: {
    ...{ images: 2, widthPx: 1024, heightPx: 640, words: 30522 },
    configuration: presets.paper,
    evaluation: { images: 2, texts: 128, answers: 3129 },
  },
}

/** @throws Error naming the sizes there are */
export function sizeNamed(name: string): Size {
  const known = sizes[name]
  if (!known) throw new Error(`Say a size: --size ${Object.keys(sizes).join('|')}`)
  return known
}

/** The middle of the measurements. */
export function median(list: readonly number[]): number {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] as number
}
