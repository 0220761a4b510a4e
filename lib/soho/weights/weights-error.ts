/** A weights or vocabulary file that cannot be used; its message is written for whoever brought the file, and names it. */
export class WeightsError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'WeightsError'
  }
}
