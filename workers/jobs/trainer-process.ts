import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { setEnvironmentDefaults } from '#lib/env'
import type { AttemptRef } from '#lib/services/stages/fence'
import { allocatorSettings } from '../allocator.ts'

/** What a worker asks of its trainer. */
export type Order = 'interrupt' | 'cancel'

/** What a trainer tells its worker. */
export const Sign = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('alive') }),
  z.strictObject({ kind: z.literal('device'), device: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])) }),
])
export type Sign = z.infer<typeof Sign>

export interface TrainerEnd {
  /** In words: `signal SIGKILL`, `exit code 1`. */
  how: string
  /** The last line it wrote to its error output; empty when there was none. */
  lastWords: string
}

export interface TrainerProcess {
  pid: number | undefined
  ended: Promise<TrainerEnd>
  send(order: Order): void
  kill(): void
  /** Seconds of processor time it has used; null where the system does not tell. */
  processorSeconds(): number | null
}

const trainerFile = new URL('../trainer.ts', import.meta.url)

/** Starts a trainer for one attempt. It stops by itself when this process ends, however that happens. */
export function startTrainer({ stageId, number }: AttemptRef, onSign: (sign: Sign) => void): TrainerProcess {
  setEnvironmentDefaults(allocatorSettings)
  const child = fork(trainerFile, [stageId, String(number)], {
    // TensorFlow's package uses what Node has deprecated; its warnings would stand where a crash says why.
    execArgv: ['--no-deprecation'],
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  })
  let words = ''
  child.stderr?.on('data', (data: Buffer) => {
    process.stderr.write(data)
    words = (words + data.toString()).slice(-4000)
  })
  child.on('message', (message) => {
    const sign = Sign.safeParse(message)
    if (sign.success) onSign(sign.data)
  })
  const ended = new Promise<TrainerEnd>((resolve) => {
    child.once('error', (error) => resolve({ how: error.message, lastWords: '' }))
    child.once('close', (code, signal) => resolve({ how: signal ? `signal ${signal}` : `exit code ${code}`, lastWords: lastLine(words) }))
  })
  return {
    pid: child.pid,
    ended,
    send: (order) => sendOrder(child, order),
    kill: () => child.kill('SIGKILL'),
    processorSeconds: () => (child.pid === undefined ? null : processorSeconds(child.pid)),
  }
}

/** The trainer may end at any moment: an order that does not reach it has nothing to stop. */
function sendOrder(child: ChildProcess, order: Order): void {
  if (child.connected) child.send(order, () => undefined)
}

const lastLine = (text: string) => text.trimEnd().split('\n').at(-1) ?? ''

/** Linux counts in hundredths of a second. */
const ticksPerSecond = 100

function processorSeconds(pid: number): number | null {
  const fields = readStat(pid)
  return fields === null ? null : (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

/** Whether a process id names a living process: one that is dead but not yet reaped counts as gone. */
export function isProcessAlive(pid: number): boolean {
  const fields = readStat(pid)
  return fields !== null && fields[0] !== 'Z' && fields[0] !== 'X'
}

/** The fields of /proc/<pid>/stat from the state on; null without such a process. */
function readStat(pid: number): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the program's name in brackets and may hold anything.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return null
  }
}
