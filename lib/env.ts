import { availableParallelism } from 'node:os'
import path from 'node:path'
import { z } from 'zod'

/** The one reader of the environment. `scripts/start.mjs` sets every variable; docs/operating.md lists them. */
const Environment = z.object({
  DATABASE_URL: z.string().min(1, 'DATABASE_URL is not set: start the lab with `npm start`, or point it at a PostgreSQL server'),
  /** Everything the lab stores outside the database: artifacts, uploads, secrets. */
  SOHO_DATA_DIR: z.string().min(1).default('.data'),
  /** What a browser types to reach the lab; sign-in refuses other origins. */
  BASE_URL: z.url().default('http://127.0.0.1:3000'),
  SESSION_SECRET: z.string().min(32, 'SESSION_SECRET must have 32 characters or more').optional(),
  /** Names this running lab, so that a health check knows whose answer it got. */
  SOHO_INSTANCE_ID: z.string().default(''),
  SOHO_ACCELERATOR: z.enum(['auto', 'cpu', 'cuda']).default('auto'),
  /** Trainers a worker runs at once, and TensorFlow threads of each. */
  SOHO_TRAINER_SLOTS: z.coerce
    .number()
    .int()
    .min(0)
    .max(64)
    .default(Math.max(1, Math.min(2, availableParallelism()))),
  SOHO_TRAINER_THREADS: z.coerce.number().int().min(1).max(256).default(1),
  /** Seconds between two checkpoints of a stage: what a crash may cost. */
  SOHO_CHECKPOINT_SECONDS: z.coerce.number().min(0.1).max(86_400).default(20),
  /** Gigabytes on disk for decoded images, so that a second epoch or stage does not decode them again; 0 keeps none. */
  SOHO_IMAGE_CACHE_GB: z.coerce.number().min(0).max(100_000).default(10),
  /** Folders (separated as in PATH) that an import may read besides uploads. */
  SOHO_DATA_ROOTS: z.string().default(''),
  CUDA_VISIBLE_DEVICES: z.string().default(''),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  NODE_ENV: z.string().default('production'),
})

export interface Env {
  databaseUrl: string
  dataDir: string
  baseUrl: string
  sessionSecret: string | undefined
  instanceId: string
  accelerator: 'auto' | 'cpu' | 'cuda'
  trainerSlots: number
  trainerThreads: number
  checkpointSeconds: number
  imageCacheBytes: number
  dataRoots: string[]
  /** The GPUs that TensorFlow may see, as CUDA counts them; empty: all. */
  visibleGpus: string
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  isProduction: boolean
}

let cached: Env | undefined

/** The checked environment; throws one error that names every wrong variable. Read at first use, so that a build needs no database. */
export function env(): Env {
  return (cached ??= parseEnv(process.env))
}

/** Resolves a relative data directory against the working directory. */
export function parseEnv(source: Record<string, string | undefined>): Env {
  const parsed = Environment.safeParse(source)
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    throw new Error(`The environment is not usable. ${problems.join('; ')}`)
  }
  const value = parsed.data
  return {
    databaseUrl: value.DATABASE_URL,
    dataDir: path.resolve(value.SOHO_DATA_DIR),
    baseUrl: value.BASE_URL,
    sessionSecret: value.SESSION_SECRET,
    instanceId: value.SOHO_INSTANCE_ID,
    accelerator: value.SOHO_ACCELERATOR,
    trainerSlots: value.SOHO_TRAINER_SLOTS,
    trainerThreads: value.SOHO_TRAINER_THREADS,
    checkpointSeconds: value.SOHO_CHECKPOINT_SECONDS,
    imageCacheBytes: value.SOHO_IMAGE_CACHE_GB * 1e9,
    visibleGpus: value.CUDA_VISIBLE_DEVICES,
    dataRoots: value.SOHO_DATA_ROOTS.split(path.delimiter)
      .filter(Boolean)
      .map((root) => path.resolve(root)),
    logLevel: value.LOG_LEVEL,
    isProduction: value.NODE_ENV === 'production',
  }
}

/** For native libraries that read the environment themselves. What the user has set wins. */
export function setEnvironmentDefaults(defaults: Record<string, string>): void {
  for (const [name, value] of Object.entries(defaults)) process.env[name] ??= value
}
