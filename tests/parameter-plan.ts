import type { Configuration } from '../lib/soho/config.ts'
import { addPretrainHeads } from '../lib/soho/pretrain/losses.ts'
import { Parameters } from '../lib/soho/model/parameters.ts'
import type { ParameterGroup } from '../lib/soho/model/parameters.ts'
import { declareSoho } from '../lib/soho/model/soho.ts'

/** The arrays of a model without their values: what it needs is known before anything is allocated. */
export class ParameterPlan extends Parameters {
  private readonly planned = new Map<string, { shape: number[]; group: ParameterGroup | 'buffer' }>()

  constructor() {
    super(0)
  }

  override add(name: string, group: ParameterGroup, shape: number[]): void {
    if (this.planned.has(name)) throw new Error(`parameter ${name} is declared twice`)
    this.planned.set(name, { shape, group })
  }

  override addBuffer(name: string, shape: number[]): void {
    this.planned.set(name, { shape, group: 'buffer' })
  }

  override has(name: string): boolean {
    return this.planned.has(name)
  }

  override shapes(): Map<string, number[]> {
    return new Map([...this.planned].map(([name, { shape }]) => [name, shape]))
  }

  /** Numbers in the arrays of a group whose names begin so. */
  count(group: ParameterGroup | 'buffer', prefix = ''): number {
    let sum = 0
    for (const [name, one] of this.planned) {
      if (one.group === group && name.startsWith(prefix)) sum += one.shape.reduce((a, b) => a * b, 1)
    }
    return sum
  }
}

/** A model with the heads of pre-training, as a plan. */
export function planSoho(configuration: Configuration, vocabularySize: number): ParameterPlan {
  const parameters = new ParameterPlan()
  addPretrainHeads(declareSoho(parameters, configuration, { vocabularySize }), vocabularySize)
  return parameters
}
