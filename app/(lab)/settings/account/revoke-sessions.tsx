'use client'

import { useRouter } from 'next/navigation'
import { toast } from 'sonner'
import { Button } from '../../../_ui/button'
import { revokeOtherSessions } from '../actions'

export function RevokeSessions({ keepId }: { keepId: string }) {
  const router = useRouter()
  const revoke = async () => {
    const result = await revokeOtherSessions({ keepId })
    if (!result.ok) toast.error(result.message)
    else
      toast.success(result.value.count === 0 ? 'You were signed in nowhere else.' : `Signed out of ${result.value.count} other sessions.`)
    router.refresh()
  }
  return (
    <Button size="small" onClick={() => void revoke()}>
      Sign out everywhere else
    </Button>
  )
}
