import type { Metadata } from 'next'
import { listWeightFiles } from '#lib/services/weights/list-weight-files'
import { mayEdit } from '../../../_server/page-data'
import { pageContext } from '../../../_server/page-context'
import { Section } from '../../../_ui/section'
import { SettingsHeader } from '../settings-header'
import { WeightForm } from './weight-form'
import { WeightTable } from './weight-table'

export const metadata: Metadata = { title: 'Weights' }

export default async function WeightsPage() {
  const ctx = await pageContext()
  const files = await listWeightFiles(ctx)
  return (
    <>
      <SettingsHeader active="/settings/weights" />
      <Section
        title="Weights and vocabularies"
        description="Files that pre-training may start from: torchvision’s ResNets and Hugging Face’s BERT as safetensors, weights of this lab, and vocab.txt files. A launch chooses among them; a file is what its content is, whatever its name."
      >
        <WeightTable files={files} isEditor={mayEdit(ctx)} />
      </Section>
      {mayEdit(ctx) && (
        <Section
          title="Register a file"
          description={
            <>
              At most 2 GiB. On the server, <code>npm run weights -- add FILE</code> does the same.
            </>
          }
        >
          <WeightForm />
        </Section>
      )}
    </>
  )
}
