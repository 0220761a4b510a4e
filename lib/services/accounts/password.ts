import { z } from 'zod'

export const MINIMUM_PASSWORD_LENGTH = 12
export const MAXIMUM_PASSWORD_LENGTH = 256

/** Length is what counts; there is no rule about kinds of characters. Browser code may import it. */
export const Password = z
  .string()
  .min(MINIMUM_PASSWORD_LENGTH, `Use ${MINIMUM_PASSWORD_LENGTH} characters or more.`)
  .max(MAXIMUM_PASSWORD_LENGTH, `Use ${MAXIMUM_PASSWORD_LENGTH} characters or fewer.`)
