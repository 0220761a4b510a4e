/**
 * A browser's scroll range ends near 33 million pixels (Firefox: 17), a column of a million images may be longer. So the range is scaled
 * down where it must be: a step of at most a screen moves the content by the same pixels, a jump by its share of the whole.
 */
export const rangeLimitPx = 8_000_000

export interface Geometry {
  /** Of all rows. */
  contentPx: number
  viewPx: number
}

/** Where the scroll bar stands, and which pixel of the content is at the top of the view. */
export interface Place {
  scrollTop: number
  contentTop: number
}

export const rangePx = ({ contentPx }: Geometry) => Math.min(contentPx, rangeLimitPx)

const lastScrollTop = (geometry: Geometry) => Math.max(0, rangePx(geometry) - geometry.viewPx)
const lastContentTop = ({ contentPx, viewPx }: Geometry) => Math.max(0, contentPx - viewPx)
const within = (value: number, maximum: number) => Math.min(Math.max(0, value), maximum)

/** The place with this content at the top. */
export function placeOf(geometry: Geometry, wantedTop: number): Place {
  const contentTop = within(wantedTop, lastContentTop(geometry))
  const last = lastContentTop(geometry)
  return { contentTop, scrollTop: last === 0 ? 0 : (contentTop / last) * lastScrollTop(geometry) }
}

/** The place after the scroll bar has moved. */
export function follow(geometry: Geometry, place: Place, scrollTop: number): Place {
  const last = lastScrollTop(geometry)
  const isEnd = scrollTop <= 0 || scrollTop >= last - 1
  const step = scrollTop - place.scrollTop
  // At an end of the range the content is at its end too, however the steps before have added up.
  if (isEnd || Math.abs(step) > geometry.viewPx) {
    const share = last === 0 ? 0 : within(scrollTop, last) / last
    return { scrollTop, contentTop: (scrollTop >= last - 1 ? 1 : share) * lastContentTop(geometry) }
  }
  return { scrollTop, contentTop: within(place.contentTop + step, lastContentTop(geometry)) }
}
