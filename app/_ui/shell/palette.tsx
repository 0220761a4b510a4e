'use client'

import { Dialog } from '@base-ui/react/dialog'
import { Command } from 'cmdk'
import { useRouter } from 'next/navigation'
import { classNames } from '../class-names'
import { dialogBackdrop, dialogPopup } from '../dialog-classes'
import type { PaletteView } from './palette-view'
import { PlaceIcon, places, settings, type Place } from './places'

const within = (parent: Place | undefined, label: string, href: string, about: string): Place => ({
  label,
  href,
  about,
  icon: parent?.icon,
})
const find = (href: string) => places.find((place) => place.href === href)

const targets: Place[] = [
  ...places,
  within(find('/ablations'), 'New ablation', '/ablations/new', 'Launch a grid of runs'),
  within(find('/datasets'), 'Import a dataset', '/datasets/new', 'Bring your own data'),
  settings,
  within(settings, 'My account', '/settings/account', 'Name, password, sessions'),
  within(settings, 'Members', '/settings', 'People, roles, invitations'),
  within(settings, 'About', '/settings/about', 'Version and licences'),
]

const shortcuts = [
  { keys: 'Ctrl K or ⌘ K', does: 'Go to a page' },
  { keys: '?', does: 'Show this list' },
  { keys: 'Esc', does: 'Close what is open' },
  { keys: 'Tab, Shift Tab', does: 'Next, previous control' },
]

export default function Palette({ view, onClose }: { view: PaletteView; onClose: () => void }) {
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={dialogBackdrop} />
        <Dialog.Popup className={classNames(dialogPopup, 'outline-none')}>
          {view === 'commands' ? <Commands onClose={onClose} /> : <Shortcuts />}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Commands({ onClose }: { onClose: () => void }) {
  const router = useRouter()
  const go = (href: string) => {
    router.push(href)
    onClose()
  }
  return (
    <Command label="Go to a page">
      <Dialog.Title className="sr-only">Go to a page</Dialog.Title>
      <Command.Input
        autoFocus
        placeholder="Go to …"
        className="h-11 w-full border-b border-line bg-transparent px-4 outline-none placeholder:text-muted"
      />
      <Command.List className="p-2">
        <Command.Empty className="px-2 py-3 text-muted">No page of that name.</Command.Empty>
        {targets.map((target) => (
          <Command.Item
            key={target.label}
            value={`${target.label} ${target.about}`}
            onSelect={() => go(target.href)}
            className="flex h-9 cursor-pointer items-center gap-3 rounded px-2 data-[selected=true]:bg-hover"
          >
            <PlaceIcon place={target} />
            <span>{target.label}</span>
            <span className="ml-auto truncate text-sm text-muted max-sm:hidden">{target.about}</span>
          </Command.Item>
        ))}
      </Command.List>
    </Command>
  )
}

function Shortcuts() {
  return (
    <div className="p-6">
      <Dialog.Title className="mb-4 text-lg font-semibold">Keyboard</Dialog.Title>
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2">
        {shortcuts.map(({ keys, does }) => (
          <div key={keys} className="contents">
            <dt>
              <kbd className="rounded border border-line-strong px-1.5 py-0.5 font-sans text-xs">{keys}</kbd>
            </dt>
            <dd className="text-muted">{does}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
