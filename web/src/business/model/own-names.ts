/** The stable name that is made of a label: small letters, digits and underscores. */
export function nameOf(label: string): string {
  const plain = label.normalize('NFKD').replaceAll(/\p{M}/gu, '').replaceAll('ß', 'ss').toLowerCase()
  const name = plain.replaceAll(/[^a-z0-9]+/g, '_').replaceAll(/^_+|_+$/g, '')
  return (/^[a-z]/.test(name) ? name : `n_${name}`).slice(0, 34).replace(/_+$/, '')
}

/** A name that is still free. */
export function freeName(label: string, taken: readonly string[]): string {
  const name = nameOf(label)
  if (!taken.includes(name)) return name
  let number = 2
  while (taken.includes(`${name}_${number}`)) number += 1
  return `${name}_${number}`
}

/** Options from lines of text; those that are known keep their values. */
export function optionsOf(text: string, known: readonly { value: string; label: string }[] = []): { value: string; label: string }[] {
  const labels = [...new Set(text.split('\n').map((line) => line.trim()).filter((line) => line !== ''))]
  const options: { value: string; label: string }[] = []
  for (const label of labels) {
    const value = known.find((option) => option.label === label)?.value ?? freeName(label, [...known, ...options].map((option) => option.value))
    options.push({ value, label })
  }
  return options
}
