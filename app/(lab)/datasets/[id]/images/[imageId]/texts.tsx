import Image from 'next/image'
import Link from 'next/link'
import type { ChangeView } from '#lib/services/changes/list-changes'
import type { ImageDetail, ImageText } from '#lib/services/datasets/get-image'
import { formatCount } from '../../../../../_ui/format'
import { Missing } from '../../../../../_ui/missing'
import { Section } from '../../../../../_ui/section'
import { TextEditor, Waiting } from './edit-forms'
import { Tags } from './tags'

const titles = { caption: 'Captions', question: 'Questions', statement: 'Statements', hypothesis: 'Hypotheses' }
const kinds = ['caption', 'question', 'statement', 'hypothesis'] as const

interface TextsProps {
  image: ImageDetail
  /** Those that wait for the next version. */
  changes: ChangeView[]
  canEdit: boolean
  canTag: boolean
}

/** Every text that shows the image, by kind. */
export function Texts(props: TextsProps) {
  const { image } = props
  if (image.texts.length === 0) return <p className="text-muted">No text of this dataset shows the image.</p>
  const isCut = image.textCount > image.texts.length
  return (
    <>
      {kinds.map((kind) => {
        const texts = image.texts.filter((text) => text.kind === kind)
        return texts.length > 0 && <TextList key={kind} title={titles[kind]} texts={texts} {...props} />
      })}
      {isCut && (
        <p className="text-muted">
          The first {formatCount(image.texts.length)} of {formatCount(image.textCount)} texts.
        </p>
      )}
    </>
  )
}

function TextList({ title, texts, ...props }: TextsProps & { title: string; texts: ImageText[] }) {
  return (
    <Section title={`${title} (${formatCount(texts.length)})`}>
      <ul className="divide-y divide-line">
        {texts.map((text) => (
          <TextItem key={text.id} text={text} {...props} />
        ))}
      </ul>
    </Section>
  )
}

function TextItem({ text, image, changes, canEdit, canTag }: TextsProps & { text: ImageText }) {
  const own = changes.filter(({ subjectId }) => subjectId === text.id)
  const tags = <Tags imageId={image.id} exampleId={text.id} tags={text.tags} canEdit={canTag} />
  return (
    <li data-text={text.externalId} className="py-3 first:pt-0">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <span className="min-w-0 break-words">{text.text}</span>
        <Answer text={text} />
        <span className="ml-auto text-xs whitespace-nowrap text-muted" title={`Id ${text.externalId}`}>
          {text.commentCount > 0 && `${formatCount(text.commentCount)} ${text.commentCount === 1 ? 'comment' : 'comments'} · `}
          {text.split}
        </span>
      </div>
      {text.answers.length > 0 && <Answers text={text} />}
      {text.imageIds.length > 1 && <ShownImages text={text} image={image} />}
      {own.map((change) => (
        <Waiting key={change.id} change={change} canEdit={canEdit} sentence={sentenceOf(change)} />
      ))}
      {canEdit ? <TextEditor text={text} tools={tags} /> : tags}
    </li>
  )
}

function sentenceOf({ kind, after }: ChangeView) {
  if (kind === 'exclude_example') return 'The next version leaves this text out.'
  return (
    <>
      The next version’s {kind}: <ins className="font-medium no-underline">{after}</ins>
    </>
  )
}

function Answer({ text }: { text: ImageText }) {
  if (text.kind === 'caption') return null
  return (
    <span className="rounded border border-line px-1.5 text-table font-medium">
      {text.label ?? <Missing reason="No answer is published." />}
    </span>
  )
}

/** What the annotators said: shares as bars, so that agreement is seen at once. */
function Answers({ text }: { text: ImageText }) {
  const total = text.answers.reduce((sum, { count }) => sum + count, 0)
  return (
    <div className="mt-2 text-table">
      <p className="mb-1 text-xs text-muted">
        {formatCount(total)} answers{text.answerType && `, type ${text.answerType}`}
      </p>
      <ul className="grid max-w-96 grid-cols-[minmax(0,max-content)_1fr_max-content] items-center gap-x-3 gap-y-0.5">
        {text.answers.map(({ answer, count }) => (
          <li key={answer} className="contents">
            <span className="truncate" title={answer}>
              {answer}
            </span>
            <span className="h-2 rounded-sm bg-hover" aria-hidden="true">
              <span className="block h-2 rounded-sm bg-series-1" style={{ width: `${(100 * count) / total}%` }} />
            </span>
            <span className="tabular text-right text-muted">{formatCount(count)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** All images of the example in their order, the one of this page marked. */
function ShownImages({ text, image }: { text: ImageText; image: ImageDetail }) {
  return (
    <ol className="mt-2 flex gap-2" aria-label="Images of this example">
      {text.imageIds.map((id, place) => (
        <li key={`${id} ${place}`}>
          <Link
            href={`/datasets/${image.dataset.id}/images/${id}`}
            aria-current={id === image.id ? 'page' : undefined}
            className="block rounded border border-line p-0.5 hover:border-accent aria-[current]:border-accent"
          >
            <Image
              unoptimized
              src={`/api/images/${id}/thumbnail?size=96`}
              alt={`Image ${place + 1} of ${text.imageIds.length}`}
              width={72}
              height={72}
              loading="lazy"
              className="size-18 object-contain [image-rendering:pixelated]"
            />
          </Link>
        </li>
      ))}
    </ol>
  )
}
