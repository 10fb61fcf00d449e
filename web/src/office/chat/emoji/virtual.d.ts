type EmojiRow = [unicode: string, label: string, codes: string, words: string, group: number]

declare module 'virtual:emoji/en' {
  const rows: EmojiRow[]
  export default rows
}
declare module 'virtual:emoji/de' {
  const rows: EmojiRow[]
  export default rows
}
