/**
 * The rows of a CSV (RFC 4180) as the server writes it. Of a text that is not whole the last row, which may have
 * been cut off, is left out.
 */
export function rowsOfCsv(text: string, isWhole = true): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let quoted = false
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at]
    if (quoted && sign === '"' && text[at + 1] === '"') {
      cell += '"'
      at += 1
    } else if (sign === '"') quoted = !quoted
    else if (!quoted && sign === ',') {
      row.push(cell)
      cell = ''
    } else if (!quoted && sign === '\n') {
      rows.push([...row, cell.replace(/\r$/, '')])
      row = []
      cell = ''
    } else cell += sign
  }
  if (isWhole && (cell !== '' || row.length > 0)) rows.push([...row, cell])
  return rows
}

/** A cell without the apostrophe that keeps spreadsheets from taking it for a formula. */
export const plainCell = (cell: string) => cell.replace(/^'(?='*[=+\-@\t\r\n＝＋－＠])/, '')
