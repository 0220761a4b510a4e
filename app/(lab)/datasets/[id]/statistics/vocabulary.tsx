import type { Context } from '#lib/services/context'
import type { DatasetVersionView } from '#lib/services/datasets/get-dataset'
import { getVocabularyCover } from '#lib/services/datasets/statistics/get-vocabulary-cover'
import { listWeightFiles } from '#lib/services/weights/list-weight-files'
import { presetNames } from '#lib/soho/config'
import { presets } from '#lib/soho/presets'
import { HistogramFigure } from '../../../../_charts/histogram-figure'
import { histogramOf } from '../../../../_charts/prepare/histogram'
import { orNotFound } from '../../../../_server/page-data'
import { Button } from '../../../../_ui/button'
import { formatCount, formatPercent } from '../../../../_ui/format'
import { Missing } from '../../../../_ui/missing'
import { Section } from '../../../../_ui/section'
import type { Chosen } from './chosen'

interface Props {
  ctx: Context
  version: DatasetVersionView
  chosen: Chosen
  /** Texts of the version. */
  textsTotal: number
}

/** How well word pieces fit the texts: what they do not know, what they cut, what a model's text length cuts off. */
export async function Vocabulary({ ctx, version, chosen, textsTotal }: Props) {
  const { text } = presets[chosen.preset]
  const [files, cover] = await Promise.all([
    listWeightFiles(ctx),
    orNotFound(getVocabularyCover(ctx, { versionId: version.id, digest: chosen.vocabulary, size: text.vocabularySize })),
  ])
  const vocabularies = files.filter(({ kind }) => kind === 'vocabulary')
  const room = text.maxTokens - 2
  const tooLong = cover.lengths.reduce((sum, [pieces, count]) => (pieces > room ? sum + count : sum), 0)
  const share = (count: number, of: number) => (of > 0 ? formatPercent(count / of, 2) : <Missing reason="There is no text." />)
  const facts = [
    ['Word pieces', formatCount(cover.pieces)],
    ['Words that it does not know', share(cover.unknownWords, cover.words)],
    ['Words that it cuts into parts', share(cover.splitWords, cover.words)],
    ['Pieces in a text, mean and most', `${cover.meanPieces.toFixed(1)}, ${formatCount(cover.longestPieces)}`],
    [`Texts longer than ${room} pieces`, share(tooLong, cover.texts)],
  ] as const
  return (
    <Section
      title="Vocabulary"
      description={`${cover.texts < textsTotal ? `Of ${formatCount(cover.texts)} texts, evenly spread over ${formatCount(textsTotal)}. ` : ''}A model of preset ${chosen.preset} reads ${text.maxTokens} pieces, two of them its own.`}
      actions={<ChoiceForm chosen={chosen} vocabularies={vocabularies} />}
    >
      <div className="grid grid-cols-1 gap-x-8 gap-y-6 lg:grid-cols-2">
        <HistogramFigure
          histogram={histogramOf(cover.lengths, { title: 'Pieces in a text', unit: 'texts', of: 'pieces', barsAtMost: 30 })}
        />
        <div>
          <dl className="grid grid-cols-[minmax(0,1fr)_max-content] gap-x-6 gap-y-1 text-table">
            {facts.map(([label, value]) => (
              <div key={label} className="contents">
                <dt className="text-muted">{label}</dt>
                <dd className="tabular text-right">{value}</dd>
              </div>
            ))}
          </dl>
          {cover.topSplit.length > 0 && (
            <p className="mt-4 text-table">
              <span className="text-muted">Most frequent words that are no piece of their own: </span>
              {cover.topSplit.map(([word, count]) => `${word} (${formatCount(count)})`).join(', ')}
            </p>
          )}
        </div>
      </div>
    </Section>
  )
}

const control = 'h-7 max-w-60 rounded border border-line-strong bg-surface px-1 text-sm text-text'

function ChoiceForm({ chosen, vocabularies }: { chosen: Chosen; vocabularies: { digest: string; name: string }[] }) {
  return (
    <form className="flex flex-wrap items-center gap-2">
      {chosen.version !== undefined && <input type="hidden" name="version" value={chosen.version} />}
      <select name="vocabulary" defaultValue={chosen.vocabulary ?? ''} aria-label="Vocabulary" className={control}>
        <option value="">built from these texts</option>
        {vocabularies.map(({ digest, name }) => (
          <option key={digest} value={digest}>
            {name}
          </option>
        ))}
      </select>
      <select name="preset" defaultValue={chosen.preset} aria-label="Preset" className={control}>
        {presetNames.map((name) => (
          <option key={name} value={name}>
            preset {name}
          </option>
        ))}
      </select>
      <Button type="submit" size="small">
        Show
      </Button>
    </form>
  )
}
