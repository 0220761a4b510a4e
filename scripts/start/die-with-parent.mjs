/**
 * Preloaded into children that know no IPC of their own: the channel closes when the parent is gone, even by kill -9.
 * Node hands the preload on to what the child itself forks; those channels belong to the child and are left alone.
 */
if (process.channel && process.env.SOHO_PARENT_PID === String(process.ppid)) {
  process.on('disconnect', () => process.exit(1))
  process.channel.unref()
}
