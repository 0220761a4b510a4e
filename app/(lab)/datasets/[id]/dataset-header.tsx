import type { DatasetDetail, DatasetVersionView } from '#lib/services/datasets/get-dataset'
import { findFormat } from '#lib/services/imports/format-catalog'
import { Live } from '../../../_live/live'
import { hrefWith } from '../../../_server/page-data'
import { ButtonLink } from '../../../_ui/button'
import { PageHeader } from '../../../_ui/page-header'
import { TabsNav } from '../../../_ui/tabs-nav'

const tabs = [
  { key: 'overview', label: 'Overview', path: '' },
  { key: 'images', label: 'Images', path: '/images' },
  { key: 'statistics', label: 'Statistics', path: '/statistics' },
  { key: 'checks', label: 'Checks', path: '/checks' },
] as const
export type DatasetTab = (typeof tabs)[number]['key']

interface Props {
  dataset: DatasetDetail
  version: DatasetVersionView | null
  active: DatasetTab
  canEdit: boolean
}

/** A dataset's name and its pages, all of them about the chosen version. */
export function DatasetHeader({ dataset, version, active, canEdit }: Props) {
  const path = `/datasets/${dataset.id}`
  return (
    <>
      <PageHeader
        title={dataset.name}
        trail={[{ label: 'Datasets', href: '/datasets' }]}
        status={
          <span className="text-sm text-muted">
            {findFormat(dataset.format)?.label ?? dataset.format}
            {version && ` · version ${version.number}`}
          </span>
        }
        actions={
          canEdit && (
            <>
              {version && (
                <ButtonLink href={hrefWith(`${path}/subset`, { version: numberInAddress(dataset, version) })}>Make a subset</ButtonLink>
              )}
              <ButtonLink href={`/datasets/new?dataset=${dataset.id}`}>Import a new version</ButtonLink>
            </>
          )
        }
      >
        {active === 'overview' && dataset.description ? dataset.description : null}
      </PageHeader>
      <Live topics={[`dataset:${dataset.id}`]} />
      {version && (
        <TabsNav
          label="Pages of the dataset"
          tabs={tabs.map(({ key, label, path: end }) => ({
            label,
            href: hrefWith(`${path}${end}`, { version: numberInAddress(dataset, version) }),
            isActive: key === active,
          }))}
        />
      )}
    </>
  )
}

/** The version in the address, else the newest. */
export function chosenVersion(dataset: DatasetDetail, number: string): DatasetVersionView | null {
  return dataset.versions.find((version) => String(version.number) === number) ?? dataset.versions[0] ?? null
}

/** The newest version needs no number. */
export function numberInAddress(dataset: DatasetDetail, version: DatasetVersionView): number | undefined {
  return version.id === dataset.versions[0]?.id ? undefined : version.number
}
