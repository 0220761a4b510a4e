import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { currentSession } from '../../_server/session'
import { SignInForm } from './sign-in-form'

export const metadata: Metadata = { title: 'Sign in' }

export default async function SignInPage() {
  if (await currentSession()) redirect('/')
  return (
    <>
      <h1 className="mb-6 text-xl font-semibold">Sign in</h1>
      <SignInForm />
      <p className="mt-6 text-sm text-muted">
        No account? An administrator can send you an invitation. Forgotten the password? Ask one for a reset link.
      </p>
    </>
  )
}
