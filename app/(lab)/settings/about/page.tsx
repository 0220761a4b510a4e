import type { Metadata } from 'next'
import packageJson from '../../../../package.json'
import { pageContext } from '../../../_server/page-context'
import { Notice } from '../../../_ui/notice'
import { SettingsHeader } from '../settings-header'

export const metadata: Metadata = { title: 'About' }

export default async function AboutPage() {
  await pageContext()
  return (
    <>
      <SettingsHeader active="/settings/about" />
      <dl className="mb-6 grid max-w-[70ch] grid-cols-[auto_1fr] gap-x-6 gap-y-2">
        <dt className="text-muted">Version</dt>
        <dd>{packageJson.version}</dd>
        <dt className="text-muted">Licence</dt>
        <dd>{packageJson.license}</dd>
        <dt className="text-muted">Method</dt>
        <dd>SOHO, “Seeing Out of tHe bOx”, CVPR 2021, arXiv 2104.03135</dd>
      </dl>
      <Notice tone="warning" className="max-w-[70ch]">
        Training on a GPU is written and not yet verified on a GPU. Training on the CPU is what the tests cover.
      </Notice>
    </>
  )
}
