import { deflateSync, crc32 } from 'node:zlib'
import { imageSizePx, isLeft, isTop, type Color, type Corner, type Scene, type SceneObject, type Shape } from './world.ts'

type Rgb = readonly [number, number, number]

const background: Rgb = [38, 42, 50]
const paints: Record<Color, Rgb> = {
  red: [222, 52, 48],
  green: [44, 168, 72],
  blue: [46, 96, 226],
  yellow: [244, 208, 44],
  purple: [166, 70, 196],
  white: [240, 240, 236],
}
const cardLight: Rgb = [136, 140, 148]
const cardDark: Rgb = [104, 108, 116]
/** Samples a pixel side: edges are the mean of 4 x 4 points. */
const samples = 4

const polygons: Record<Exclude<Shape, 'circle' | 'square'>, readonly (readonly [number, number])[]> = {
  triangle: regular(3, 1, 1),
  star: regular(5, 1, 0.42),
}

/** Corners of a regular polygon or star in the unit circle, one corner upwards. */
function regular(points: number, outer: number, inner: number): [number, number][] {
  const steps = inner === outer ? points : points * 2
  return Array.from({ length: steps }, (_, i) => {
    const angle = (2 * Math.PI * i) / steps - Math.PI / 2
    const radius = inner !== outer && i % 2 === 1 ? inner : outer
    return [Math.cos(angle) * radius, Math.sin(angle) * radius]
  })
}

function isInPolygon(points: readonly (readonly [number, number])[], x: number, y: number): boolean {
  let inside = false
  for (const [i, [ax, ay]] of points.entries()) {
    const [bx, by] = points[(i + 1) % points.length] ?? [0, 0]
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside
  }
  return inside
}

/** Whether a point, relative to the object's centre in radii, is on the object. */
function isOnShape(shape: Shape, x: number, y: number): boolean {
  if (shape === 'circle') return x * x + y * y <= 0.85
  if (shape === 'square') return Math.abs(x) <= 0.78 && Math.abs(y) <= 0.78
  return isInPolygon(polygons[shape], x, y)
}

/** Shares of the pixels around an object that it covers: a square of `side` pixels that starts at the whole-pixel part of its place less `reach`. */
interface Mask {
  reach: number
  side: number
  shares: Float64Array
}

const masks = new Map<string, Mask>()

/** A mask depends on shape, radius and the fraction of a pixel of the place alone: a few dozen serve every image. */
function maskOf({ shape, radius, x, y }: SceneObject): Mask {
  const [dx, dy] = [x - Math.floor(x), y - Math.floor(y)]
  const key = [shape, radius, dx, dy].join()
  const known = masks.get(key)
  if (known) return known
  const reach = Math.ceil(radius) + 1
  const side = 2 * reach + 1
  const shares = Float64Array.from({ length: side * side }, (_, i) =>
    coverage(shape, radius, (i % side) - reach - dx, Math.floor(i / side) - reach - dy),
  )
  const mask = { reach, side, shares }
  masks.set(key, mask)
  return mask
}

/** Share of the pixel whose top left is (px, py), relative to the object's centre, that the object covers. */
function coverage(shape: Shape, radius: number, px: number, py: number): number {
  let hits = 0
  for (let i = 0; i < samples; i++) {
    for (let j = 0; j < samples; j++) {
      if (isOnShape(shape, (px + (j + 0.5) / samples) / radius, (py + (i + 0.5) / samples) / radius)) hits++
    }
  }
  return hits / (samples * samples)
}

function blend(pixels: Uint8Array, at: number, paint: Rgb, share: number) {
  for (let c = 0; c < 3; c++) {
    const below = pixels[at + c] ?? 0
    pixels[at + c] = Math.round(below + ((paint[c] ?? 0) - below) * share)
  }
}

function drawCard(pixels: Uint8Array, corner: Corner) {
  const left = isLeft(corner) ? 1 : 33
  const top = isTop(corner) ? 1 : 33
  for (let y = top; y < top + 30; y++) {
    for (let x = left; x < left + 30; x++) blend(pixels, 3 * (y * imageSizePx + x), (x + y) % 8 < 4 ? cardLight : cardDark, 1)
  }
}

/** [H, W, 3] bytes of a scene, RGB, edges smoothed. */
export function renderScene(scene: Scene): Uint8Array {
  const pixels = new Uint8Array(imageSizePx * imageSizePx * 3)
  for (let i = 0; i < pixels.length; i++) pixels[i] = background[i % 3] ?? 0
  for (const object of scene.objects) {
    const { reach, side, shares } = maskOf(object)
    const [left, top] = [Math.floor(object.x) - reach, Math.floor(object.y) - reach]
    for (let y = Math.max(0, top); y < Math.min(imageSizePx, top + side); y++) {
      for (let x = Math.max(0, left); x < Math.min(imageSizePx, left + side); x++) {
        const share = shares[(y - top) * side + x - left] ?? 0
        if (share > 0) blend(pixels, 3 * (y * imageSizePx + x), paints[object.color], share)
      }
    }
  }
  if (scene.card !== null) drawCard(pixels, scene.card)
  return pixels
}

function chunk(kind: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data])
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length, 0)
  body.copy(out, 4)
  out.writeUInt32BE(crc32(body), body.length + 4)
  return out
}

/** An 8-bit RGB PNG of [H, W, 3] bytes. The same bytes whatever image library is installed. */
export function encodePng(pixels: Uint8Array, widthPx: number, heightPx: number): Buffer {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(widthPx, 0)
  head.writeUInt32BE(heightPx, 4)
  head.set([8, 2, 0, 0, 0], 8)
  const rows = Buffer.alloc((widthPx * 3 + 1) * heightPx)
  for (let y = 0; y < heightPx; y++) rows.set(pixels.subarray(y * widthPx * 3, (y + 1) * widthPx * 3), y * (widthPx * 3 + 1) + 1)
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', deflateSync(rows, { level: 6 })), chunk('IEND', new Uint8Array(0))])
}
