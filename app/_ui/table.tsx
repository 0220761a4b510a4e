import type { ComponentProps } from 'react'
import { classNames } from './class-names'

interface CellLook {
  /** Right-aligned, figures of equal width. */
  numeric?: boolean
}

/** A dense table; wider than its place, it scrolls there. `label` names it for screen readers. */
export function Table({ className, label, ...rest }: ComponentProps<'table'> & { label?: string }) {
  return (
    <div className="relative overflow-x-auto" role="group" aria-label={label ?? 'Table'} tabIndex={0}>
      <table aria-label={label} className={classNames('w-full border-collapse text-table', className)} {...rest} />
    </div>
  )
}

export function THead({ className, ...rest }: ComponentProps<'thead'>) {
  return <thead className={classNames('text-left text-muted', className)} {...rest} />
}

export function TBody(props: ComponentProps<'tbody'>) {
  return <tbody {...props} />
}

export function Tr({ className, ...rest }: ComponentProps<'tr'>) {
  return <tr className={classNames('border-b border-line [tbody>&]:hover:bg-hover', className)} {...rest} />
}

export function Th({ numeric, className, scope = 'col', ...rest }: ComponentProps<'th'> & CellLook) {
  const look = classNames('px-2 py-1.5 font-medium first:pl-0 last:pr-0', numeric ? 'tabular text-right' : 'text-left', className)
  return <th scope={scope} className={look} {...rest} />
}

export function Td({ numeric, className, ...rest }: ComponentProps<'td'> & CellLook) {
  return (
    <td
      className={classNames('px-2 py-1.5 align-middle first:pl-0 last:pr-0', numeric && 'tabular text-right whitespace-nowrap', className)}
      {...rest}
    />
  )
}
