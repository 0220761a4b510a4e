import type { Metadata } from 'next'
import { listVersionsForStage } from '#lib/services/datasets/list-versions-for-stage'
import { listWeightFiles } from '#lib/services/weights/list-weight-files'
import { stageKinds } from '#lib/soho/config'
import { pageContext } from '../../../_server/page-context'
import { ButtonLink } from '../../../_ui/button'
import { EmptyState } from '../../../_ui/empty-state'
import { Notice } from '../../../_ui/notice'
import { PageHeader } from '../../../_ui/page-header'
import { mayEdit } from '../../../_server/page-data'
import { AblationForm } from './ablation-form'
import type { VersionsByStage } from './form-values'

export const metadata: Metadata = { title: 'New ablation' }

export default async function NewAblationPage() {
  const ctx = await pageContext()
  const lists = await Promise.all(stageKinds.map(async (kind) => [kind, await listVersionsForStage(ctx, { kind })] as const))
  const weightFiles = await listWeightFiles(ctx)
  const versions = Object.fromEntries(lists) as VersionsByStage
  return (
    <>
      <PageHeader title="New ablation" trail={[{ label: 'Ablations', href: '/ablations' }]} />
      {!mayEdit(ctx) ? (
        <Notice tone="info">
          Your role is viewer: you can read everything here, and launching needs the role editor. An administrator can change it.
        </Notice>
      ) : versions.pretrain.length === 0 ? (
        <EmptyState
          title="No data to pre-train on"
          text="An ablation needs a dataset with images and captions first."
          action={
            <ButtonLink href="/datasets/new" variant="primary">
              Import a dataset
            </ButtonLink>
          }
        />
      ) : (
        <AblationForm versions={versions} weightFiles={weightFiles} />
      )}
    </>
  )
}
