import Link from 'next/link'
import { patchOrders, type CodewordDetail, type PatchOrder } from '#lib/services/codebooks/get-codeword'
import { ButtonLink } from '../../../../_ui/button'
import { formatCount } from '../../../../_ui/format'
import { Section } from '../../../../_ui/section'
import { TabsNav } from '../../../../_ui/tabs-nav'
import { hrefWith } from '../../../../_server/page-data'
import { codewordHref } from '../../addresses'
import { Patch } from '../../patch'

const orders: Record<PatchOrder, { label: string; text: string }> = {
  nearest: { label: 'Nearest', text: 'The patches nearest to the codeword.' },
  typical: { label: 'Typical', text: "The patches nearest to the codeword's median distance: what it usually collects." },
  borderline: { label: 'Borderline', text: 'The farthest patches that no other codeword is nearer to.' },
  random: { label: 'Random', text: 'Patches drawn by chance, the same at every look.' },
}

interface PatchesProps {
  codeword: CodewordDetail
  order: PatchOrder
  from: number
  isInContext: boolean
}

export function Patches({ codeword, order, from, isInContext }: PatchesProps) {
  const { run, code, patches, patchTotal, tokenCount, nextCursor } = codeword
  const view = isInContext ? 'context' : undefined
  const href = (changed: Record<string, string | number | undefined>) => hrefWith(codewordHref(run.id, code), { order, view, ...changed })
  const sizePx = isInContext ? 128 : 80
  const range = `${formatCount(from + 1)} to ${formatCount(from + patches.length)} of ${formatCount(patchTotal)}`
  const sampled = patchTotal < tokenCount ? ` (a sample of ${formatCount(tokenCount)} tokens)` : ''
  return (
    <Section
      title="Patches"
      description={`${orders[order].text} ${range}${sampled}.`}
      actions={<ViewSwitch href={href} isInContext={isInContext} />}
    >
      <TabsNav
        label="Order of the patches"
        tabs={patchOrders.map((name) => ({ label: orders[name].label, href: href({ order: name }), isActive: name === order }))}
        className="mb-4"
      />
      <ul className="flex flex-wrap gap-x-2 gap-y-3">
        {patches.map((patch) => (
          <li key={`${patch.imageId} ${patch.row}.${patch.column}`} style={{ width: sizePx }}>
            <Patch runId={run.id} code={code} patch={patch} sizePx={sizePx} isInContext={isInContext} />
            <span className="tabular text-xs text-muted">{patch.distance.toFixed(2)}</span>
          </li>
        ))}
      </ul>
      <div className="mt-4 flex gap-2">
        {from > 0 && <ButtonLink href={href({ from: Math.max(0, from - 60) || undefined })}>Previous 60</ButtonLink>}
        {nextCursor !== null && <ButtonLink href={href({ from: nextCursor })}>Next 60</ButtonLink>}
      </div>
    </Section>
  )
}

function ViewSwitch({ href, isInContext }: { href: (changed: { view: string | undefined }) => string; isInContext: boolean }) {
  return (
    <Link href={href({ view: isInContext ? undefined : 'context' })} className="text-sm text-accent hover:underline">
      {isInContext ? 'Show patches alone' : 'Show in their images'}
    </Link>
  )
}
