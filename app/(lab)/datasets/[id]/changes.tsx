import Link from 'next/link'
import { listChanges, type ChangeView } from '#lib/services/changes/list-changes'
import type { Context } from '#lib/services/context'
import type { DatasetDetail, DatasetVersionView } from '#lib/services/datasets/get-dataset'
import { mayEdit } from '../../../_server/page-data'
import { formatCount } from '../../../_ui/format'
import { Missing } from '../../../_ui/missing'
import { Section } from '../../../_ui/section'
import { Table, TBody, Td, Th, THead, Tr } from '../../../_ui/table'
import { Time } from '../../../_ui/time'
import { DiscardAll, DiscardChange, MakeVersion } from './change-buttons'

const words = { text: 'text', label: 'label', exclude_example: 'left out', exclude_image: 'left out' }

/** What members changed and what waits for the next version. Nothing where nothing does. */
export async function Changes({ ctx, dataset, version }: { ctx: Context; dataset: DatasetDetail; version: DatasetVersionView }) {
  const { changes, total } = await listChanges(ctx, { versionId: version.id })
  if (total === 0) return null
  const canEdit = mayEdit(ctx)
  const next = (dataset.versions[0]?.number ?? 0) + 1
  const isBeingMade = dataset.derivations.some(
    ({ kind, status, parent }) => kind === 'changes' && parent.id === version.id && (status === 'queued' || status === 'running'),
  )
  return (
    <Section
      id="changes"
      title="Changes that wait"
      description={
        <>
          {changes.length < total && `The latest ${formatCount(changes.length)} of ${formatCount(total)}. `}
          Version {version.number} stays as it is; version {next} will have them.
        </>
      }
      actions={
        canEdit &&
        (isBeingMade ? (
          <span className="text-sm text-muted">Version {next} is being made.</span>
        ) : (
          <>
            <DiscardAll versionId={version.id} count={total} />
            <MakeVersion versionId={version.id} number={next} count={total} />
          </>
        ))
      }
    >
      <Table label="Changes that wait for the next version, the newest first">
        <THead>
          <Tr>
            <Th>What</Th>
            <Th>Before and after</Th>
            <Th>Reason</Th>
            <Th>By</Th>
            <Th>
              <span className="sr-only">Discard</span>
            </Th>
          </Tr>
        </THead>
        <TBody>
          {changes.map((change) => (
            <Tr key={change.id}>
              <Td className="align-top whitespace-nowrap">
                {change.imageId ? (
                  <Link href={`/datasets/${dataset.id}/images/${change.imageId}`} className="text-accent underline">
                    {change.subject}
                  </Link>
                ) : (
                  change.subject
                )}
                <span className="block text-xs text-muted">{words[change.kind]}</span>
              </Td>
              <Td className="min-w-64 align-top">
                <BeforeAfter change={change} />
              </Td>
              <Td className="min-w-40 align-top break-words">{change.reason || <Missing reason="None was given." />}</Td>
              <Td className="align-top whitespace-nowrap">
                {change.author}
                <span className="block text-xs text-muted">
                  <Time at={change.createdAt} />
                </span>
              </Td>
              <Td className="text-right align-top">
                {canEdit && !isBeingMade && <DiscardChange id={change.id} subject={change.subject} />}
              </Td>
            </Tr>
          ))}
        </TBody>
      </Table>
    </Section>
  )
}

export function BeforeAfter({ change }: { change: ChangeView }) {
  if (change.kind === 'exclude_image') return <span className="text-muted">The image, and every text that shows it, is left out.</span>
  return (
    <>
      {change.before !== null && <del className="block break-words text-muted">{change.before}</del>}
      {change.after !== null && <ins className="block break-words no-underline">{change.after}</ins>}
    </>
  )
}
