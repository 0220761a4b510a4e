import Link from 'next/link'
import type { Context } from '#lib/services/context'
import type { DatasetVersionView } from '#lib/services/datasets/get-dataset'
import { listVersionUses, type VersionUse } from '#lib/services/datasets/list-version-uses'
import { stageLabels } from '#lib/services/stages/stage-kind'
import { formatCount } from '../../../_ui/format'
import { Section } from '../../../_ui/section'
import { Table, TBody, Td, Th, THead, Tr } from '../../../_ui/table'
import { Time } from '../../../_ui/time'

/** What was trained on the version. */
export async function UsedBy({ ctx, version }: { ctx: Context; version: DatasetVersionView }) {
  const { uses, total } = await listVersionUses(ctx, { versionId: version.id })
  return (
    <Section
      title="Used by"
      description={uses.length < total ? `The latest ${formatCount(uses.length)} of ${formatCount(total)} ablations.` : undefined}
    >
      {uses.length === 0 ? (
        <p className="text-muted">No ablation trains on version {version.number} yet.</p>
      ) : (
        <Table label="Ablations that train on this version, the newest first">
          <THead>
            <Tr>
              <Th>Ablation</Th>
              <Th>Stages</Th>
              <Th numeric>Runs</Th>
              <Th className="pl-6">Launched</Th>
            </Tr>
          </THead>
          <TBody>
            {uses.map((use) => (
              <Tr key={use.ablation.id}>
                <Td>
                  <Link href={`/ablations/${use.ablation.id}`} className="text-accent underline">
                    {use.ablation.name}
                  </Link>
                </Td>
                <Td>{stagesInWords(use.stages)}</Td>
                <Td numeric>{formatCount(use.runCount)}</Td>
                <Td className="pl-6">
                  <Time at={use.createdAt} />
                </Td>
              </Tr>
            ))}
          </TBody>
        </Table>
      )}
    </Section>
  )
}

/** `retrieval: 2 succeeded, 1 running` */
function stagesInWords(stages: VersionUse['stages']): string {
  const kinds = [...new Set(stages.map(({ kind }) => kind))]
  return kinds
    .map((kind) => {
      const counts = stages.filter((stage) => stage.kind === kind).map(({ status, count }) => `${formatCount(count)} ${status}`)
      return `${stageLabels[kind]}: ${counts.join(', ')}`
    })
    .join('; ')
}
