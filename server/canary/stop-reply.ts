/** Words with which people say that they do not want to be written to, in the languages of most users. */
const words: ReadonlySet<string> = new Set([
  ...['stop', 'stop it', 'stopp', 'unsubscribe', 'opt out', 'optout', 'cancel', 'end', 'quit'],
  ...['stop calling', 'stop calling me', 'stop messaging me', 'leave me alone'],
  ...['abmelden', 'aufhören', 'arrêter', 'arrêt', 'arret', 'désabonner', 'baja', 'alto', 'parar'],
  ...['pare', 'sair', 'cancelar', 'basta', 'ferma', 'rimuovi', 'dur', 'iptal', 'berhenti'],
  ...['стоп', 'отписаться', 'توقف', 'إيقاف', 'الغاء', 'बंद', 'रोको', 'रुको', 'עצור', 'הסר'],
])

/**
 * Whether a message is nothing but the wish to be left alone. A sentence that merely holds such a word is
 * not: "please stop by tomorrow".
 */
export function isStopReply(text: string | undefined): boolean {
  if (text === undefined || text.length > 40) return false
  const plain = text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\s]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return words.has(plain.replace(/^(?:please|bitte|por favor) | (?:please|bitte|por favor)$/g, ''))
}
