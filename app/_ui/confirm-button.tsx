'use client'

import { AlertDialog } from '@base-ui/react/alert-dialog'
import { useState, useTransition, type ReactNode } from 'react'
import { toast } from 'sonner'
import { Button, buttonClasses, type ButtonSize, type ButtonVariant } from './button'
import { classNames } from './class-names'
import { dialogBackdrop, dialogPopup } from './dialog-classes'

interface ConfirmButtonProps {
  label: ReactNode
  title: string
  /** What will happen and what is lost. */
  text: ReactNode
  confirmLabel: string
  /** May answer an action's result: its message is shown when it is not ok. */
  onConfirm: () => Promise<{ ok: boolean; message?: string } | void> | void
  variant?: ButtonVariant
  size?: ButtonSize
  disabled?: boolean
  className?: string
}

/** A button that asks before it acts. */
export function ConfirmButton({
  label,
  title,
  text,
  confirmLabel,
  onConfirm,
  variant = 'danger',
  size,
  disabled,
  className,
}: ConfirmButtonProps) {
  const [isOpen, setIsOpen] = useState(false)
  const [isPending, startTransition] = useTransition()
  const confirm = () =>
    startTransition(async () => {
      try {
        const result = await onConfirm()
        if (result && !result.ok) toast.error(result.message ?? 'That did not work.')
      } catch {
        toast.error('The server did not answer. Nothing was changed.')
      }
      setIsOpen(false)
    })
  return (
    <AlertDialog.Root open={isOpen} onOpenChange={setIsOpen}>
      <AlertDialog.Trigger disabled={disabled} className={classNames(buttonClasses({ variant, size }), className)}>
        {label}
      </AlertDialog.Trigger>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={dialogBackdrop} />
        <AlertDialog.Popup className={classNames(dialogPopup, 'p-6')}>
          <AlertDialog.Title className="text-lg font-semibold">{title}</AlertDialog.Title>
          <AlertDialog.Description render={<div />} className="mt-2 text-muted">
            {text}
          </AlertDialog.Description>
          <div className="mt-6 flex justify-end gap-2">
            <AlertDialog.Close className={buttonClasses({ variant: 'secondary' })}>Keep as it is</AlertDialog.Close>
            <Button variant={variant === 'danger' ? 'danger' : 'primary'} disabled={isPending} onClick={confirm}>
              {confirmLabel}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
