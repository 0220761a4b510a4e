export interface Me {
  name: string
  email: string
  role: string
}
