export type ErrorCode = 'invalid' | 'unauthenticated' | 'forbidden' | 'not-found' | 'conflict' | 'too-large' | 'too-many' | 'unavailable'

/** An error whose message is written for the person who caused it. Everything else is a defect and is shown without its details. */
export class LabError extends Error {
  /** Pages and routes are bundled apart, each with a class of its own: an error that passes from one to the other is still one of ours. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'LabError'
  }

  readonly code: ErrorCode
  /** Messages by form field, e.g. `factors.0.values`. */
  readonly fields: Record<string, string>

  constructor(code: ErrorCode, message: string, fields: Record<string, string> = {}) {
    super(message)
    this.name = 'LabError'
    this.code = code
    this.fields = fields
  }
}

export const invalid = (message: string, fields?: Record<string, string>) => new LabError('invalid', message, fields)
export const unauthenticated = () => new LabError('unauthenticated', 'Sign in first.')
export const forbidden = (message: string) => new LabError('forbidden', message)
export const notFound = (what: string) => new LabError('not-found', `${what} was not found. It may have been deleted.`)
export const conflict = (message: string) => new LabError('conflict', message)

const httpStatus: Record<ErrorCode, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'too-large': 413,
  'too-many': 429,
  unavailable: 503,
}

export function statusOf(error: unknown): number {
  return error instanceof LabError ? httpStatus[error.code] : 500
}
