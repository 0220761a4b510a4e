import { PageHeader } from '../_ui/page-header'

export default function NowPage() {
  return <PageHeader title="Now" />
}
