/**
 * Texts of a provider without what could name a person or open a door: ids, digits in a row of six or
 * more, and the values that are known to be in the request.
 */
export function scrub(text: string, known: readonly string[] = []): string {
  const withoutKnown = known
    .filter((value) => value.length > 3)
    .reduce((rest, value) => rest.replaceAll(value, '[removed]'), text.slice(0, 2_000))
  return withoutKnown
    .replace(/\bwa(?:cid|mid)\.[\w+/=-]*/gi, '[id]')
    .replace(/[\w.:+-]{1,128}@(?:c\.us|s\.whatsapp\.net|lid|g\.us)\b/gi, '[id]')
    .replace(/\b[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{6,}/g, '[id]')
    .replace(/\+?\d(?:[ .()-]{0,2}\d){5,}/g, '[digits]')
    .slice(0, 300)
}
