'use client'

import { Dialog } from '@base-ui/react/dialog'
import { useState } from 'react'
import { buttonClasses } from '../button'
import { dialogBackdrop } from '../dialog-classes'
import { PlaceLinks } from './rail'

/** The rail on a screen that is too narrow for it. */
export function PhoneMenu() {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <Dialog.Root open={isOpen} onOpenChange={setIsOpen}>
      <Dialog.Trigger aria-label="Menu" className={`${buttonClasses({ variant: 'quiet', size: 'small' })} -ml-2 md:hidden`}>
        <svg viewBox="0 0 16 16" className="size-4 fill-none stroke-current" strokeWidth="1.3" aria-hidden="true">
          <path d="M2 4h12M2 8h12M2 12h12" />
        </svg>
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className={dialogBackdrop} />
        <Dialog.Popup className="fixed inset-y-0 left-0 z-50 flex w-60 flex-col border-r border-line-strong bg-surface py-3">
          <Dialog.Title className="mb-2 px-4 font-semibold">SOHO Lab</Dialog.Title>
          <PlaceLinks onFollow={() => setIsOpen(false)} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
