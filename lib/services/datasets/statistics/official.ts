/** Pages reach what stands in the formats through services. */
export { findOfficial } from '#lib/formats/official-splits'
export type { OfficialDataset, OfficialSplit } from '#lib/formats/official-splits'
