/** What the palette shows: places and actions, or the list of shortcuts. */
export type PaletteView = 'commands' | 'shortcuts'
