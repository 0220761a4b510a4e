import type { DatasetDetail, DatasetVersionView } from '#lib/services/datasets/get-dataset'
import { Button } from '../../../../_ui/button'

const control = 'h-7 rounded border border-line-strong bg-surface px-1 text-sm text-text'

/** Any two versions of the dataset; the address keeps them. */
export function VersionChoice({ dataset, from, to }: { dataset: DatasetDetail; from: DatasetVersionView; to: DatasetVersionView }) {
  const choices = [
    { name: 'from', label: 'Older version', chosen: from },
    { name: 'to', label: 'Newer version', chosen: to },
  ]
  return (
    <form className="flex flex-wrap items-center gap-2">
      {choices.map(({ name, label, chosen }) => (
        <select key={`${name} ${chosen.id}`} name={name} defaultValue={chosen.number} aria-label={label} className={control}>
          {dataset.versions.map(({ id, number }) => (
            <option key={id} value={number}>
              {name} version {number}
            </option>
          ))}
        </select>
      ))}
      <Button type="submit" size="small">
        Compare
      </Button>
    </form>
  )
}
