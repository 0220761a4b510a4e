import { z } from 'zod'

/** From the least to the most: a viewer reads, an editor launches and reviews, an administrator also manages members. Browser code may import it. */
export const roles = ['viewer', 'editor', 'administrator'] as const
export const Role = z.enum(roles)
export type Role = z.infer<typeof Role>
