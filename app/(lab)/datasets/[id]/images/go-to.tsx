'use client'

import { Button } from '../../../../_ui/button'

/** From one to the last image, by number. */
export function GoTo({ total, onGo }: { total: number; onGo: (rank: number) => void }) {
  return (
    <form
      className="flex items-center gap-2"
      onSubmit={(event) => {
        event.preventDefault()
        const number = Number(new FormData(event.currentTarget).get('number'))
        if (number >= 1) onGo(Math.min(Math.floor(number), total) - 1)
      }}
    >
      <label className="flex items-center gap-2">
        Go to number
        <input
          name="number"
          type="number"
          min={1}
          max={total}
          step={1}
          required
          className="tabular h-7 w-28 rounded border border-line-strong bg-surface px-2 text-sm text-text"
        />
      </label>
      <Button type="submit" size="small">
        Go
      </Button>
    </form>
  )
}
