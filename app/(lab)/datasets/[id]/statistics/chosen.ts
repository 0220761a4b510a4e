import type { PresetName } from '#lib/soho/config'

/** What the address chooses. */
export interface Chosen {
  version: number | undefined
  preset: PresetName
  /** Digest of a registered vocabulary; null: one built from the texts. */
  vocabulary: string | null
}
