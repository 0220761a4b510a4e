/** Preloaded into children that know no IPC of their own: the channel closes when the parent is gone, even by kill -9. */
if (process.channel) {
  process.on('disconnect', () => process.exit(0))
  process.channel.unref()
}
