import { LabError } from '#lib/errors'

/**
 * What another attempt would end in too, until someone has done what the message says: data without a training example, an image that is
 * lost or altered. What is unavailable now may be there for the next attempt.
 */
export const isFinal = (error: unknown): error is LabError => error instanceof LabError && error.code !== 'unavailable'
