import type { Metadata } from 'next'
import { getIndexMap } from '#lib/services/codebooks/get-index-map'
import { pageContext } from '../../../../../_server/page-context'
import { ButtonLink } from '../../../../../_ui/button'
import { PageHeader } from '../../../../../_ui/page-header'
import { one, orNotFound, type SearchParams } from '../../../../../_server/page-data'
import { codebookHref, codewordHref } from '../../../addresses'
import { runName } from '../../../run-name'
import { IndexMap } from './index-map'

export const metadata: Metadata = { title: 'Index map' }

type Params = Promise<{ runId: string; imageId: string }>

export default async function IndexMapPage(props: { params: Params; searchParams: SearchParams }) {
  const ctx = await pageContext()
  const { runId, imageId } = await props.params
  const query = await props.searchParams
  const map = await orNotFound(getIndexMap(ctx, { runId, imageId }))
  const { run, image } = map
  const code = map.cells.find((cell) => String(cell.code) === one(query.code))?.code ?? null
  const trail = [
    { label: 'Codebooks', href: '/codebooks' },
    { label: runName({ ...map, seed: run.seed }), href: codebookHref(run.id) },
    ...(code === null ? [] : [{ label: `Codeword ${code}`, href: codewordHref(run.id, code) }]),
  ]
  return (
    <>
      <PageHeader
        title={`Image ${image.key}`}
        trail={trail}
        actions={
          <>
            {code !== null && <ButtonLink href={codewordHref(run.id, code)}>Codeword {code}</ButtonLink>}
            <ButtonLink href={`/datasets/${image.datasetId}/images/${image.id}`}>Texts of the image</ButtonLink>
          </>
        }
      >
        <p>
          {image.datasetName}, {image.fileName}, {image.width} × {image.height} px: which codeword each patch has.
        </p>
      </PageHeader>
      <IndexMap
        runId={run.id}
        imageId={image.id}
        imageName={`${image.datasetName} ${image.key}`}
        width={image.width}
        height={image.height}
        cells={map.cells}
        initialCode={code}
        place={one(query.at)}
      />
    </>
  )
}
