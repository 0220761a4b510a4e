import type { Configuration } from '../config.ts'

/** A residual network's plan. `tokenStride`: pixels a feature-map cell covers, before the neck's pool. */
export interface EncoderPlan {
  stem: { side: 3 | 7; width: number; pool: boolean }
  block: 'basic' | 'bottleneck'
  /** Which convolution of a bottleneck halves the map: the 3x3 (torchvision's; the default), or the first 1x1 (the original network's). */
  halvedBy?: 'second' | 'first'
  blocks: number[]
  widths: number[]
}

export const encoderPlans: Record<Configuration['encoder']['kind'], EncoderPlan> = {
  small: { stem: { side: 3, width: 32, pool: false }, block: 'basic', blocks: [1, 1, 1], widths: [32, 64, 128] },
  resnet18: { stem: { side: 7, width: 64, pool: true }, block: 'basic', blocks: [2, 2, 2, 2], widths: [64, 128, 256, 512] },
  resnet50: { stem: { side: 7, width: 64, pool: true }, block: 'bottleneck', blocks: [3, 4, 6, 3], widths: [64, 128, 256, 512] },
  resnet101: { stem: { side: 7, width: 64, pool: true }, block: 'bottleneck', blocks: [3, 4, 23, 3], widths: [64, 128, 256, 512] },
}

const expansion = { basic: 1, bottleneck: 4 } as const

/** One residual block, with its place and widths. */
export interface Block {
  name: string
  stage: number
  inputs: number
  width: number
  outputs: number
  stride: number
}

/** Whether a parameter belongs to the frozen start of the network: the stem and the first `stages` stages (none of it for 0). */
export function isFrozenStart(name: string, stages: number): boolean {
  const stage = /^backbone\.layer(\d+)\./.exec(name)?.[1]
  return stages > 0 && name.startsWith('backbone.') && (stage === undefined || Number(stage) <= stages)
}

/** Every block of the network, from the image on. */
export function blocksOf(plan: EncoderPlan): Block[] {
  const blocks: Block[] = []
  let inputs = plan.stem.width
  for (const [stage, width] of plan.widths.entries()) {
    for (let j = 0; j < (plan.blocks[stage] ?? 0); j += 1) {
      const outputs = width * expansion[plan.block]
      blocks.push({ name: `backbone.layer${stage + 1}.${j}`, stage, inputs, width, outputs, stride: j === 0 && stage > 0 ? 2 : 1 })
      inputs = outputs
    }
  }
  return blocks
}

/** Channels of the encoder's map. */
export function encoderWidth(plan: EncoderPlan): number {
  return (plan.widths.at(-1) ?? 0) * expansion[plan.block]
}

/** Pixels of the image for each cell of the encoder's map. */
export function encoderStride(plan: EncoderPlan): number {
  return 2 * (plan.stem.pool ? 2 : 1) * 2 ** (plan.widths.length - 1)
}
