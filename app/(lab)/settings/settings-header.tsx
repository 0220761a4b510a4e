import { PageHeader } from '../../_ui/page-header'
import { TabsNav } from '../../_ui/tabs-nav'

const tabs = [
  { label: 'Members', href: '/settings' },
  { label: 'My account', href: '/settings/account' },
  { label: 'Weights', href: '/settings/weights' },
  { label: 'About', href: '/settings/about' },
]

export function SettingsHeader({ active }: { active: string }) {
  return (
    <>
      <PageHeader title="Settings" />
      <TabsNav label="Settings" tabs={tabs.map((tab) => ({ ...tab, isActive: tab.href === active }))} />
    </>
  )
}
