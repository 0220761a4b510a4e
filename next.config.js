/** @type {import('next').NextConfig} */
const config = {
  reactStrictMode: true,
  poweredByHeader: false,
  devIndicators: false,
  // Loaded by Node itself: native parts, or clients that must exist once a process.
  serverExternalPackages: ['pg-boss', 'pg', 'sharp', '@prisma/client', '@prisma/adapter-pg', 'pino'],
  // The policy for scripts and styles needs a nonce a request: proxy.ts.
  headers: async () => [
    {
      source: '/:path*',
      headers: [
        { key: 'x-content-type-options', value: 'nosniff' },
        { key: 'x-frame-options', value: 'DENY' },
        { key: 'referrer-policy', value: 'same-origin' },
        { key: 'permissions-policy', value: 'camera=(), microphone=(), geolocation=()' },
        { key: 'cross-origin-opener-policy', value: 'same-origin' },
      ],
    },
  ],
  // `npm test` checks the types; a build need not do it again.
  typescript: { ignoreBuildErrors: true },
}
export default config
